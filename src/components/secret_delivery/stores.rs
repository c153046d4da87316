//! Where secrets are read from: the vault, or Secrets that people make in the cluster; open to the
//! namespaces that read. Never a secret.

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

/// Where secrets are read from.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// What keeps the secrets.
    pub kind: StoreKind,
    /// The vault of a store of kind `vault`, as it is called in `vaults`; the platform's own where
    /// it is not given. To be changed, and rendered, when that one is lost.
    pub vault: Option<Name>,
    /// The namespace of a store of kind `kubernetes`: people make its Secrets by hand.
    /// `secret-sources` where it is not given.
    pub namespace: Option<Name>,
    /// Seconds between two checks that the store can be reached.
    #[schemars(range(min = 60, max = 86400))]
    pub check_seconds: u32,
}

/// What keeps secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum StoreKind {
    /// The key vault.
    Vault,
    /// Secrets in a namespace of their own, for an environment that has nothing to lose: no vault,
    /// and nothing outside the cluster.
    Kubernetes,
}

/// The store that is read where no other one is named.
const FIRST: &str = "vault";

/// The namespace of the Secrets that people make.
const SOURCES: &str = "secret-sources";

impl Component for Store {
    fn wire(&self, instance: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        let source = format!("stores.{instance}");
        wiring.need("external_secrets", &source);
        wiring.accounts.insert(reader(instance));
        match self.kind {
            StoreKind::Vault => {
                let reader = wiring.identity(&reader(instance), &source);
                reader.subjects.insert((NAMESPACE.to_owned(), self::reader(instance)));
                let other =
                    |name: &str| (roles::KEY_VAULT_SECRETS_USER, key_vaults::reference(Some(name)));
                if let Some(vault) = &self.vault {
                    reader.roles.insert(other(vault.as_str()));
                } else {
                    // A role needs minutes to work: it is there before the day that the vault is
                    // lost.
                    reader
                        .roles
                        .extend(context.shared.replica_vaults.iter().map(|name| other(name)));
                    reader
                        .roles
                        .insert((roles::KEY_VAULT_SECRETS_USER, key_vaults::reference(None)));
                    wiring.need("vault", &source);
                }
            }
            StoreKind::Kubernetes => {
                wiring.namespace(self.sources(), Purpose::Sources, Stage::Namespaces, &source);
                wiring.secret_namespaces.insert(instance.to_owned(), self.sources().to_owned());
            }
        }
    }

    fn validate(&self, name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        if self.kind == StoreKind::Vault && self.namespace.is_some() {
            let mut diagnostic = Diagnostic::in_spec(
                Code::ExclusiveSettings,
                format!("stores.{name}.namespace"),
                "a vault is in no namespace",
                "leave the namespace out, or write `kind = \"kubernetes\"`",
            );
            diagnostic = diagnostic.and(format!("stores.{name}.kind"));
            diagnostics.push(diagnostic);
        }
        self.finds_its_vault(name, env, diagnostics);
        one_form_each(name, env, diagnostics);
        if self.kind == StoreKind::Kubernetes {
            for seed in secrets_of_store(name, env).filter(|seed| !is_object(&seed.secret)) {
                let message = format!("`{}` is not a name for a Secret", seed.secret);
                diagnostics.push(Diagnostic::in_spec(
                    Code::BadName,
                    &seed.source,
                    message,
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
        view.set("reloads", env.has("reloader"), ["reloader"]);
        view.set("sources", self.sources(), [format!("{own}.namespace")]);
        let names: BTreeSet<String> =
            secrets_of_store(name, env).map(|seed| object(&seed.secret)).collect();
        // A role without names would open every Secret of the namespace.
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
    /// A store is declared by what it reads; only the first one need not be.
    fn finds_its_vault(
        &self,
        instance: &str,
        env: &Env,
        diagnostics: &mut Vec<Diagnostic<SpecPath>>,
    ) {
        let (path, known) =
            (format!("stores.{instance}.vault"), env.shared.vaults.iter().map(String::as_str));
        match &self.vault {
            Some(vault) if self.kind == StoreKind::Kubernetes => {
                let message = format!(
                    "a store inside the cluster does not read the vault `{}`",
                    vault.as_str()
                );
                let diagnostic = Diagnostic::in_spec(
                    Code::ExclusiveSettings,
                    path,
                    message,
                    "remove one of the two",
                );
                diagnostics.push(diagnostic.and(format!("stores.{instance}.kind")));
            }
            Some(vault) if !known.clone().any(|name| name == vault.as_str()) => {
                let help = format!(
                    "declare it by `[vaults.{}]`; there are: {}",
                    vault.as_str(),
                    known.collect::<Vec<_>>().join(", ")
                );
                diagnostics.push(Diagnostic::in_spec(
                    Code::UnknownReference,
                    path,
                    format!("there is no vault `{}`", vault.as_str()),
                    help,
                ));
            }
            None if self.kind == StoreKind::Vault && instance != FIRST => {
                let source = env
                    .wiring
                    .needs
                    .get(&("stores", instance.to_owned()))
                    .and_then(|needs| needs.first().cloned())
                    .unwrap_or(path);
                let help = format!(
                    "there is: {FIRST}; another one is declared by `[stores.{instance}]` with a `vault` of its own, or `kind = \"kubernetes\"`"
                );
                diagnostics.push(Diagnostic::in_spec(
                    Code::UnknownReference,
                    source,
                    format!("there is no store `{instance}`"),
                    help,
                ));
            }
            _ => {}
        }
    }

    pub(crate) fn sources(&self) -> &str {
        self.namespace.as_ref().map_or(SOURCES, Name::as_str)
    }
}

/// The identity, and the `ServiceAccount`, that reads the store.
fn reader(store: &str) -> String {
    format!("{store}-reader")
}

/// Is it a name for a Secret, apart from its capitals? The vault takes a dash at either end,
/// Kubernetes does not.
fn is_object(secret: &str) -> bool {
    !secret.starts_with('-') && !secret.ends_with('-')
}

/// A name stands for a text or for a certificate: a vault has one secret of that name.
fn one_form_each(name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let mut seen: BTreeMap<String, &RequiredSecret> = BTreeMap::new();
    for seed in secrets_of_store(name, env) {
        let first = seen.entry(object(&seed.secret)).or_insert(seed);
        if first.form != seed.form {
            let message = format!("`{}` is read as a certificate, and as a text", seed.secret);
            let mut diagnostic = Diagnostic::in_spec(
                Code::DuplicateName,
                &seed.source,
                message,
                "give the two different names in the vault",
            );
            diagnostic = diagnostic.and(first.source.clone());
            diagnostics.push(diagnostic);
        }
    }
}
