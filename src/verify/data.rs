//! Objects with data: in the written tree, in the new one, and the difference that loses data.

use super::{
    azure_identity::{AzureIdentity, AzureObjects, AzureScope},
    data_row::DataRow,
    facts::{Fact, Interner, Name, ObjectOrigin},
};
use crate::kinds::{self, Holds, Object};
use std::collections::{BTreeMap, BTreeSet};

/// Objects of one environment as `Kind/namespace/name`, with their size and identity.
pub type DataRows = BTreeMap<String, DataRow>;

/// Field of an object with data.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The object.
    pub origin: ObjectOrigin,
    /// The JSON pointer of the field.
    pub pointer: String,
    /// Size and identity.
    pub row: DataRow,
}

/// Objects with data, by environment and name.
pub type Holders = BTreeMap<(u16, String), Holder>;

/// Loss of data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// The object is no longer rendered; the name is that of the only new object of its kind.
    Gone(Option<String>),
    /// The object shrinks: old size, new size.
    Smaller(String, String),
    /// The object becomes another Azure resource: the old one, the new one.
    Moved(AzureIdentity, AzureIdentity),
}

/// Objects with data. Every volume of a workload is one entry.
pub fn holders(facts: &[Fact], names: &Interner, scope: AzureScope<'_>) -> Holders {
    let azure = AzureObjects::new(facts, names, scope);
    let objects: BTreeMap<ObjectOrigin, (&Fact, &Object<Name>)> =
        facts.iter().filter_map(|fact| Some((fact.origin, (fact, fact.object()?)))).collect();
    let mut out = Holders::new();
    for (fact, holds) in facts.iter().filter_map(|fact| Some((fact, fact.of::<Holds<Name>>()?))) {
        let Some((object, id)) = objects.get(&fact.origin) else { continue };
        let kind = names.text(id.kind);
        let rest = [object.namespace, id.name, holds.part].map(|name| names.text(name));
        let parts = std::iter::once(kinds::short(&kind)).chain(rest.iter().map(String::as_str));
        let name = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        let (pointer, size) = (names.text(fact.at), names.text(holds.size));
        let row = DataRow { size, identity: azure.identity(fact.origin) };
        let holder = Holder { origin: fact.origin, pointer, row };
        out.insert((fact.origin.environment, name), holder);
    }
    out
}

/// Losses of one environment. An object with another name in Kubernetes is no loss while its Azure
/// resource is among `kept`, the resources of all environments.
pub fn lost(
    before: &DataRows,
    now: &DataRows,
    kept: &BTreeMap<[String; 3], &DataRow>,
) -> Vec<(String, Loss)> {
    let all = before.iter().filter_map(|(name, row)| {
        let same = row.identity.as_ref().and_then(|identity| kept.get(&identity.key()));
        let loss = match same.copied().or(now.get(name)) {
            None => Some(Loss::Gone(renamed(name, before, now))),
            Some(new) => moved(row, new).or_else(|| smaller(&row.size, &new.size)),
        };
        Some((name.clone(), loss?))
    });
    outermost(all.collect())
}

/// Rows by their Azure identity.
pub fn by_identity<'a>(
    rows: impl Iterator<Item = &'a DataRow>,
) -> BTreeMap<[String; 3], &'a DataRow> {
    rows.filter_map(|row| Some((row.identity.as_ref()?.key(), row))).collect()
}

/// The only new object of the same kind.
fn renamed(name: &str, before: &DataRows, now: &DataRows) -> Option<String> {
    let kind = |name: &str| name.split('/').next().unwrap_or_default().to_owned();
    let mut came = now.keys().filter(|new| !before.contains_key(*new) && kind(new) == kind(name));
    came.next().filter(|_| came.next().is_none()).cloned()
}

fn moved(before: &DataRow, now: &DataRow) -> Option<Loss> {
    let (old, new) = (before.identity.as_ref()?, now.identity.as_ref()?);
    (!old.is_same(new)).then(|| Loss::Moved(old.clone(), new.clone()))
}

fn smaller(before: &str, now: &str) -> Option<Loss> {
    is_smaller(before, now).then(|| Loss::Smaller(before.to_owned(), now.to_owned()))
}

/// Losses without those of children: a resource moves with its parent.
fn outermost(mut all: Vec<(String, Loss)>) -> Vec<(String, Loss)> {
    let id = |loss: &Loss| match loss {
        Loss::Moved(old, _) => Some(old.id.to_lowercase()),
        _ => None,
    };
    let ids: BTreeSet<String> = all.iter().filter_map(|(_, loss)| id(loss)).collect();
    let has_parent = |own: String| own.match_indices('/').any(|(at, _)| ids.contains(&own[..at]));
    all.retain(|(_, loss)| !id(loss).is_some_and(has_parent));
    all
}

/// The owner of a lost object, if it is lost as well. An Azure kind starts with the kind of its
/// owner. The owner has the same name, or is the only one.
pub fn around<'a>(name: &str, before: &'a DataRows, now: &DataRows) -> Option<&'a str> {
    let (kind, namespace, own) = parts(name)?;
    let is_of = |outer: &str| kind.strip_prefix(outer).is_some_and(|rest| rest.starts_with('s'));
    let owners = before
        .keys()
        .filter_map(|other| Some((other, parts(other)?)))
        .filter(|(_, (outer, place, _))| *place == namespace && is_of(outer));
    let owners: Vec<(&'a String, &str)> =
        owners.map(|(other, (_, _, name))| (other, name)).collect();
    let (owner, _) = owners
        .iter()
        .find(|(_, name)| *name == own)
        .or(owners.first().filter(|_| owners.len() == 1))?;
    [name, owner.as_str()].iter().all(|name| !now.contains_key(*name)).then_some(owner.as_str())
}

/// Kind, namespace and the rest of a name; nothing for a cluster-scoped object.
pub fn parts(name: &str) -> Option<(&str, &str, &str)> {
    let (kind, place) = name.split_once('/')?;
    place.split_once('/').map(|(namespace, own)| (kind, namespace, own))
}

/// Returns whether the new size is smaller; `false` if a text is no size.
pub fn is_smaller(before: &str, now: &str) -> bool {
    quantity(before).zip(quantity(now)).is_some_and(|(before, now)| now < before)
}

/// A Kubernetes quantity in bytes, or a plain number.
fn quantity(text: &str) -> Option<f64> {
    const UNITS: [(&str, f64); 12] = [
        ("Ki", 1024.0),
        ("Mi", 1_048_576.0),
        ("Gi", 1_073_741_824.0),
        ("Ti", 1_099_511_627_776.0),
        ("Pi", 1_125_899_906_842_624.0),
        ("m", 0.001),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
        ("P", 1e15),
        ("", 1.0),
    ];
    UNITS
        .iter()
        .find_map(|(unit, factor)| Some(text.strip_suffix(unit)?.parse::<f64>().ok()? * factor))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(all: &[(&str, &str)]) -> DataRows {
        all.iter().map(|(name, row)| ((*name).to_owned(), DataRow::read(row))).collect()
    }

    fn lost(before: &DataRows, now: &DataRows) -> Vec<(String, Loss)> {
        super::lost(before, now, &by_identity(now.values()))
    }

    #[test]
    fn another_azure_resource_is_a_loss() {
        let server = "64 id=/subscriptions/s/resourceGroups/rg/x/a location=uksouth tenant=t";
        let child = "id=/subscriptions/s/resourceGroups/rg/x/a/y/b tenant=t";
        let before = rows(&[("P/a/x", server), ("C/a/x", child)]);
        let of = |server: &str, child: &str| {
            lost(&before, &rows(&[("P/a/x", server), ("C/a/x", child)]))
        };
        assert_eq!(of(server, child), []);
        assert_eq!(of(&server.replace("/rg/", "/RG/"), child), [], "Azure ignores case");
        for (old, new) in
            [("/a", "/z"), ("/s/", "/z/"), ("/rg/", "/z/"), ("uksouth", "z"), ("=t", "=z")]
        {
            let moved = of(&server.replace(old, new), &child.replace(old, new));
            assert!(
                matches!(&moved[..], [(name, Loss::Moved(..)), ..] if name == "P/a/x" || name == "C/a/x"),
                "{old}"
            );
        }
        assert_eq!(
            of(&server.replace("/a ", "/z "), &child.replace("/a/", "/z/")).len(),
            1,
            "with its parent"
        );
        let renamed = lost(&before, &rows(&[("P/b/y", server), ("C/b/z", child)]));
        assert_eq!(renamed, [], "other names in Kubernetes");
        let smaller =
            lost(&before, &rows(&[("P/b/y", &server.replace("64", "32")), ("C/b/z", child)]));
        assert_eq!(smaller.len(), 1, "other names, and a smaller size");
        let old = rows(&[("P/a/x", "64"), ("C/a/x", "")]);
        assert_eq!(lost(&old, &before), [], "a lock of an older version has no identities");
    }

    #[test]
    fn no_resource_is_in_a_placeholder() {
        let row = "id=/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg/x/a tenant=00000000-0000-0000-0000-000000000001";
        let now = "id=/subscriptions/s/resourceGroups/rg/x/b tenant=t";
        assert_eq!(lost(&rows(&[("P/a/x", row)]), &rows(&[("P/a/x", now)])), []);
        assert_eq!(lost(&rows(&[("P/a/x", now)]), &rows(&[("P/a/x", row)])).len(), 1);
    }

    #[test]
    fn a_size_is_a_number_times_its_unit() {
        for (text, bytes) in [
            ("3Ki", Some(3072.0)),
            ("1.5Gi", Some(1_610_612_736.0)),
            ("2k", Some(2000.0)),
            ("7", Some(7.0)),
            ("", None),
            ("Gi", None),
        ] {
            assert_eq!(quantity(text), bytes, "{text}");
        }
    }

    #[test]
    fn removed_and_smaller_objects_are_lost() {
        let before = rows(&[("P/a/x", "10Gi"), ("P/a/y", "1Gi"), ("V/a/v", "")]);
        assert_eq!(lost(&before, &before), []);
        assert_eq!(
            lost(&before, &rows(&[("P/a/x", "10737418240"), ("P/a/y", "2Gi"), ("V/a/v", "")])),
            []
        );
        let smaller = Loss::Smaller("10Gi".into(), "10G".into());
        assert_eq!(
            lost(&before, &rows(&[("P/a/x", "10G"), ("P/a/y", "1Gi"), ("V/a/v", "")])),
            [("P/a/x".to_owned(), smaller)]
        );
    }

    #[test]
    fn an_object_is_lost_with_its_owner() {
        let before = rows(&[
            ("P/a/x", ""),
            ("P/b/x", ""),
            ("P/b/y", ""),
            ("PsD/a/z", ""),
            ("PsD/b/x", ""),
            ("PsD/b/z", ""),
            ("PrD/a/x", ""),
        ]);
        let around = |name: &str, now: &[(&str, &str)]| {
            super::around(name, &before, &rows(now)).map(str::to_owned)
        };
        assert_eq!(around("PsD/a/z", &[]), Some("P/a/x".into()), "the only one");
        assert_eq!(around("PsD/b/x", &[]), Some("P/b/x".into()), "the one of the same name");
        assert_eq!(around("PsD/b/z", &[]), None, "one of two");
        assert_eq!(around("PrD/a/x", &[]), None, "of another kind");
        assert_eq!(around("PsD/a/z", &[("P/a/x", "")]), None, "what is around it stays");
        assert_eq!(around("PsD/a/z", &[("PsD/a/z", "")]), None, "it stays itself");
    }

    #[test]
    fn a_rename_needs_exactly_one_new_object() {
        let before = rows(&[("P/a/x", "")]);
        let renamed = |now: &[(&str, &str)]| lost(&before, &rows(now))[0].1.clone();
        assert_eq!(renamed(&[("P/a/z", "")]), Loss::Gone(Some("P/a/z".into())));
        assert_eq!(renamed(&[("P/a/z", ""), ("P/b/z", "")]), Loss::Gone(None));
        assert_eq!(renamed(&[("V/a/z", "")]), Loss::Gone(None));
    }
}
