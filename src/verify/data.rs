//! What holds data: what did when the tree was written, what does now, and what would be lost.
//! Never knows a spec or a tree.

use super::facts::{Fact, Interner, Name, ObjectOrigin};
use crate::kinds::{self, Holds, Object};
use std::collections::BTreeMap;

/// By section, objects as `Kind/namespace/name`, and how large each is; nothing where that cannot
/// shrink.
pub type DataSizes = BTreeMap<String, BTreeMap<String, String>>;

/// Where an object says that it holds data.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The object.
    pub origin: ObjectOrigin,
    /// The JSON pointer of the field.
    pub pointer: String,
    /// How large it is; empty where that cannot shrink.
    pub size: String,
}

/// All that hold data, by environment and name.
pub type Holders = BTreeMap<(u16, String), Holder>;

/// What would be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Loss {
    /// An object is no longer made; exactly one of its kind is new.
    Gone(Option<String>),
    /// It would become smaller: from, to.
    Smaller(String, String),
}

/// All that hold data. Every volume of a workload is one of its own.
pub fn holders(facts: &[Fact], names: &Interner) -> Holders {
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
        let holder = Holder { origin: fact.origin, pointer, size };
        out.insert((fact.origin.environment, name), holder);
    }
    out
}

/// What of one environment would be lost.
pub fn lost(
    before: &BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Vec<(String, Loss)> {
    let kind = |name: &str| name.split('/').next().unwrap_or_default().to_owned();
    let loss = |(name, size): (&String, &String)| match now.get(name) {
        None => {
            let mut came =
                now.keys().filter(|new| !before.contains_key(*new) && kind(new) == kind(name));
            Some(Loss::Gone(came.next().filter(|_| came.next().is_none()).cloned()))
        }
        Some(new) => is_smaller(size, new).then(|| Loss::Smaller(size.clone(), new.clone())),
    };
    before.iter().filter_map(|row| Some((row.0.clone(), loss(row)?))).collect()
}

/// What a lost thing was inside of, if that is lost with it. Azure's kinds begin with that of their
/// owner, which has the same name, or is the only one.
pub fn around<'a>(
    name: &str,
    before: &'a BTreeMap<String, String>,
    now: &BTreeMap<String, String>,
) -> Option<&'a str> {
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

/// Kind, namespace and the rest of a name; nothing for what has no namespace.
pub fn parts(name: &str) -> Option<(&str, &str, &str)> {
    let (kind, place) = name.split_once('/')?;
    place.split_once('/').map(|(namespace, own)| (kind, namespace, own))
}

/// Is one size below another? What is no size is not.
pub fn is_smaller(before: &str, now: &str) -> bool {
    quantity(before).zip(quantity(now)).is_some_and(|(before, now)| now < before)
}

/// `10Gi` in bytes; a plain number as it is.
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

    fn rows(all: &[(&str, &str)]) -> BTreeMap<String, String> {
        all.iter().map(|(name, size)| ((*name).to_owned(), (*size).to_owned())).collect()
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
    fn what_goes_and_what_shrinks_is_lost() {
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
    fn what_is_inside_is_lost_with_what_is_around_it() {
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
    fn a_rename_is_only_told_where_one_came() {
        let before = rows(&[("P/a/x", "")]);
        let renamed = |now: &[(&str, &str)]| lost(&before, &rows(now))[0].1.clone();
        assert_eq!(renamed(&[("P/a/z", "")]), Loss::Gone(Some("P/a/z".into())));
        assert_eq!(renamed(&[("P/a/z", ""), ("P/b/z", "")]), Loss::Gone(None));
        assert_eq!(renamed(&[("V/a/z", "")]), Loss::Gone(None));
    }
}
