//! Every reference resolves, down to the key.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    azure::versions,
    diag::{Code, Diagnostic, nearest},
    kinds::{
        self, ApiVersion, Installs, Object, ObjectScope, Provides, Reads, References, SameNamespace,
    },
    verify::facts::{Fact, Name},
};
use std::collections::{BTreeMap, BTreeSet};

/// Namespace, kind and name.
type ObjectKey = (Name, Name, Name);

/// The objects of an environment.
struct Objects {
    /// By `group/Kind`; assumed objects by `Kind`.
    all: BTreeSet<ObjectKey>,
    /// By `Kind`, and by `*`.
    short: BTreeMap<ObjectKey, ObjectKey>,
    /// `Kind` by `group/Kind`.
    shorter: BTreeMap<Name, Name>,
    /// Keys of Secrets and `ConfigMaps`.
    keys: BTreeMap<ObjectKey, BTreeSet<Name>>,
    none: Name,
    any: Name,
}

impl Objects {
    fn new(facts: &Facts<'_>) -> Objects {
        let none = facts.name("");
        let mut objects = Objects {
            all: BTreeSet::new(),
            short: BTreeMap::new(),
            shorter: BTreeMap::new(),
            keys: BTreeMap::new(),
            none,
            any: facts.name("*"),
        };
        for row in facts.all::<Object<Name>>() {
            objects.add(facts, (row.namespace, row.kind, row.name));
        }
        for row in facts.all::<Provides<Name>>() {
            let object = (row.namespace, row.kind, row.name);
            objects.add(facts, object);
            objects.keys.entry(object).or_default().insert(row.key);
        }
        let kind = facts.name(NAMESPACE);
        for name in &facts.declared.namespaces {
            objects.add(facts, (none, kind, facts.name(name)));
        }
        objects
    }

    fn add(&mut self, facts: &Facts<'_>, object: ObjectKey) {
        let (namespace, kind, name) = object;
        self.all.insert(object);
        let short = self.short_of(facts, kind);
        self.short.entry((namespace, short, name)).or_insert(object);
        self.short.entry((namespace, self.any, name)).or_insert(object);
    }

    fn short_of(&mut self, facts: &Facts<'_>, kind: Name) -> Name {
        *self.shorter.entry(kind).or_insert_with(|| facts.name(&facts.short(kind)))
    }

    /// Objects that a reference can name: of its group, or assumed without a group.
    fn find(
        &mut self,
        facts: &Facts<'_>,
        namespace: Name,
        kind: Name,
        name: Name,
    ) -> Vec<ObjectKey> {
        let short = self.short_of(facts, kind);
        let in_namespace = |namespace: Name| {
            let known = [(namespace, kind, name), (namespace, short, name)];
            let exact = known.into_iter().filter(|object| self.all.contains(object));
            let loose = self.short.get(&(namespace, kind, name)).copied();
            exact.chain(loose).collect::<Vec<ObjectKey>>()
        };
        [namespace, self.none].into_iter().flat_map(in_namespace).collect()
    }
}

/// Kind of namespaces.
const NAMESPACE: &str = "core/Namespace";

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let mut objects = Objects::new(facts);
    let mut out = missing_namespaces(facts, &objects);
    out.extend(not_installed(facts));
    out.extend(facts.all::<SameNamespace<Name>>().filter_map(|row| elsewhere(facts, row)));
    for row in facts.all::<References<Name>>() {
        let found = objects.find(facts, row.namespace, row.kind, row.name);
        if found.is_empty() {
            out.extend(dangling(facts, row.into(), row.kind, row.name, &objects));
        }
    }
    for row in facts.all::<Reads<Name>>() {
        let found = objects.find(facts, row.namespace, row.kind, row.name);
        if found.is_empty() {
            out.extend(dangling(facts, row.into(), row.kind, row.name, &objects));
        }
        let known: Vec<&BTreeSet<Name>> =
            found.iter().filter_map(|object| objects.keys.get(object)).collect();
        if !known.is_empty() && !known.iter().any(|keys| keys.contains(&row.key)) {
            let known = known.into_iter().flatten().map(|key| facts.text(*key)).collect();
            out.push(dangling_key(facts, row, known));
        }
    }
    out
}

/// A namespaced object needs its namespace: rendered, assumed, or one that another team owns.
fn missing_namespaces(facts: &Facts<'_>, objects: &Objects) -> Vec<Diagnostic<ObjectPlace>> {
    let kind = facts.name(NAMESPACE);
    let short = facts.name("Namespace");
    let known = |name: Name| {
        [kind, short].iter().any(|kind| objects.all.contains(&(objects.none, *kind, name)))
    };
    let rows = facts.all::<Object<Name>>();
    let missing = rows.filter(|row| row.namespace != objects.none && !known(row.namespace));
    missing
        .map(|row| {
            let message = format!("there is no namespace `{}`", facts.text(row.namespace));
            facts.diagnostic(
                row,
                Code::DanglingReference,
                message,
                "use the namespace of a service, or declare the namespace by `[assume.<name>]`",
            )
        })
        .collect()
}

/// An operator installs the kinds of the groups that its values name; the API server refuses
/// others.
fn not_installed(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let installed: BTreeSet<String> = facts
        .all::<Installs<Name>>()
        .flat_map(|row| facts.text(row.groups).split(';').map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let mut out = vec![];
    for row in facts.all::<ApiVersion<Name>>() {
        let version = facts.text(row.version);
        let group = version.split('/').next().unwrap_or_default();
        if versions::is_azure(&version) && !installed.contains(&format!("{group}/*")) {
            let message = format!("Azure Service Operator does not install the kinds of `{group}`");
            out.push(facts.diagnostic(
                row,
                Code::NotInstalled,
                message,
                format!("add it: `azure_operator.groups = [\"{group}\"]`"),
            ));
        }
    }
    out
}

/// A reference to another namespace, where the controller refuses those. Source: AKS documentation
/// on Flux, "multi-tenancy".
fn elsewhere(
    facts: &Facts<'_>,
    row: StatedFact<'_, SameNamespace<Name>>,
) -> Option<Diagnostic<ObjectPlace>> {
    (row.wanted != row.namespace).then(|| {
        let (field, wanted) = (facts.text(row.field), facts.text(row.wanted));
        let own = facts.text(row.namespace);
        let message = format!(
            "`{field}` is `{wanted}`, but the Flux extension of AKS refuses other namespaces than `{own}`"
        );
        let help = format!("put the object that it names into the namespace `{own}`");
        facts.diagnostic(row, Code::WrongScope, message, help)
    })
}

/// Returns whether objects of a kind belong to the whole cluster.
fn is_of_cluster(kind: &str) -> bool {
    let record = kind.split_once('/').and_then(|(group, kind)| kinds::of(group, kind));
    record.map_or(kinds::short(kind).starts_with("Cluster"), |kind| {
        kind.scope == ObjectScope::Cluster
    })
}

fn dangling(
    facts: &Facts<'_>,
    fact: &Fact,
    kind: Name,
    name: Name,
    objects: &Objects,
) -> Option<Diagnostic<ObjectPlace>> {
    let (kind_text, name, namespace) =
        (facts.text(kind), facts.text(name), facts.text(fact.namespace));
    if kinds::is_in_every_cluster(&kind_text, &name) {
        return None;
    }
    let same: Vec<String> = objects
        .all
        .iter()
        .filter(|(ns, k, _)| *k == kind && (*ns == fact.namespace || *ns == objects.none))
        .map(|(_, _, n)| facts.text(*n))
        .collect();
    let everywhere = namespace.is_empty() || is_of_cluster(&kind_text);
    let place = if everywhere { String::new() } else { format!(" in the namespace `{namespace}`") };
    let help = match nearest(&name, same.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "render it, or declare it by `[assume.<name>]` if another tool creates it".into(),
    };
    let kind = if kind == objects.any { "object" } else { kinds::short(&kind_text) };
    let message = format!("there is no {kind} `{name}`{place}");
    Some(facts.diagnostic(fact, Code::DanglingReference, message, help))
}

fn dangling_key(
    facts: &Facts<'_>,
    row: StatedFact<'_, Reads<Name>>,
    mut known: Vec<String>,
) -> Diagnostic<ObjectPlace> {
    let (kind, name, key) = (facts.short(row.kind), facts.text(row.name), facts.text(row.key));
    known.sort_unstable();
    let help = nearest(&key, known.iter().map(String::as_str)).map_or_else(
        || format!("it has: {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    facts.diagnostic(row, Code::DanglingKey, format!("{kind} `{name}` has no key `{key}`"), help)
}
