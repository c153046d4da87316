//! Records: every file is valid, and each missing column has a message.

use super::*;

#[test]
fn every_group_of_records_is_valid() {
    for (name, (text, _)) in &*GROUPS {
        let group = GroupRecord::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
        assert!(!group.kinds.is_empty(), "{name}");
    }
    assert!(!pod_template().is_empty());
}

#[test]
fn each_missing_column_is_named() {
    let (text, _) = &GROUPS["cache.azure.com"];
    let record: toml::Table = toml::from_str(text).expect("a valid file");
    let redis = record["kinds"]["Redis"].as_table().expect("a table");
    let azure = redis["azure"].as_table().expect("a table");
    let columns = redis.keys().map(|column| (None, column));
    for (table, column) in columns.chain(azure.keys().map(|column| (Some("azure"), column))) {
        let mut changed = record.clone();
        let mut place = &mut changed["kinds"]["Redis"];
        if let Some(table) = table {
            place = &mut place[table];
        }
        place.as_table_mut().expect("a table").remove(column);
        let text = toml::to_string(&changed).expect("a table");
        let error = GroupRecord::parse("cache.azure.com", &text).expect_err(column);
        let path = table.map_or_else(|| column.clone(), |table| format!("{table}.{column}"));
        assert!(error.contains(&format!("`{path}`")), "{column}: {error}");
        assert!(error.contains("cache.azure.com"), "{column}: {error}");
    }
}

#[test]
fn an_empty_record_names_every_column() {
    let group =
        "crd = \"x\"\n[azure]\nprovider = \"X\"\nregister = true\n[kinds.A]\n[kinds.A.azure]\n";
    let error = GroupRecord::parse("x.azure.com", group).expect_err("no column is given");
    let (text, _) = &GROUPS["cache.azure.com"];
    let record: toml::Table = toml::from_str(text).expect("a valid file");
    let redis = record["kinds"]["Redis"].as_table().expect("a table");
    let azure = redis["azure"].as_table().expect("a table");
    let columns = redis.keys().filter(|column| *column != "azure").cloned();
    let wanted: Vec<String> = columns.chain(azure.keys().map(|c| format!("azure.{c}"))).collect();
    for column in &wanted {
        let line = format!("the record of `x.azure.com/A` lacks the column `{column}`");
        assert!(error.lines().any(|found| found == line), "{column}: {error}");
    }
    assert_eq!(error.lines().count(), wanted.len(), "{error}");
}

#[test]
fn names_have_the_format_of_their_kind() {
    use ObjectNameFormat::{Label, PathSegment, Subdomain};
    for (name, label, subdomain, path) in [
        ("orders-1", true, true, true),
        ("1-orders", false, true, true),
        ("a.b", false, true, true),
        ("Orders", false, false, true),
        ("system:node", false, false, true),
        ("a/b", false, false, false),
        ("-a", false, false, true),
        ("", false, false, false),
    ] {
        let found = [Label, Subdomain, PathSegment].map(|format| format.accepts(name));
        assert_eq!(found, [label, subdomain, path], "{name}");
    }
    let length = |n: usize| "a".repeat(n);
    assert!(Label.accepts(&length(63)) && !Label.accepts(&length(64)));
    let long = [length(63), length(63), length(63), length(61)].join(".");
    assert!(Subdomain.accepts(&long) && !Subdomain.accepts(&format!("{long}a")));
}

#[test]
fn an_unknown_column_is_refused() {
    for (before, after) in [
        ("plural = \"vaults\"", "plural = \"vaults\"\nplurals = \"vaults\""),
        ("unique = \"global\",", "unique = \"global\", uniqe = \"global\","),
        ("unique = \"global\",", "unique = \"everywhere\","),
    ] {
        let (text, _) = &GROUPS["keyvault.azure.com"];
        let changed = text.replacen(before, after, 1);
        assert_ne!(changed, **text, "{before}");
        assert!(GroupRecord::parse("keyvault.azure.com", &changed).is_err(), "{after}");
    }
}

#[test]
fn the_api_lists_kinds_by_their_plural() {
    for (group, kind, wanted) in [
        ("containerregistry.azure.com", "Registry", "registries"),
        ("network.azure.com", "PublicIPAddress", "publicipaddresses"),
        ("cache.azure.com", "Redis", "redises"),
        ("x.azure.com", "Bastion", "bastions"),
    ] {
        assert_eq!(resource(group, kind), format!("{wanted}.{group}"));
    }
}

#[test]
fn patterns_stand_for_kinds_of_groups() {
    for (pattern, fits) in [
        ("*.azure.com/*", true),
        ("network.azure.com/DnsZone", true),
        ("network.azure.com/Dns*", true),
        ("network.azure.com/*Rule", false),
        ("azure.com/*", false),
        ("DnsZone", false),
    ] {
        assert_eq!(is_like(pattern, "network.azure.com/DnsZone"), fits, "{pattern}");
    }
}

#[test]
fn the_core_group_has_no_name() {
    assert_eq!(qualified("v1", "Pod"), "core/Pod");
    assert_eq!(qualified("apps/v1", "Deployment"), "apps/Deployment");
    assert!(of_object("v1", "Pod").is_some() && of_object("v2", "Pood").is_none());
}

#[test]
fn every_kind_of_an_api_rule_has_a_record() {
    let kinds = super::api_rule_subjects().filter(|subject| !["any", "pod"].contains(subject));
    let unknown: Vec<&str> = kinds.filter(|kind| super::of_qualified(kind).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    let rules = super::api_rules("pod").iter().chain(super::api_rules("any"));
    let places = rules.flat_map(|rule| &rule.at);
    places.for_each(|at| assert!(at.is_empty() || at.starts_with('/'), "{at}"));
}
