//! Credentials in the input: in the layers of the spec, in templates and in manifests of the user.

use super::Input;
use crate::{
    assets::Assets,
    diag::{Code, Diagnostic, Label, Source, SpecPath},
    render::Manifests,
    secret::{is_secret_argument, is_secret_name, looks_secret, spans},
    sink::Lock,
    spec::{Data, Layer, Layers, Node, Rank},
};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

/// `[waive]` tables for `literal-secret` by path: a path of the spec, or of a file beside the spec.
#[derive(Debug, Default)]
pub(super) struct LiteralWaivers {
    /// Names of the waivers by path.
    names: BTreeMap<String, String>,
    used: Mutex<BTreeSet<String>>,
}

impl LiteralWaivers {
    /// The waivers of all layers that a user wrote. They apply before the spec is decoded, because
    /// the schema of the spec refuses credentials.
    pub(super) fn of(layers: &Layers) -> LiteralWaivers {
        let mut names = BTreeMap::new();
        for layer in layers.iter().filter(|layer| layer.rank >= Rank::Profile) {
            let environments = layer.tree.get("environments").and_then(Node::table);
            let own = environments.into_iter().flat_map(|all| all.iter().map(|(_, node)| node));
            for table in [&layer.tree].into_iter().chain(own) {
                let waive = table.get("waive").and_then(Node::table);
                for (name, waiver) in waive.into_iter().flat_map(|all| all.iter()) {
                    let text = |key| waiver.get(key).and_then(Node::text);
                    if text("code") == Some(Code::LiteralSecret.id()) {
                        names.extend(text("at").map(|at| (at.to_owned(), name.clone())));
                    }
                }
            }
        }
        LiteralWaivers { names, used: Mutex::default() }
    }

    /// Whether a path is waived. A path in the table of an environment is covered by the path
    /// without `environments.<name>`.
    pub(super) fn covers(&self, path: &str) -> bool {
        let common = path.strip_prefix("environments.").and_then(|rest| rest.split_once('.'));
        let name = self.names.get(path).or_else(|| self.names.get(common?.1));
        let mut used = self.used.lock().expect("no panic while held");
        name.is_some_and(|name| {
            used.insert(name.clone());
            true
        })
    }

    /// Whether a diagnostic is a credential at a waived path.
    pub(super) fn accept(&self, diagnostic: &Diagnostic<SpecPath>) -> bool {
        let path = diagnostic.places.first().filter(|_| diagnostic.code == Code::LiteralSecret);
        path.is_some_and(|path| self.covers(&path.to_string()))
    }

    /// Names of the waivers that covered a path.
    pub(super) fn used(&self) -> BTreeSet<String> {
        self.used.lock().expect("no panic while held").clone()
    }
}

/// Credentials in the layers that a user wrote, apart from those that are known already.
pub(super) fn in_layers(
    layers: &Layers,
    waivers: &LiteralWaivers,
    known: &[Diagnostic],
) -> Vec<Diagnostic> {
    let mut out = vec![];
    let own =
        |layer: &&Layer| layer.rank >= Rank::Profile && !layer.source.name.starts_with("aksgen:");
    for layer in layers.iter().filter(own) {
        let mut search = Search { source: &layer.source, waivers, found: vec![] };
        search.node(&layer.tree, &mut vec![]);
        out.extend(search.found.into_iter().filter(|found| !is_known(known, found)));
    }
    out
}

/// Whether the value of a diagnostic has another diagnostic for a credential.
fn is_known(known: &[Diagnostic], found: &Diagnostic) -> bool {
    let secret = known.iter().filter(|known| known.code == Code::LiteralSecret);
    secret.flat_map(|known| &known.places).any(|place| {
        found.places.iter().any(|own| {
            own.source.name == place.source.name
                && own.span.start < place.span.end
                && place.span.start < own.span.end
        })
    })
}

/// A walk through one layer.
struct Search<'a> {
    source: &'a Arc<Source>,
    waivers: &'a LiteralWaivers,
    found: Vec<Diagnostic>,
}

impl Search<'_> {
    fn node(&mut self, node: &Node, path: &mut Vec<String>) {
        match &node.data {
            Data::Table(table) => {
                for (key, inner) in table.iter() {
                    path.push(key.clone());
                    self.node(inner, path);
                    path.pop();
                }
            }
            Data::Array(items) => {
                for (index, inner) in items.iter().enumerate() {
                    let option = index.checked_sub(1).and_then(|at| items[at].text());
                    let argument = inner
                        .text()
                        .zip(option)
                        .is_some_and(|(value, option)| is_secret_argument(option, value));
                    if argument {
                        self.add(inner, path);
                    } else {
                        self.node(inner, path);
                    }
                }
            }
            Data::Leaf(Value::String(text)) => {
                let name = path.last().map_or("", String::as_str);
                if looks_secret(text) || is_variable(path) && is_secret_name(name, text) {
                    self.add(node, path);
                }
            }
            Data::Leaf(_) => {}
        }
    }

    fn add(&mut self, node: &Node, path: &[String]) {
        let path = path.join(".");
        if !self.waivers.covers(&path) {
            let label = Label { secret: true, ..Label::new(self.source, node.span.clone()) };
            self.found.push(diagnostic(&path, label));
        }
    }
}

/// Whether a path is that of a `[vars]` entry, whose name a user chose.
fn is_variable(path: &[String]) -> bool {
    match path {
        [table, _] => table == "vars",
        [environments, _, table, _] => environments == "environments" && table == "vars",
        _ => false,
    }
}

/// Credentials in the templates and the manifests of the user.
pub(super) fn in_files(
    assets: &Assets,
    manifests: &Manifests,
    waivers: &LiteralWaivers,
) -> Vec<Diagnostic> {
    let templates = assets.user.iter().filter(|(path, _)| path.starts_with("templates/"));
    let mut out = vec![];
    for (path, source) in templates.chain(manifests) {
        let found = spans(&source.text);
        if found.is_empty() || waivers.covers(path) {
            continue;
        }
        out.extend(
            found
                .into_iter()
                .map(|span| diagnostic(path, Label { secret: true, ..Label::new(source, span) })),
        );
    }
    out
}

fn diagnostic(path: &str, label: Label) -> Diagnostic {
    let help = format!(
        "put the value into the vault, and its name there into `secrets`; if it was ever committed, rotate it; if it is public, waive `literal-secret` at `{path}`"
    );
    Diagnostic::new(Code::LiteralSecret, format!("`{path}` holds a credential"))
        .help(help)
        .at(label)
}

/// Files of the input that the lock lists as managed: they would be removed as files that are no
/// longer rendered.
pub(super) fn inputs_in_lock(input: &Input, lock: &Lock) -> Vec<Diagnostic> {
    let listed: BTreeSet<String> = if input.manifests.is_empty() {
        BTreeSet::new()
    } else {
        lock.files().map(|file| file.to_string()).collect()
    };
    let of_input = input.manifests.keys().filter(|path| listed.contains(*path));
    let refuse = |path: &String| {
        let message = format!("`aksgen.lock` names `{path}`, which is a file of the input");
        Diagnostic::new(Code::BadLock, message)
            .help("restore it from Git: it lists the files that aksgen manages")
    };
    of_input.map(refuse).collect()
}
