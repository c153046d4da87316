//! Names are legal and unique, images are pinned.

use super::{Facts, ObjectPlace};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{Image, Object},
    model::text,
    verify::facts::Name,
};
use std::collections::BTreeSet;

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let mut out = vec![];
    let mut seen: BTreeSet<(Name, Name, Name)> = BTreeSet::new();
    for row in facts.all::<Object<Name>>() {
        let (kind, name) = (facts.short(row.kind), facts.text(row.name));
        if !seen.insert((row.namespace, row.kind, row.name)) {
            let place = facts.text(row.namespace);
            let place = if place.is_empty() {
                String::new()
            } else {
                format!(" in the namespace `{place}`")
            };
            out.push(facts.diagnostic(
                row,
                Code::DuplicateObject,
                format!("there is another one of this name{place}"),
                "rename one of the two",
            ));
        }
        if !is_legal(&kind, &name) {
            let message = if name.is_empty() {
                "it has no name".to_owned()
            } else {
                format!("`{name}` is not a name that {kind} takes")
            };
            out.push(facts.diagnostic(
                row,
                Code::IllegalName,
                message,
                "use lower-case letters, digits and dashes; dots where the kind allows them",
            ));
        }
    }
    for row in facts.all::<Image<Name>>() {
        let image = facts.text(row.image);
        if !is_pinned(&image) {
            out.push(facts.diagnostic(
                row,
                Code::UnpinnedImage,
                format!("`{image}` is not pinned"),
                "name a version or a digest; `latest` is neither",
            ));
        }
    }
    out
}

fn is_legal(kind: &str, name: &str) -> bool {
    match kind {
        "Namespace" | "Service" => text::is_name(name),
        "Role" | "RoleBinding" | "ClusterRole" | "ClusterRoleBinding" => {
            !name.is_empty() && !name.contains(['/', '%'])
        }
        _ => {
            let label = |l: &str| {
                !l.is_empty()
                    && l.len() <= 63
                    && l.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
                    && !l.starts_with('-')
                    && !l.ends_with('-')
            };
            name.len() <= 253 && name.split('.').all(label)
        }
    }
}

fn is_pinned(image: &str) -> bool {
    let last = image.rsplit('/').next().unwrap_or_default();
    image.contains("@sha256:")
        || last.split_once(':').is_some_and(|(_, tag)| !tag.is_empty() && tag != "latest")
}
