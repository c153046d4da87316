//! Mistakes in one secret that a schema cannot see.

use super::{Secret, Type};
use crate::diag::{Code, Diagnostic, SpecPath, nearest};
use crate::{
    model::{certificate::CERTIFICATE, wiring::segment},
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
    let keys = keys(secret, &at, diagnostics);
    if secret.keys.is_empty() && secret.inputs.is_empty() && secret.certificate.is_none() {
        let help = "name what is in the vault by `keys`, `inputs` or `certificate`";
        diagnostics.push(Diagnostic::in_spec(
            Code::IncompleteTable,
            &own,
            format!("`{own}` reads nothing that is secret"),
            help,
        ));
    }
    if secret.certificate.is_some()
        && (secret.inputs.contains_key(CERTIFICATE) || secret.keys.contains_key(CERTIFICATE))
    {
        let message = format!(
            "`{CERTIFICATE}` is what the certificate itself is called while it is taken apart"
        );
        diagnostics.push(Diagnostic::in_spec(
            Code::DuplicateName,
            at(CERTIFICATE),
            message,
            "call the other one something else",
        ));
    }
    type_has_its_keys(secret, &keys, &at, diagnostics);
    literals(secret, &at, diagnostics);
    templates(secret, &at, diagnostics);
}

/// The keys that the Secret will have.
fn keys<'a>(
    secret: &'a Secret,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) -> BTreeSet<&'a str> {
    let mut seen: BTreeMap<&str, String> = BTreeMap::new();
    let tables = [
        ("keys", secret.keys.keys().collect::<Vec<_>>()),
        ("literals", secret.literals.keys().collect()),
        ("templates", secret.templates.keys().collect()),
        ("inputs", secret.inputs.keys().collect()),
    ];
    let named = tables.iter().flat_map(|(table, names)| {
        names.iter().map(move |name| (name.as_str(), format!("{table}.{}", segment(name))))
    });
    let parts = secret
        .certificate
        .iter()
        .flat_map(|_| ["tls.crt", "tls.key"])
        .map(|key| (key, "certificate".to_owned()));
    for (name, field) in parts.chain(named) {
        if name.is_empty()
            || name.len() > 253
            || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
            || name.starts_with("..")
        {
            let message = format!("`{name}` is not a name for a key of a Secret");
            diagnostics.push(Diagnostic::in_spec(
                Code::BadName,
                at(&field),
                message,
                "use letters, digits, `-`, `_` and `.`",
            ));
        }
        if let Some(first) = seen.insert(name, at(&field)) {
            let mut diagnostic = Diagnostic::in_spec(
                Code::DuplicateName,
                at(&field),
                format!("two things are called `{name}`"),
                "rename one of them",
            );
            diagnostic = diagnostic.and(first);
            diagnostics.push(diagnostic);
        }
    }
    seen.into_keys().filter(|name| !secret.inputs.contains_key(*name)).collect()
}

/// The API server refuses a Secret without the keys of its type. Source: Kubernetes documentation
/// on types of Secret.
fn type_has_its_keys(
    secret: &Secret,
    keys: &BTreeSet<&str>,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let (wanted, all): (&[&str], bool) = match secret.kind() {
        Type::Opaque => (&[], true),
        Type::Tls => (&["tls.crt", "tls.key"], true),
        Type::BasicAuth => (&["username", "password"], false),
        Type::SshAuth => (&["ssh-privatekey"], true),
        Type::DockerConfig => (&[".dockerconfigjson"], true),
    };
    let there = wanted.iter().filter(|key| keys.contains(*key)).count();
    if all && there < wanted.len() || there == 0 && !wanted.is_empty() {
        let named = wanted.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(if all {
            " and "
        } else {
            " or "
        });
        diagnostics.push(Diagnostic::in_spec(
            Code::IncompleteTable,
            at("type"),
            format!("a Secret of this type needs {named}"),
            "add the key, or choose another type",
        ));
    }
}

fn literals(
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

/// A template uses what is there, and all `inputs` are used: the operator fails at a name that it
/// does not know.
fn templates(
    secret: &Secret,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let known: BTreeSet<&str> =
        secret.keys.keys().chain(secret.inputs.keys()).map(String::as_str).collect();
    let mut used: BTreeSet<String> = BTreeSet::new();
    for (key, text) in &secret.templates {
        for name in names(text.as_str()) {
            if !known.contains(name.as_str()) {
                let help = nearest(&name, known.iter().copied()).map_or_else(
                    || {
                        format!(
                            "there are: {}",
                            known.iter().copied().collect::<Vec<_>>().join(", ")
                        )
                    },
                    |near| format!("did you mean `{near}`?"),
                );
                let path = at(&format!("templates.{}", segment(key)));
                diagnostics.push(Diagnostic::in_spec(
                    Code::UnknownReference,
                    path,
                    format!("neither `inputs` nor `keys` have `{name}`"),
                    help,
                ));
            }
            used.insert(name);
        }
    }
    for name in secret.inputs.keys().filter(|name| !used.contains(*name)) {
        let message = format!("no template uses `{name}`");
        diagnostics.push(Diagnostic::in_spec(
            Code::UnusedInstance,
            at(&format!("inputs.{}", segment(name))),
            message,
            "use it in `templates`, or make it a key of the Secret by `keys`",
        ));
    }
}

/// The names that a template asks for: `.name` and `index . "name"`, between `{{` and `}}`.
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
    fn a_template_asks_for_names_and_not_for_texts() {
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
