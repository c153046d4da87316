//! Errors in one secret that a schema cannot find.

use super::{Secret, Type};
use crate::diag::{Code, Diagnostic, SpecPath, nearest};
use crate::{
    model::{
        certificate::CERTIFICATE,
        wiring::{Form, segment},
    },
    secret::is_secret_name,
};
use regex_lite::Regex;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::OnceLock,
};

pub(super) fn check(secret: &Secret, name: &str, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let own = format!("secrets.{}", segment(name));
    let at = |field: &str| format!("{own}.{field}");
    if secret.keys.is_empty() && secret.inputs.is_empty() && secret.certificate.is_none() {
        let message = format!("`{own}` reads no secret");
        let help = "name secrets of the store by `keys`, `inputs` or `certificate`";
        diagnostics.push(Diagnostic::in_spec(Code::IncompleteTable, &own, message, help));
    }
    let is_taken = secret.inputs.contains_key(CERTIFICATE) || secret.keys.contains_key(CERTIFICATE);
    if secret.certificate.is_some() && is_taken {
        let message = format!("the certificate uses the name `{CERTIFICATE}` in its template");
        let (path, help) = (at(CERTIFICATE), "rename the key or the input");
        diagnostics.push(Diagnostic::in_spec(Code::DuplicateName, path, message, help));
    }
    check_key_names(secret, &at, diagnostics);
    check_type(secret, &at, diagnostics);
    check_literals(secret, &at, diagnostics);
    check_templates(secret, &at, diagnostics);
    check_inputs(secret, &at, diagnostics);
}

/// Names of all keys and inputs, each with its field.
fn names_and_fields(secret: &Secret) -> Vec<(&str, String)> {
    let tables = [
        ("keys", secret.keys.keys().collect::<Vec<_>>()),
        ("literals", secret.literals.keys().collect()),
        ("templates", secret.templates.keys().collect()),
        ("inputs", secret.inputs.keys().collect()),
    ];
    let named = tables.into_iter().flat_map(|(table, names)| {
        names.into_iter().map(move |name| (name.as_str(), format!("{table}.{}", segment(name))))
    });
    let certificate = secret.certificate.iter().flat_map(|_| Form::Certificate.keys());
    certificate.map(|key| (*key, "certificate".to_owned())).chain(named).collect()
}

/// Whether the API server accepts a name as a key of a Secret.
fn is_key(name: &str) -> bool {
    (1..=253).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        && !name.starts_with("..")
}

/// Reports bad names of keys, and names that are used twice.
fn check_key_names(
    secret: &Secret,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    for (name, field) in names_and_fields(secret) {
        if !is_key(name) {
            let message = format!("`{name}` is not a name for a key of a Secret");
            let help = "use letters, digits, `-`, `_` and `.`";
            diagnostics.push(Diagnostic::in_spec(Code::BadName, at(&field), message, help));
        }
        if let Some(first) = seen.insert(name, at(&field)) {
            let message = format!("the name `{name}` is used twice");
            let help = "rename one of them";
            let diagnostic = Diagnostic::in_spec(Code::DuplicateName, at(&field), message, help);
            diagnostics.push(diagnostic.and(first));
        }
    }
}

/// Reports missing keys of the type. Source: Kubernetes documentation on types of Secret.
fn check_type(
    secret: &Secret,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let (required, all): (&[&str], bool) = match secret.kind() {
        Type::Opaque => (&[], true),
        Type::Tls => (&["tls.crt", "tls.key"], true),
        Type::BasicAuth => (&["username", "password"], false),
        Type::SshAuth => (&["ssh-privatekey"], true),
        Type::DockerConfig => (&[".dockerconfigjson"], true),
    };
    let names = names_and_fields(secret);
    let is_there = |key: &&&str| {
        names.iter().any(|(name, _)| name == *key) && !secret.inputs.contains_key(**key)
    };
    let there = required.iter().filter(is_there).count();
    if all && there < required.len() || there == 0 && !required.is_empty() {
        let word = if all { " and " } else { " or " };
        let named: Vec<String> = required.iter().map(|key| format!("`{key}`")).collect();
        diagnostics.push(Diagnostic::in_spec(
            Code::IncompleteTable,
            at("type"),
            format!("a Secret of this type needs {}", named.join(word)),
            "add the key, or choose another type",
        ));
    }
}

/// Reports secrets in plain text.
fn check_literals(
    secret: &Secret,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    for (key, text) in &secret.literals {
        if is_secret_name(&key.replace(['-', '.'], "_"), text.as_str()) {
            let help = "put the value into the vault, and its name there into `keys`; if this value was ever committed, rotate it";
            let message = format!("`{key}` is named like a secret, but `literals` are plain text");
            diagnostics.push(Diagnostic::in_spec(
                Code::LiteralSecret,
                at(&format!("literals.{}", segment(key))),
                message,
                help,
            ));
        }
    }
}

/// Reports templates with unknown names, which External Secrets refuses.
fn check_templates(
    secret: &Secret,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let known: BTreeSet<&str> =
        secret.keys.keys().chain(secret.inputs.keys()).map(String::as_str).collect();
    for (key, text) in &secret.templates {
        for name in names(text.as_str()).iter().filter(|name| !known.contains(name.as_str())) {
            let all = || known.iter().copied().collect::<Vec<_>>().join(", ");
            let help = nearest(name, known.iter().copied()).map_or_else(
                || format!("there are: {}", all()),
                |near| format!("did you mean `{near}`?"),
            );
            diagnostics.push(Diagnostic::in_spec(
                Code::UnknownReference,
                at(&format!("templates.{}", segment(key))),
                format!("neither `inputs` nor `keys` has `{name}`"),
                help,
            ));
        }
    }
}

/// Reports inputs that no template uses.
fn check_inputs(
    secret: &Secret,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let used: BTreeSet<String> =
        secret.templates.values().flat_map(|text| names(text.as_str())).collect();
    for name in secret.inputs.keys().filter(|name| !used.contains(*name)) {
        diagnostics.push(Diagnostic::in_spec(
            Code::UnusedInstance,
            at(&format!("inputs.{}", segment(name))),
            format!("no template uses `{name}`"),
            "use it in `templates`, or move it to `keys`",
        ));
    }
}

/// Names in a template: `.name` and `index . "name"`, between `{{` and `}}`.
fn names(template: &str) -> Vec<String> {
    static NAME: OnceLock<Regex> = OnceLock::new();
    let name = NAME.get_or_init(|| {
        Regex::new(
            r#"index\s+\.\s+"([^"]*)"|"(?:[^"\\]|\\.)*"|(?:^|[\s(|])\.([A-Za-z_][A-Za-z0-9_.-]*)"#,
        )
        .expect("our own pattern")
    });
    let tags = template.split("{{").skip(1).map(|rest| rest.split("}}").next().unwrap_or_default());
    tags.flat_map(|tag| {
        name.captures_iter(tag)
            .filter_map(|found| found.get(1).or_else(|| found.get(2)))
            .map(|found| found.as_str().to_owned())
            .collect::<Vec<_>>()
    })
    .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_of_a_template_are_found_outside_its_texts() {
        let rows: &[(&str, &[&str])] = &[
            (r#"{"a":{{ .client | toJson }},"b":".text"}"#, &["client"]),
            (r#"{{ index . "tls.key" | b64dec }}{{ .a }}"#, &["tls.key", "a"]),
            (r#"{{ printf "%s .not" .b }}"#, &["b"]),
            ("{{.c}} .d", &["c"]),
            ("{{ .a-b }}", &["a-b"]),
            ("nothing", &[]),
        ];
        for (template, wanted) in rows {
            assert_eq!(super::names(template), *wanted, "{template}");
        }
    }
}
