//! List of all topics.

use super::{key::columns, section};
use crate::{diag::Code, pipeline};
use serde_json::{Value, json};

const FORMS: &str = "\
aksgen explain services.orders.calls    a key: meaning, source line, affected files
aksgen explain 'services.*.calls'       a key of all instances; needs no platform.toml
aksgen explain FILE                     a file of the tree: its purpose and its template
aksgen explain FILE:LINE                a line of it: the template and the spec lines that set it
aksgen explain unpinned-image           the code of a diagnostic: what it means, with an example
";

fn codes() -> Vec<(String, String)> {
    Code::ALL.iter().map(|code| (code.id().to_owned(), code.summary())).collect()
}

pub(super) fn json() -> Value {
    let rows = |all: Vec<(String, String)>| {
        all.into_iter()
            .map(|(name, about)| json!({"name": name, "about": about}))
            .collect::<Value>()
    };
    json!({"tables": rows(pipeline::tables()), "codes": rows(codes())})
}

pub(super) fn text() -> String {
    let tables = section("tables of platform.toml", &columns(pipeline::tables().into_iter()));
    format!("{FORMS}{tables}{}", section("codes of diagnostics", &columns(codes().into_iter())))
}
