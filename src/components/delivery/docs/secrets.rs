//! Secrets that are created manually, by vault or namespace. Only names, never values.

use crate::components::key_vaults;
use crate::model::{
    Env, Resource,
    wiring::{Form, RequiredSecret, object},
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Vaults and namespaces with manually created secrets: the platform's own vault first.
pub(super) fn places(env: &Env) -> Vec<Value> {
    let copies = &env.shared.replica_vaults;
    let first = env.has("vault").then(|| vault(None, false, env));
    let others = env.shared.vaults.iter().map(|name| vault(Some(name), copies.contains(name), env));
    let inside = env.wiring.secret_namespaces.iter().map(|(store, namespace)| {
        let seeds = listed(key_vaults::secrets_of_store(store, env));
        json!({"vault": null, "key": null, "namespace": namespace, "copy": false, "own": true, "private": false, "certificates": false, "seeds": seeds})
    });
    first
        .into_iter()
        .chain(others)
        .chain(inside)
        .filter(|place| place["seeds"].as_array().is_some_and(|seeds| !seeds.is_empty()))
        .collect()
}

fn vault(name: Option<&str>, copy: bool, env: &Env) -> Value {
    let resource = env.resource(&key_vaults::reference(name));
    json!({
        "vault": resource.as_ref().map(|vault| vault.azure_name.as_str()),
        "key": name,
        "namespace": null,
        "copy": copy,
        "own": resource.as_ref().is_some_and(Resource::is_own),
        "private": resource.is_some_and(|vault| env.is_private(&vault.object)),
        "certificates": key_vaults::secrets_in(name, env)
            .any(|seed| seed.form == Form::Certificate),
        "seeds": listed(key_vaults::secrets_in(name, env)),
    })
}

/// Each secret once, with all readers. Names are compared without case, as in Key Vault.
fn listed<'a>(seeds: impl Iterator<Item = &'a RequiredSecret>) -> Value {
    let mut all: BTreeMap<String, (&RequiredSecret, BTreeSet<String>)> = BTreeMap::new();
    for seed in seeds {
        let (_, readers) =
            all.entry(object(&seed.secret)).or_insert_with(|| (seed, BTreeSet::new()));
        readers.insert(format!("{}/{}", seed.reader.0, seed.reader.1));
    }
    let one = |(object, (seed, readers)): (String, (&RequiredSecret, BTreeSet<String>))| {
        let readers = readers.into_iter().collect::<Vec<_>>().join(", ");
        json!({"secret": seed.secret, "object": object, "certificate": seed.form == Form::Certificate, "readers": readers})
    };
    all.into_iter().map(one).collect()
}

/// Stores that read the platform's own vault. They change when this vault is lost.
pub(super) fn readers(env: &Env) -> Vec<&str> {
    let first = |name: &&str| {
        env.wiring.secret_namespace(name).is_none()
            && env.shared.stores.get(*name).is_some_and(|store| store.vault.is_none())
    };
    env.wiring.stores.keys().map(String::as_str).filter(first).collect()
}
