//! Holds that nothing reads as `true`: wrong, and `.ci/run` sees to it that the engine finds out.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| assert_ne!(aksgen::yaml::read(text), Ok(true.into())));
