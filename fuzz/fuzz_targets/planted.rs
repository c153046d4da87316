//! Planted defect: the assertion that no input reads as a number. `.ci/run` requires that the
//! fuzzer finds it.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| assert!(
    !aksgen::yaml::read(text).is_ok_and(|value| value.is_number()),
    "{text}"
));
