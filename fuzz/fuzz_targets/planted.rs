//! Planted defect: the assertion that no input reads as `true`. `.ci/run` requires that the fuzzer
//! finds it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| assert_ne!(aksgen::yaml::read(text), Ok(true.into())));
