//! Secret stores: a vault, or Secrets that are created manually in the cluster.

use crate::components::key_vaults::{self, secrets_of_store, url};
use crate::components::operator_names::EXTERNAL_SECRETS as NAMESPACE;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    text::Name,
    wiring::{Purpose, RequiredSecret, Wiring, object},
};
use crate::{azure::roles, stage::Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// Secret store: a `ClusterSecretStore`, limited to the namespaces of its readers.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// Kind of the store.
    pub kind: StoreKind,
    /// Name of a table of `vaults`, for the kind `vault`; the platform's own vault by default.
    /// Change it after the loss of a vault.
    pub vault: Option<Name>,
    /// Namespace of manually created Secrets, for the kind `kubernetes`; `secret-sources` by
    /// default.
    pub namespace: Option<Name>,
    /// `refreshInterval` of the `ClusterSecretStore`: seconds between two checks of the store.
    #[schemars(range(min = 60, max = 86400))]
    pub check_seconds: u32,
}

/// Kind of a secret store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// Azure Key Vault.
    Vault,
    /// Secrets in a namespace of the cluster, for environments without a vault. They are lost with
    /// the cluster.
    Kubernetes,
}

/// Default store.
const FIRST: &str = "vault";

/// Default namespace of manually created Secrets.
const SOURCES: &str = "secret-sources";

impl Component for Store {
    fn wire(&self, instance: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        let source = format!("stores.{instance}");
        wiring.need("external_secrets", &source);
        wiring.accounts.insert(reader(instance));
        match self.kind {
            StoreKind::Vault => self.add_identity(instance, context, wiring),
            StoreKind::Kubernetes => {
                wiring.namespace(self.sources(), Purpose::Sources, Stage::Namespaces, &source);
                wiring.secret_namespaces.insert(instance.to_owned(), self.sources().to_owned());
            }
        }
    }

    fn validate(&self, name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let at = |field: &str| format!("stores.{name}.{field}");
        if self.kind == StoreKind::Vault && self.namespace.is_some() {
            let diagnostic = Diagnostic::in_spec(
                Code::ExclusiveSettings,
                at("namespace"),
                "a vault is in no namespace",
                "remove the namespace, or set `kind = \"kubernetes\"`",
            );
            diagnostics.push(diagnostic.and(at("kind")));
        }
        self.check_vault(name, env, diagnostics);
        check_forms(name, env, diagnostics);
        if self.kind == StoreKind::Kubernetes {
            for seed in secrets_of_store(name, env).filter(|seed| !is_object(&seed.secret)) {
                diagnostics.push(Diagnostic::in_spec(
                    Code::BadName,
                    &seed.source,
                    format!("`{}` is not a name for a Secret", seed.secret),
                    "start and end it with a letter or a digit",
                ));
            }
        }
    }

    fn view(&self, name: &str, env: &Env) -> View {
        let sources: Vec<String> = env
            .wiring
            .needs
            .get(&("stores", name.to_owned()))
            .into_iter()
            .flatten()
            .cloned()
            .collect();
        let own = format!("stores.{name}");
        let mut view = View::new(&own, name, self, env);
        view.set("namespace", NAMESPACE, sources.clone());
        view.set("reader", reader(name), sources.clone());
        view.set("in_vault", self.kind == StoreKind::Vault, [format!("{own}.kind")]);
        view.set("sources", self.sources(), [format!("{own}.namespace")]);
        let names: BTreeSet<String> =
            secrets_of_store(name, env).map(|seed| object(&seed.secret)).collect();
        // A role without `resourceNames` would allow every Secret of the namespace.
        view.set(
            "may_read",
            self.kind == StoreKind::Kubernetes && !names.is_empty(),
            sources.clone(),
        );
        view.set("source_names", json!(names), sources.clone());
        view.set("exported", format!("{}-identity", reader(name)), sources.clone());
        view.set(
            "vault_url",
            url(name, env),
            ["vault.name".into(), format!("{own}.vault"), "platform.name".into()],
        );
        view.set("readers", json!(env.wiring.stores[name]), sources);
        view
    }
}

impl Store {
    /// Adds the identity that reads the vault, with its roles.
    fn add_identity(&self, instance: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        let source = format!("stores.{instance}");
        let identity = wiring.identity(&reader(instance), &source);
        identity.subjects.insert((NAMESPACE.to_owned(), reader(instance)));
        let other = |name: &str| (roles::KEY_VAULT_SECRETS_USER, key_vaults::reference(Some(name)));
        if let Some(vault) = &self.vault {
            identity.roles.insert(other(vault.as_str()));
        } else {
            // Role assignments take minutes: replicas are readable before the vault is lost.
            identity.roles.extend(context.shared.replica_vaults.iter().map(|name| other(name)));
            identity.roles.insert((roles::KEY_VAULT_SECRETS_USER, key_vaults::reference(None)));
            wiring.need("vault", &source);
        }
    }

    /// Reports an unknown vault, and a vault of a store inside the cluster.
    fn check_vault(&self, instance: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let path = format!("stores.{instance}.vault");
        let known: Vec<&str> = env.shared.vaults.iter().map(String::as_str).collect();
        match self.vault.as_ref().map(Name::as_str) {
            Some(vault) if self.kind == StoreKind::Kubernetes => {
                let message =
                    format!("a store inside the cluster does not read the vault `{vault}`");
                let help = "remove one of the two";
                let diagnostic = Diagnostic::in_spec(Code::ExclusiveSettings, path, message, help);
                diagnostics.push(diagnostic.and(format!("stores.{instance}.kind")));
            }
            Some(vault) if !known.contains(&vault) => {
                let message = format!("there is no vault `{vault}`");
                let help =
                    format!("declare it by `[vaults.{vault}]`; there are: {}", known.join(", "));
                diagnostics.push(Diagnostic::in_spec(Code::UnknownReference, path, message, help));
            }
            None if self.kind == StoreKind::Vault && instance != FIRST => {
                diagnostics.push(unknown_store(instance, path, env));
            }
            _ => {}
        }
    }

    /// Namespace of the Secrets of a store inside the cluster.
    pub(crate) fn sources(&self) -> &str {
        self.namespace.as_ref().map_or(SOURCES, Name::as_str)
    }
}

/// Diagnostic of a store that is read but not declared.
fn unknown_store(instance: &str, path: String, env: &Env) -> Diagnostic<SpecPath> {
    let needs = env.wiring.needs.get(&("stores", instance.to_owned()));
    let source = needs.and_then(|needs| needs.first().cloned()).unwrap_or(path);
    let help = format!(
        "there is: {FIRST}; declare another one by `[stores.{instance}]` with a `vault`, or with `kind = \"kubernetes\"`"
    );
    let message = format!("there is no store `{instance}`");
    Diagnostic::in_spec(Code::UnknownReference, source, message, help)
}

/// Identity and `ServiceAccount` that read the store.
fn reader(store: &str) -> String {
    format!("{store}-reader")
}

/// Whether Kubernetes accepts the lower-case name of a secret. Key Vault also accepts a dash at
/// either end.
fn is_object(secret: &str) -> bool {
    !secret.starts_with('-') && !secret.ends_with('-')
}

/// Reports a name that is read as a certificate and as a text: a vault has one secret of the name.
fn check_forms(name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let mut seen: BTreeMap<String, &RequiredSecret> = BTreeMap::new();
    for seed in secrets_of_store(name, env) {
        let first = seen.entry(object(&seed.secret)).or_insert(seed);
        if first.form != seed.form {
            let message = format!("`{}` is read as a certificate and as a text", seed.secret);
            let help = "give the two different names in the vault";
            let diagnostic = Diagnostic::in_spec(Code::DuplicateName, &seed.source, message, help);
            diagnostics.push(diagnostic.and(first.source.clone()));
        }
    }
}
