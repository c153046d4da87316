//! Emitted YAML is read back unchanged by the strict reader and by a second parser. Emitting the
//! read value again gives the same text.

#![no_main]

use aksgen::yaml;
use arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::{Number, Value};

/// Limits of the strict reader, and of YAML for keys on one line.
const LIMITS: (usize, usize) = (60, 150);

fuzz_target!(|data: &[u8]| {
    let value = serde_json::from_slice(data).or_else(|_| built(&mut Unstructured::new(data), 0));
    let Some(value) = value.ok().filter(|value| is_fair(value, 0)) else { return };
    let text = yaml::emit(&value);
    assert_eq!(yaml::read(&text).as_ref(), Ok(&value), "{text}");
    let other: Value = serde_yaml::from_str(&text).expect("another library reads it");
    assert_eq!(other, value, "{text}");
    assert_eq!(yaml::emit(&other), text);
});

/// Parses seeds as JSON, and builds a value from the bytes of other inputs.
fn built(bytes: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    Ok(match bytes.int_in_range(0..=if depth < 5 { 7 } else { 5 })? {
        0 => Value::Null,
        1 => bytes.arbitrary::<bool>()?.into(),
        2 => bytes.arbitrary::<i64>()?.into(),
        3 => bytes.arbitrary::<u64>()?.into(),
        4 => Number::from_f64(bytes.arbitrary()?).into(),
        5 => bytes.arbitrary::<String>()?.into(),
        6 => (0..bytes.int_in_range(0..=4)?)
            .map(|_| built(bytes, depth + 1))
            .collect::<Result<_>>()?,
        _ => (0..bytes.int_in_range(0..=4)?)
            .map(|_| Ok((bytes.arbitrary::<String>()?, built(bytes, depth + 1)?)))
            .collect::<Result<_>>()?,
    })
}

/// Whether a value is within the limits and has no merge key, which the emitter never receives.
fn is_fair(value: &Value, depth: usize) -> bool {
    depth < LIMITS.0
        && match value {
            Value::Object(table) => table.iter().all(|(key, inner)| {
                key != "<<" && key.len() < LIMITS.1 && is_fair(inner, depth + 1)
            }),
            Value::Array(list) => list.iter().all(|inner| is_fair(inner, depth + 1)),
            _ => true,
        }
}
