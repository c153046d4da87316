//! What all key vaults have in common: their objects, their secrets and their access.

use super::{
    Env, View,
    wiring::{Form, RequiredSecret, RoleScope},
};
use crate::azure::{guid, roles};

/// The name of the object of a further vault.
pub(crate) fn object(name: &str) -> String {
    format!("vault-{name}")
}

/// The secrets of a vault; the first vault has no name. A vault that no store reads replicates the
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

/// The secrets of a store.
pub(crate) fn secrets_of_store<'a>(
    store: &'a str,
    env: &'a Env,
) -> impl Iterator<Item = &'a RequiredSecret> {
    env.wiring.required_secrets.iter().filter(move |secret| secret.store == store)
}

/// The URL of the vault that a store reads; absent for a store inside the cluster.
pub(crate) fn url(store: &str, env: &Env) -> Option<String> {
    let facts = env.shared.stores.get(store).filter(|facts| !facts.in_cluster)?;
    let names = env.names();
    let vault = facts.vault.as_ref().map_or_else(|| names.vault(), |name| names.other_vault(name));
    Some(format!("https://{vault}.vault.azure.net"))
}

/// Sets the values about access: the firewall, and the roles of the administrators. The first vault
/// has no name.
pub(crate) fn set_access_values(view: &mut View, name: Option<&str>, env: &Env) {
    let scope = name.map_or(RoleScope::Vault, |name| RoleScope::OtherVault(name.to_owned()));
    let object = name.map_or_else(|| "vault".to_owned(), object);
    let (private, own) = (env.is_private(&object), env.names().is_ours(&scope));
    let certificates = secrets_in(name, env).any(|secret| secret.form == Form::Certificate);
    view.set("own", own, ["vault.existing"]);
    view.set("private", private, ["private_endpoints"]);
    view.set(
        "restricted",
        private || !env.shared.vault.allowed_ranges.is_empty(),
        ["vault.allowed_ranges", "private_endpoints"],
    );
    view.set("own_certificates", own && certificates, ["secrets"]);
    let admins = env.azure().admins.as_str();
    view.set("admins", admins, ["azure.admins"]);
    for (guid, definition, role) in [
        ("officers_guid", "officers_role", roles::KEY_VAULT_SECRETS_OFFICER),
        (
            "certificate_officers_guid",
            "certificate_officers_role",
            roles::KEY_VAULT_CERTIFICATES_OFFICER,
        ),
    ] {
        let id = guid::role_assignment(&env.names().scope_id(&scope), admins, role, 1);
        view.set(guid, id, ["azure.admins"]);
        view.set(definition, roles::definition(role), ["azure.admins"]);
    }
}
