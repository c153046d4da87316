//! Where secrets are read from: the vault, or Secrets that people make in the cluster; open to the namespaces that read. Never a secret.

use super::{
    Blame, Component, Env, Ground, View,
    external_secrets::NAMESPACE,
    text::Name,
    vault,
    wiring::{Form, Purpose, Scope, Seed, Wiring, object},
};
use crate::{azure::roles, diag::Code, wave::Wave};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Where secrets are read from.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Store {
    /// What keeps the secrets.
    pub kind: Kind,
    /// The namespace of a store of kind `kubernetes`: people make its Secrets by hand. `secret-sources` where it is not given.
    pub namespace: Option<Name>,
    /// Seconds between two checks that the store can be reached.
    #[schemars(range(min = 60, max = 86400))]
    pub check_seconds: u32,
}

/// What keeps secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The key vault.
    Vault,
    /// Secrets in a namespace of their own, for an environment that has nothing to lose: no vault, and nothing outside the cluster.
    Kubernetes,
}

/// The namespace of the Secrets that people make.
const SOURCES: &str = "secret-sources";

impl Component for Store {
    fn wire(&self, me: &str, _: &Ground<'_>, out: &mut Wiring) {
        let because = format!("stores.{me}");
        out.need("external_secrets", &because);
        out.accounts.insert(reader(me));
        match self.kind {
            Kind::Vault => {
                out.need("vault", &because);
                let reader = out.identity(&reader(me), &because);
                reader.subjects.insert((NAMESPACE.to_owned(), self::reader(me)));
                reader.roles.insert((roles::KEY_VAULT_SECRETS_USER, Scope::Vault));
            }
            Kind::Kubernetes => {
                out.namespace(self.sources(), Purpose::Sources, Wave::Foundation, &because);
                out.keeps.insert(me.to_owned(), self.sources().to_owned());
            }
        }
    }

    fn rules(&self, me: &str, env: &Env, out: &mut Vec<Blame>) {
        if self.kind == Kind::Vault && self.namespace.is_some() {
            let mut blame = Blame::new(
                Code::Conflict,
                format!("stores.{me}.namespace"),
                "a vault is in no namespace",
                "leave the namespace out, or write `kind = \"kubernetes\"`",
            );
            blame.other = Some(format!("stores.{me}.kind"));
            out.push(blame);
        }
        one_form_each(me, env, out);
        if self.kind == Kind::Kubernetes {
            for seed in seeds(me, env).filter(|seed| !is_object(&seed.secret)) {
                let message = format!("`{}` is not a name for a Secret", seed.secret);
                out.push(Blame::new(Code::BadName, &seed.because, message, "start and end it with a letter or a digit"));
            }
        }
    }

    fn view(&self, me: &str, env: &Env) -> View {
        let because: Vec<String> = env.wiring.needs.get(&("stores", me.to_owned())).into_iter().flatten().cloned().collect();
        let own = format!("stores.{me}");
        let mut view = View::new(&own, me, self, env);
        view.set("namespace", NAMESPACE, because.clone());
        view.set("reader", reader(me), because.clone());
        view.set("in_vault", self.kind == Kind::Vault, [format!("{own}.kind")]);
        view.set("in_cluster", self.kind == Kind::Kubernetes, [format!("{own}.kind")]);
        view.set("reloads", env.has("reloader"), ["reloader"]);
        view.set("sources", self.sources(), [format!("{own}.namespace")]);
        let names: BTreeSet<String> = seeds(me, env).map(|seed| object(&seed.secret)).collect();
        // A role without names would open every Secret of the namespace.
        view.set("may_read", self.kind == Kind::Kubernetes && !names.is_empty(), because.clone());
        view.set("source_names", json!(names), because.clone());
        view.set("seeds", listed(seeds(me, env)), because.clone());
        view.set("exported", format!("{}-identity", reader(me)), because.clone());
        view.set("vault_url", vault::url(env), ["vault.name", "platform.name"]);
        view.set("readers", json!(env.wiring.stores[me]), because);
        view
    }
}

impl Store {
    fn sources(&self) -> &str {
        self.namespace.as_ref().map_or(SOURCES, Name::as_str)
    }
}

/// The identity, and the `ServiceAccount`, that reads the store.
fn reader(store: &str) -> String {
    format!("{store}-reader")
}

/// What people put into a store.
fn seeds<'a>(store: &'a str, env: &'a Env) -> impl Iterator<Item = &'a Seed> {
    env.wiring.seeds.iter().filter(move |seed| seed.store == store)
}

/// Is it a name for a Secret, apart from its capitals? The vault takes a dash at either end, Kubernetes does not.
fn is_object(secret: &str) -> bool {
    !secret.starts_with('-') && !secret.ends_with('-')
}

/// A name stands for a text or for a certificate: a vault has one secret of that name.
fn one_form_each(me: &str, env: &Env, out: &mut Vec<Blame>) {
    let mut seen: BTreeMap<String, &Seed> = BTreeMap::new();
    for seed in seeds(me, env) {
        let first = seen.entry(object(&seed.secret)).or_insert(seed);
        if first.form != seed.form {
            let message = format!("`{}` is read as a certificate, and as a text", seed.secret);
            let mut blame = Blame::new(Code::SameName, &seed.because, message, "give the two different names in the vault");
            blame.other = Some(first.because.clone());
            out.push(blame);
        }
    }
}

/// Every seed once, with all who read it. Names that differ by their capitals are one.
pub(super) fn listed<'a>(seeds: impl Iterator<Item = &'a Seed>) -> Value {
    let mut all: BTreeMap<String, (&Seed, BTreeSet<String>)> = BTreeMap::new();
    for seed in seeds {
        let (_, readers) = all.entry(object(&seed.secret)).or_insert_with(|| (seed, BTreeSet::new()));
        readers.insert(format!("{}/{}", seed.reader.0, seed.reader.1));
    }
    let one = |(object, (seed, readers)): (String, (&Seed, BTreeSet<String>))| {
        let readers = readers.into_iter().collect::<Vec<_>>().join(", ");
        json!({"secret": seed.secret, "object": object, "certificate": seed.form == Form::Certificate, "readers": readers})
    };
    all.into_iter().map(one).collect()
}
