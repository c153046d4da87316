//! Every file is valid, and a missing column is named.

use super::*;

#[test]
fn every_group_of_records_is_valid() {
    for (name, (text, _)) in &*GROUPS {
        let group = GroupRecord::parse(name, text).unwrap_or_else(|error| panic!("{error}"));
        assert!(!group.kinds.is_empty(), "{name}");
    }
    assert!(!pod_template().is_empty() && !chart_values().is_empty());
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
        assert!(error.contains(&format!("`{column}`")), "{column}: {error}");
        assert!(error.contains("cache.azure.com"), "{column}: {error}");
    }
}

#[test]
fn an_unknown_column_is_refused() {
    for (before, after) in [
        ("plural = \"vaults\"", "plural = \"vaults\"\nplurals = \"vaults\""),
        ("name = \".\" }", "name = \".\", nmae = \".\" }"),
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
fn the_core_group_has_no_name() {
    assert_eq!(qualified("v1", "Pod"), "core/Pod");
    assert_eq!(qualified("apps/v1", "Deployment"), "apps/Deployment");
    assert!(of_object("v1", "Pod").is_some() && of_object("v2", "Pood").is_none());
}
