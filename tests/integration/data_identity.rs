//! A change of the Azure identity of an object that holds data is refused as its removal is.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

use crate::data::{assert_refused_until_allowed, changed, rows, run, write_spec};
use std::fs;

/// A spec with a database in a subscription that is no placeholder.
const REAL: &str = r#"
[environments.dev.azure]
subscription_id = "11111111-1111-1111-1111-111111111111"
tenant_id = "22222222-2222-2222-2222-222222222222"
[environments.dev.resource_group]
name = "rg-shop"
[environments.dev.cluster]
name = "aks-shop"
[services.web]
image = "ghcr.io/a/web:1.0.0"
[postgres.shop]
name = "psql-shop"
database = "orders"
"#;

#[test]
fn each_part_of_the_identity_is_kept() {
    let server = "FlexibleServer/azure-shop-dev/shop";
    for (old, new, message, words) in [
        (
            "psql-shop",
            "psql-store",
            "its Azure name changes from `psql-shop` to `psql-store`",
            &[server][..],
        ),
        (
            "\"orders\"",
            "\"sales\"",
            "its Azure name changes from `orders` to `sales`",
            &["FlexibleServersDatabase/azure-shop-dev/shop"],
        ),
        (
            "aks-shop",
            "aks-store",
            "its Azure name changes from `aks-shop` to `aks-store`",
            &["ManagedCluster/azure-shop-dev/cluster"],
        ),
        (
            "rg-shop",
            "rg-store",
            "its owner changes from `rg-shop` to `rg-store`",
            &[server, "ManagedCluster/azure-shop-dev/cluster"],
        ),
        ("11111111-", "33333333-", "the subscription of `dev` changes from `11111111-", &["dev"]),
        ("22222222-", "33333333-", "the tenant of `dev` changes from `22222222-", &["dev"]),
        (
            "tenant_id",
            "location = \"northeurope\"\ntenant_id",
            "the location of `dev` changes from `uksouth` to `northeurope`, but Azure moves no data",
            &["dev"],
        ),
    ] {
        let dir = changed(REAL, &REAL.replacen(old, new, 1));
        assert_refused_until_allowed(dir.path(), &[message, "platform.toml:"], words);
    }
}

/// `aksgen init` writes placeholders, in which no resource was created.
#[test]
fn a_placeholder_can_be_replaced() {
    let web = "[services.web]\nimage = \"ghcr.io/a/web:1.0.0\"\n[postgres.shop]\n";
    let real =
        "[environments.dev.azure]\nsubscription_id = \"11111111-1111-1111-1111-111111111111\"\n";
    let dir = changed(web, &format!("{real}{web}"));
    assert_eq!(run(dir.path(), &["render"]), (Some(0), String::new()));
}

#[test]
fn a_lock_without_identities_is_completed() {
    let dir = changed(REAL, REAL);
    let lock = dir.path().join("aksgen.lock");
    let text = fs::read_to_string(&lock).unwrap();
    let old: Vec<&str> = text.lines().map(|line| line.split(" id=").next().unwrap()).collect();
    let old = old.join("\n").replace("= \"32\n", "= \"32\"\n");
    let old: String = old
        .lines()
        .map(|line| match line.split_once(" = \"id=") {
            Some((object, _)) => format!("{object} = \"\"\n"),
            None => format!("{line}\n"),
        })
        .collect();
    fs::write(&lock, old).unwrap();
    assert_eq!(run(dir.path(), &["check"]).0, Some(1), "the rows are completed");
    assert_eq!(run(dir.path(), &["render"]), (Some(0), String::new()));
    assert_eq!(fs::read_to_string(&lock).unwrap(), text);
}

/// A renamed environment has other resources, unless the spec keeps the names of all.
#[test]
fn a_renamed_environment_keeps_data_by_its_azure_names() {
    let named = REAL.replace(".dev.", ".live.");
    let head = "[environments.live]\nprofile = \"dev\"\n";
    let dir = changed(REAL, "");
    let spec = dir.path().join("platform.toml");
    write_spec(dir.path(), &format!("{head}{named}"));
    let without_dev =
        fs::read_to_string(&spec).unwrap().replace("[environments.dev]\nprofile = \"dev\"\n", "");
    fs::write(&spec, &without_dev).unwrap();
    assert_eq!(run(dir.path(), &["render"]), (Some(0), String::new()));
    assert!(
        rows(dir.path()).iter().all(|row| row.starts_with("data.live")),
        "{:?}",
        rows(dir.path())
    );
    fs::write(&spec, without_dev.replace(".live", ".prod").replace("psql-shop", "psql-store"))
        .unwrap();
    let (code, text) = run(dir.path(), &["render"]);
    assert!(
        code == Some(2) && text.contains("the environment `live` is no longer in the spec"),
        "{text}"
    );
    assert!(!text.contains("ManagedCluster"), "the cluster stays:\n{text}");
}

/// The objects of Kubernetes have other names, and the Azure resource is the same.
#[test]
fn another_kubernetes_name_is_no_loss() {
    let extra = r#"
[azure_operator]
groups = ["cache.azure.com"]
[extra.cache]
file = "cache.yaml"
stage = "azure"
namespace = "azure-shop-dev"
"#;
    let cache = |name: &str, azure: &str| {
        format!(
            "apiVersion: cache.azure.com/v1api20230801
kind: Redis
metadata:
  name: {name}
  annotations:
    serviceoperator.azure.com/reconcile-policy: detach-on-delete
    kustomize.toolkit.fluxcd.io/prune: disabled
    argocd.argoproj.io/sync-options: Prune=false,Delete=false
spec:
  azureName: {azure}
  location: UK South
  owner:
    name: rg-shop
  publicNetworkAccess: Enabled
  sku:
    name: Standard
    family: C
    capacity: 1
"
        )
    };
    let dir = tempfile::tempdir().unwrap();
    write_spec(dir.path(), &format!("{REAL}{extra}"));
    let write = |name: &str, azure: &str| {
        fs::write(dir.path().join("cache.yaml"), cache(name, azure)).unwrap();
    };
    write("sessions", "redis-shop");
    assert_eq!(run(dir.path(), &["render"]), (Some(0), String::new()));
    write("store", "redis-shop");
    assert_eq!(run(dir.path(), &["render"]), (Some(0), String::new()));
    write("store", "redis-store");
    let name = "Redis/azure-shop-dev/store";
    let message = format!("`{name}` holds data, and its Azure name changes from `redis-shop`");
    assert_refused_until_allowed(dir.path(), &[&message], &[name]);
}
