//! Objects, secrets and access of key vaults, for the components that render or read them.

use crate::azure::{guid, naming::short, roles};
use crate::model::{
    Env, Resource, ResourceType, View,
    text::{Plain, VaultId},
    wiring::{Form, PrivateLinkTarget, RequiredSecret, ResourceRef},
};

/// `metadata.name` of a further vault.
pub(crate) fn object(name: &str) -> String {
    format!("vault-{name}")
}

const VAULT: ResourceType = ResourceType {
    group: "keyvault.azure.com",
    kind: "Vault",
    arm: "Microsoft.KeyVault/vaults",
    version: "2023-07-01",
};

/// A vault as the scope of a role; the first vault has no name.
pub(crate) fn reference(name: Option<&str>) -> ResourceRef {
    name.map_or_else(|| ResourceRef::single("vault"), |name| ResourceRef::of("vaults", name))
}

/// The private endpoint of a vault.
pub(crate) fn private_link(name: Option<&str>) -> PrivateLinkTarget {
    PrivateLinkTarget {
        group: VAULT.group,
        kind: VAULT.kind,
        part: "vault",
        scope: reference(name),
        zone: "vault",
        addresses: 1,
    }
}

/// The name of a vault in Azure: at most 24 characters, globally unique. `label` is the
/// environment or the name of a further vault; `unique` is the label of its suffix.
pub(crate) fn azure_name(given: Option<&Plain>, label: &str, unique: &str, env: &Env) -> String {
    let names = env.names();
    let default = || {
        let (platform, label) = (short(names.platform(), 9), short(label, 4));
        format!("kv-{platform}-{label}-{}", names.unique_suffix(unique))
    };
    given.map_or_else(default, |name| name.as_str().to_owned())
}

/// The resource of a vault.
pub(crate) fn resource(
    object: String,
    azure_name: String,
    existing: Option<&VaultId>,
    env: &Env,
) -> Resource {
    Resource::new(&VAULT, object, azure_name, env)
        .or_existing(existing.map(VaultId::as_str))
        .with_host("vault.azure.net")
}

/// Secrets of a vault; the first vault has no name. A vault that no store reads is a replica of the
/// first one.
pub(crate) fn secrets_in<'a>(
    vault: Option<&'a str>,
    env: &'a Env,
) -> impl Iterator<Item = &'a RequiredSecret> {
    let from = vault.filter(|name| !env.shared.replica_vaults.iter().any(|one| one == name));
    let reads = move |store: &str| {
        let facts = env.shared.stores.get(store);
        facts.is_some_and(|facts| !facts.in_cluster && facts.vault.as_deref() == from)
    };
    env.wiring.required_secrets.iter().filter(move |secret| reads(&secret.store))
}

/// Secrets of a store.
pub(crate) fn secrets_of_store<'a>(
    store: &'a str,
    env: &'a Env,
) -> impl Iterator<Item = &'a RequiredSecret> {
    env.wiring.required_secrets.iter().filter(move |secret| secret.store == store)
}

/// The URL of the vault that a store reads; absent for a store inside the cluster.
pub(crate) fn url(store: &str, env: &Env) -> Option<String> {
    let facts = env.shared.stores.get(store).filter(|facts| !facts.in_cluster)?;
    let vault = env.resource(&reference(facts.vault.as_deref()))?;
    Some(format!("https://{}", vault.host))
}

/// Sets the values about access: the firewall, and the roles of the administrators. The first vault
/// has no name.
pub(crate) fn set_access_values(view: &mut View, name: Option<&str>, env: &Env) {
    let Some(vault) = env.resource(&reference(name)) else { return };
    let (private, own) = (env.is_private(&vault.object), vault.is_own());
    let has_certificates = secrets_in(name, env).any(|secret| secret.form == Form::Certificate);
    view.set("own", own, ["vault.existing"]);
    view.set("private", private, ["private_endpoints"]);
    view.set(
        "restricted",
        private || !env.shared.vault.allowed_ranges.is_empty(),
        ["vault.allowed_ranges", "private_endpoints"],
    );
    view.set("own_certificates", own && has_certificates, ["secrets"]);
    let admins = env.azure().admins.as_str();
    view.set("admins", admins, ["azure.admins"]);
    let id = |role| guid::role_assignment(&vault.id, admins, role, 1);
    let (secrets, certificates) =
        (roles::KEY_VAULT_SECRETS_OFFICER, roles::KEY_VAULT_CERTIFICATES_OFFICER);
    view.set("officers_guid", id(secrets), ["azure.admins"]);
    view.set("officers_role", roles::definition(secrets), ["azure.admins"]);
    view.set("certificate_officers_guid", id(certificates), ["azure.admins"]);
    view.set("certificate_officers_role", roles::definition(certificates), ["azure.admins"]);
}
