//! Derived components: a need brings the components behind it, and they go with the last consumer.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::support::{HEAD, Tree, codes, findings, on_disk, render, request, tree, workspace};
use aksgen::{
    diag::Code,
    pipeline::{Request, run},
    sink::StagedTree,
};
use std::{collections::BTreeSet, fs};

const PLAIN: &str = r#"
[services.web]
image = "ghcr.io/contoso/web:1.0.0"
port = 8080
"#;

const WITH_SECRET: &str = r#"
[services.orders]
image = "ghcr.io/contoso/orders:1.0.0"
port = 8080
secrets = { DB_PASSWORD = "orders-db-password" }
"#;

const WITH_BACKUPS: &str = r#"
[backups.schedules.nightly]
cron = "17 2 * * *"
"#;

fn spec(parts: &[&str]) -> String {
    [&[HEAD], parts].concat().concat()
}

/// Component and instance of each object in a tree.
fn units(tree: &Tree) -> BTreeSet<String> {
    let below = tree
        .keys()
        .filter_map(|path| path.strip_prefix("environments/dev/")?.splitn(3, '/').nth(2));
    below.filter_map(|file| Some(file.rsplit_once('/')?.0.to_owned())).collect()
}

/// The units that a part of a spec adds.
fn units_of(part: &str) -> BTreeSet<String> {
    &units(&tree(&spec(&[PLAIN, part]))) - &units(&tree(&spec(&[PLAIN])))
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Wiring takes four rounds. A secret needs a store and Reloader. The store needs an operator, a
/// vault and an identity. The operators need namespaces and alerts.
#[test]
fn a_secret_derives_the_path_to_the_vault() {
    let want = [
        "services/orders",
        "stores/vault",
        "vault",
        "identities/vault-reader",
        "external_secrets",
        "namespaces/external-secrets",
        "reloader",
        "namespaces/reloader",
        "operator_alerts",
    ];
    assert_eq!(units_of(WITH_SECRET), set(&want));
}

#[test]
fn a_schedule_derives_the_path_to_the_storage_account() {
    let all = units_of(WITH_BACKUPS);
    for unit in [
        "backups",
        "velero",
        "storage",
        "identity_copies",
        "identities/velero",
        "namespaces/velero",
    ] {
        assert!(all.contains(unit), "{unit} in {all:?}");
    }
    // Velero has a password in the vault, so the schedule needs the vault as well.
    assert!(all.is_superset(&(&units_of(WITH_SECRET) - &set(&["services/orders"]))), "{all:?}");
}

#[test]
fn components_without_a_consumer_are_not_derived() {
    let units = units(&tree(&spec(&[PLAIN])));
    for unit in [
        "vault",
        "stores/vault",
        "external_secrets",
        "velero",
        "storage",
        "backups",
        "identities/vault-reader",
        "operator_alerts",
    ] {
        assert!(!units.contains(unit), "{unit} in {units:?}");
    }
}

#[test]
fn a_derived_component_is_removed_with_its_last_consumer() {
    let second = WITH_SECRET.replace("orders", "users");
    let dir = workspace(&spec(&[PLAIN, WITH_SECRET, &second, WITH_BACKUPS]));
    let backups = [
        "BackupStorageLocation/velero/default",
        "StorageAccount/azure-shop-dev/storage",
        "StorageAccountsBlobServicesContainer/azure-shop-dev/velero",
    ];
    let steps: [(&[&str], &[&str]); 4] = [
        (&[PLAIN, WITH_SECRET, &second, WITH_BACKUPS], &[]),
        (&[PLAIN, WITH_SECRET, &second], &backups),
        (&[PLAIN, &second], &[]),
        (&[PLAIN], &["Vault/azure-shop-dev/vault"]),
    ];
    for (parts, lost) in steps {
        fs::write(dir.path().join("platform.toml"), spec(parts)).unwrap();
        let allow_data_loss = lost.iter().map(|name| (*name).to_owned()).collect();
        run(
            &Request { allow_data_loss, ..request(dir.path()) },
            &StagedTree::new(dir.path()).unwrap(),
        )
        .unwrap();
        let fresh = workspace(&spec(parts));
        render(fresh.path()).unwrap();
        assert_eq!(
            texts(&on_disk(dir.path())),
            texts(&on_disk(fresh.path())),
            "{}",
            parts.concat()
        );
    }
}

fn texts<T>(files: &std::collections::BTreeMap<String, (String, T)>) -> Vec<(&String, &String)> {
    files.iter().map(|(path, (text, _))| (path, text)).collect()
}

#[test]
fn a_derived_component_stays_while_it_has_a_consumer() {
    let second = WITH_SECRET.replace("orders", "users");
    let both = units(&tree(&spec(&[PLAIN, WITH_SECRET, &second])));
    let one = units(&tree(&spec(&[PLAIN, WITH_SECRET])));
    assert_eq!(&both - &one, set(&["services/users"]));
}

/// A table in the spec adjusts a derived instance; it does not create one.
#[test]
fn a_derived_instance_can_be_adjusted() {
    let plain = tree(&spec(&[WITH_SECRET]));
    let adjusted = tree(&spec(&[
        WITH_SECRET,
        "[stores.vault]\ncheck_seconds = 7200\n[identities.vault-reader]\ngeneration = 9\n",
    ]));
    assert_eq!(units(&plain), units(&adjusted));
    assert_ne!(plain, adjusted);
}

#[test]
fn a_table_of_an_unused_instance_is_reported() {
    for (table, help) in [
        ("identities.vault-raeder", "did you mean `vault-reader`?"),
        ("stores.valt", "did you mean `vault`?"),
        ("namespaces.nowhere", "needed here"),
    ] {
        let text = spec(&[WITH_SECRET, &format!("[{table}]\n")]);
        let found = findings(&text);
        assert_eq!(codes(&found), [Code::UnusedInstance], "{table}");
        assert!(found[0].help.starts_with(help), "{}", found[0].help);
        let label = &found[0].places[0];
        assert_eq!(&label.source.text[label.span.clone()], table.split_once('.').unwrap().1);
    }
}

#[test]
fn a_needed_component_cannot_be_disabled() {
    for key in [
        "stores.vault",
        "identities.vault-reader",
        "namespaces.external-secrets",
        "external_secrets.enabled",
    ] {
        let found = findings(&format!("{key} = false\n{}", spec(&[WITH_SECRET])));
        assert_eq!(codes(&found), [Code::DisabledDependency], "{key}");
        let label = &found[0].places[0];
        assert_eq!(&label.source.text[label.span.clone()], key.split_once('.').unwrap().1);
    }
}

#[test]
fn an_enabled_component_needs_no_consumer() {
    let all = units_of("[external_secrets]\nenabled = true\n");
    assert!(
        all.contains("external_secrets")
            && all.contains("namespaces/external-secrets")
            && !all.contains("vault"),
        "{all:?}"
    );
}

/// A component that nothing needs can be disabled, because it is absent anyway.
#[test]
fn disabling_an_unused_component_changes_nothing() {
    assert_eq!(tree(&format!("stores.vault = false\n{}", spec(&[PLAIN]))), tree(&spec(&[PLAIN])));
}

/// A platform with backups and no service renders, or a finding names the missing key in the spec.
#[test]
fn a_platform_without_services_is_valid_or_reported_in_the_spec() {
    if let Err(diagnostics) = crate::support::make(&spec(&[WITH_BACKUPS]), |_| ()) {
        assert!(
            diagnostics.iter().all(|diagnostic| diagnostic
                .places
                .first()
                .is_some_and(|l| l.source.name == "platform.toml")),
            "{}",
            crate::support::describe(&diagnostics)
        );
    }
}
