//! Templates of Secrets: External Secrets can parse them, and has the keys that they read.

use super::{Facts, ObjectPlace};
use crate::{
    diag::{Code, Diagnostic, nearest},
    kinds::{OpenTemplateKeys, SecretTemplate, TemplateKey},
    verify::{
        facts::{Name, ObjectOrigin},
        go_template::parse,
    },
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let open: BTreeSet<ObjectOrigin> =
        facts.all::<OpenTemplateKeys<Name>>().map(|row| row.origin).collect();
    let mut keys: BTreeMap<ObjectOrigin, BTreeSet<String>> = BTreeMap::new();
    for row in facts.all::<TemplateKey<Name>>().filter(|row| !open.contains(&row.origin)) {
        keys.entry(row.origin).or_default().insert(facts.text(row.key));
    }
    let mut out = vec![];
    for row in facts.all::<SecretTemplate<Name>>() {
        let read = match parse(&facts.text(row.text)) {
            Ok(read) => read,
            Err(error) => {
                let key = facts.text(row.key);
                let message =
                    format!("External Secrets cannot parse the template `{key}`: {error}");
                let help =
                    "write it in the language of Go's `text/template`, with functions of Sprig";
                out.push(facts.diagnostic(row, Code::SecretTemplate, message, help));
                continue;
            }
        };
        let Some(known) = keys.get(&row.origin) else { continue };
        for key in read.iter().filter(|key| !known.contains(*key)) {
            let message = format!("the template reads `{key}`, which is not read from the store");
            let help = nearest(key, known.iter().map(String::as_str)).map_or_else(
                || "read it by `keys` or `inputs` of `[secrets.<name>]`".into(),
                |near| format!("did you mean `{near}`?"),
            );
            out.push(facts.diagnostic(row, Code::DanglingKey, message, help));
        }
    }
    out
}
