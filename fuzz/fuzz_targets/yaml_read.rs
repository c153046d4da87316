//! The quick reader returns the result of the strict reader, or nothing. A second library reads
//! accepted texts alike. Places and lines agree.

#![no_main]

use aksgen::yaml::{Document, read, strict};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|text: &str| {
    let value = read(text);
    assert_eq!(value, strict(text), "the quick reader guesses");
    let Ok(value) = value else { return };
    if let Ok(other) = serde_yaml::from_str::<Value>(text) {
        assert_eq!(value, other, "two readers differ");
    }
    let document = Document::parse(text).expect("it is YAML");
    for line in 1..=text.lines().count() {
        let pointer = document.pointer_at(line);
        assert!(value.pointer(&pointer).is_some(), "{pointer} is nowhere");
        assert!(document.line_of(&pointer) > 0);
    }
});
