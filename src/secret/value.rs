//! Values that are public whatever the name of the key.

use super::word;

/// Words that stand for a value.
const WORDS: &[&str] = &[
    "true",
    "false",
    "yes",
    "no",
    "on",
    "off",
    "none",
    "null",
    "nil",
    "undefined",
    "enabled",
    "disabled",
    "required",
    "optional",
    "auto",
    "default",
    "string",
    "str",
    "text",
    "boolean",
    "integer",
    "object",
    "any",
    "changeme",
    "change-me",
    "change_me",
    "redacted",
    "masked",
    "hidden",
    "example",
    "dummy",
    "placeholder",
    "todo",
    "tbd",
    "unset",
    "empty",
    "ignored",
    "secretkeyref",
    "valuefrom",
    "file",
    "env",
    "stdin",
    "prompt",
    "bearer",
    "basic",
    "opaque",
];

/// Starts of placeholders and of references to a secret.
const STARTS: &[&str] = &[
    "your",
    "<",
    "{{",
    "{%",
    "[[",
    "@microsoft.keyvault(",
    "@@",
    "__",
    "secretref:",
    "vault:",
    "vault://",
    "keyvault:",
    "op://",
    "ref+",
    "arn:",
    "enc[",
    "env:",
    "env.",
    "env(",
    "os.environ",
    "os.getenv",
    "getenv",
    "process.env",
    "system.getenv",
    "secrets.",
    "var.",
    "local.",
    "data.",
    "module.",
    "values.",
    ".values",
    "insert",
    "replace",
    "enter-",
    "enter_",
    "my-secret",
    "some-",
    "file:",
    "projects/",
    "sops:",
    "agekey",
    "kv/",
    "secret/data/",
    "%env(",
    "sm://",
    "gcp:///",
    "awssm://",
    "from-",
    "see-",
    "lookup(",
    "dict(",
    "include(",
];

/// Whether a value is empty, a number, a switch, a placeholder, a reference, a path or an address.
pub(super) fn is_public(value: &str) -> bool {
    let value = value.trim().trim_matches(|c| "\"'`\\".contains(c)).trim();
    let lower = value.to_ascii_lowercase();
    value.is_empty()
        || is_number(value)
        || WORDS.contains(&lower.as_str())
        || STARTS.iter().any(|start| lower.starts_with(start))
        || is_variable(value)
        || is_mask(value)
        || is_path(value)
        || value.contains("://")
        || lower.ends_with("()")
        || is_call(value)
}

/// A number, a quantity or a duration.
fn is_number(value: &str) -> bool {
    let unit = value.trim_start_matches(|c: char| c.is_ascii_digit() || ".-+:_".contains(c));
    value.starts_with(|c: char| c.is_ascii_digit() || c == '-' || c == '+')
        && (unit.is_empty()
            || matches!(
                unit,
                "s" | "m" | "h" | "d" | "w" | "y" | "ms" | "M" | "Mi" | "Gi" | "Ki" | "k" | "%"
            ))
        && value.bytes().any(|b| b.is_ascii_digit())
}

/// A variable of a shell, of Kubernetes, of a template or of a pipeline.
fn is_variable(value: &str) -> bool {
    let name = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    ["${", "$(", "{{", "#{", "<%", "%(", "$env:", "$$("].iter().any(|open| value.contains(open))
        || value.strip_prefix('$').is_some_and(name)
        || value.strip_prefix('%').and_then(|rest| rest.strip_suffix('%')).is_some_and(name)
        || value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).is_some_and(name)
}

/// A masked value: `****`, `xxxx`, `...`.
fn is_mask(value: &str) -> bool {
    let all = |set: &str| value.chars().all(|c| set.contains(c));
    all("*")
        || all("xX-") && value.len() > 1
        || all(".")
        || all("\u{2022}")
        || all("_-")
        || all("?#")
        || value == "[]"
        || value == "{}"
        || value == "~"
}

/// A path of a file.
fn is_path(value: &str) -> bool {
    let starts = value.starts_with('/')
        || value.starts_with("./")
        || value.starts_with("../")
        || value.starts_with("~/")
        || value.get(1..3).is_some_and(|mark| mark == ":\\");
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._/-@%\\: ".contains(&b);
    starts && value.bytes().all(plain) && !word::is_random(value, 20)
        || value.rsplit_once('.').is_some_and(|(stem, end)| {
            matches!(
                end,
                "crt"
                    | "pem"
                    | "key"
                    | "json"
                    | "yaml"
                    | "yml"
                    | "txt"
                    | "toml"
                    | "jks"
                    | "p12"
                    | "pfx"
                    | "env"
                    | "conf"
                    | "ini"
            ) && stem.bytes().all(plain)
        })
}

/// A call of a function in code: `get_password(name)`.
fn is_call(value: &str) -> bool {
    value.split_once('(').is_some_and(|(name, _)| {
        name.len() > 2 && name.bytes().all(|b| b.is_ascii_alphabetic() || b"._".contains(&b))
    })
}

/// Whether a value is a name: of an object of Kubernetes, of a secret in a vault, of a variable.
pub(super) fn is_reference(value: &str) -> bool {
    let segments = |split: &[char]| {
        value.split(split).all(|part| {
            let digits = part.bytes().filter(u8::is_ascii_digit).count();
            !part.is_empty() && part.len() <= 20 && (digits <= 2 || digits == part.len())
        })
    };
    let only = |set: fn(&u8) -> bool, more: &[u8]| {
        value.bytes().all(|b| set(&b) || b.is_ascii_digit() || more.contains(&b))
    };
    let dashed = value.contains(['-', '.', '/', '_']);
    let digits = value.bytes().any(|b| b.is_ascii_digit());
    let value = value.trim_start_matches('.');
    (dashed || !digits)
        && value.len() <= 80
        && segments(&['-', '.', '/', '_', ':'])
        && (only(u8::is_ascii_lowercase, b"-./_:") || only(u8::is_ascii_uppercase, b"_-"))
        || value.bytes().all(|b| b.is_ascii_alphabetic()) && value.len() <= 20
}

/// Whether a value is the name of a secret in a vault: `password = "orders-db-password"`.
pub(super) fn is_named_after(value: &str, last_word: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphabetic() || b == b'-';
    value.contains('-')
        && value.bytes().all(plain)
        && value.to_ascii_lowercase().ends_with(last_word)
}

/// Whether a word in a sentence looks like a password: a digit or a sign between letters, or mixed
/// case.
pub(super) fn is_chosen(value: &str) -> bool {
    let value = value.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
    let has = |test: fn(&u8) -> bool| value.bytes().any(|b| test(&b));
    let letters = has(u8::is_ascii_alphabetic);
    let mixed = value.bytes().skip(1).any(|b| b.is_ascii_uppercase())
        && has(u8::is_ascii_lowercase)
        && value.len() >= 12;
    let signs = value.bytes().any(|b| b"!@#$%^&*+=~".contains(&b));
    value.len() >= 6
        && letters
        && (has(u8::is_ascii_digit) || signs || mixed)
        && !is_reference(value)
}
