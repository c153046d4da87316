//! What nobody wrote but something needs appears by itself, all of it, and goes with the last that
//! needed it.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use crate::support::{HEAD, Tree, codes, found, on_disk, render, request, tree, workspace};
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

/// Component and instance of every object in a tree; the component alone where there is one of it.
fn units(tree: &Tree) -> BTreeSet<String> {
    let below = tree
        .keys()
        .filter_map(|path| path.strip_prefix("environments/dev/")?.splitn(3, '/').nth(2));
    below.filter_map(|file| Some(file.rsplit_once('/')?.0.to_owned())).collect()
}

/// The units that a part of a spec brings.
fn brought_by(part: &str) -> BTreeSet<String> {
    &units(&tree(&spec(&[PLAIN, part]))) - &units(&tree(&spec(&[PLAIN])))
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A secret needs a store, and who restarts its readers; the store an operator, a vault and an
/// identity; operators a namespace and alerts: four rounds.
#[test]
fn a_secret_brings_everything_that_leads_to_the_vault() {
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
    assert_eq!(brought_by(WITH_SECRET), set(&want));
}

#[test]
fn a_schedule_brings_everything_that_leads_to_the_storage_account() {
    let all = brought_by(WITH_BACKUPS);
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
    // Velero has a password of its own, so what leads to the vault comes too.
    assert!(all.is_superset(&(&brought_by(WITH_SECRET) - &set(&["services/orders"]))), "{all:?}");
}

#[test]
fn nothing_is_derived_that_nothing_needs() {
    let units = units(&tree(&spec(&[PLAIN])));
    for unit in [
        "vault",
        "stores/vault",
        "external_secrets",
        "velero",
        "storage",
        "backups",
        "identities/vault-reader",
        "rules",
    ] {
        assert!(!units.contains(unit), "{unit} in {units:?}");
    }
}

#[test]
fn what_was_derived_goes_with_its_last_consumer() {
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
fn what_is_derived_stays_while_one_consumer_is_left() {
    let second = WITH_SECRET.replace("orders", "users");
    let both = units(&tree(&spec(&[PLAIN, WITH_SECRET, &second])));
    let one = units(&tree(&spec(&[PLAIN, WITH_SECRET])));
    assert_eq!(&both - &one, set(&["services/users"]));
}

/// A table in the spec adjusts what is derived, and neither makes nor renames it.
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
fn a_table_for_a_thing_that_nothing_needs_is_a_mistake() {
    for (table, help) in [
        ("identities.vault-raeder", "did you mean `vault-reader`?"),
        ("stores.valt", "did you mean `vault`?"),
        ("namespaces.nowhere", "needed here"),
    ] {
        let text = spec(&[WITH_SECRET, &format!("[{table}]\n")]);
        let found = found(&text);
        assert_eq!(codes(&found), [Code::UnusedInstance], "{table}");
        assert!(found[0].help.starts_with(help), "{}", found[0].help);
        let label = &found[0].places[0];
        assert_eq!(&label.source.text[label.span.clone()], table.split_once('.').unwrap().1);
    }
}

#[test]
fn what_is_needed_cannot_be_switched_off() {
    for switch in [
        "stores.vault",
        "identities.vault-reader",
        "namespaces.external-secrets",
        "external_secrets.enabled",
    ] {
        let found = found(&format!("{switch} = false\n{}", spec(&[WITH_SECRET])));
        assert_eq!(codes(&found), [Code::DisabledDependency], "{switch}");
        let label = &found[0].places[0];
        assert_eq!(&label.source.text[label.span.clone()], switch.split_once('.').unwrap().1);
    }
}

#[test]
fn what_is_switched_on_needs_no_consumer() {
    let all = brought_by("[external_secrets]\nenabled = true\n");
    assert!(
        all.contains("external_secrets")
            && all.contains("namespaces/external-secrets")
            && !all.contains("vault"),
        "{all:?}"
    );
}

/// What nothing needs may be switched off, because it is not there anyway.
#[test]
fn a_switch_for_what_is_not_needed_changes_nothing() {
    assert_eq!(tree(&format!("stores.vault = false\n{}", spec(&[PLAIN]))), tree(&spec(&[PLAIN])));
}

/// The first minute of a platform: an environment with backups, and no service yet. It is whole, or
/// the spec is told what it lacks.
#[test]
fn a_platform_without_services_is_never_the_fault_of_a_template() {
    if let Err(diagnostics) = crate::support::make(&spec(&[WITH_BACKUPS]), |_| ()) {
        assert!(
            diagnostics.iter().all(|diagnostic| diagnostic
                .places
                .first()
                .is_some_and(|l| l.source.name == "platform.toml")),
            "{}",
            crate::support::told(&diagnostics)
        );
    }
}
