//! Platform secrets outside services: certificates and credentials of operators. Secret values are
//! never rendered.

mod validate;

use crate::diag::{Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    certificate::{Certificate, read, texts},
    text::{Name, Plain, SecretName},
    wiring::{Form, RequiredSecret, Wiring, segment},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Platform secret outside services, such as a certificate or the credential of an operator.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    /// Namespace of the Secret. It must exist.
    pub namespace: Name,
    /// Name of the Secret; the name of this table by default.
    pub name: Option<Name>,
    /// `type` of the Secret; by default `kubernetes.io/tls` with a `certificate` and `Opaque`
    /// without.
    pub r#type: Option<Type>,
    /// Keys of the Secret, each with the name of a secret in the store.
    pub keys: BTreeMap<String, SecretName>,
    /// Keys with plain values, such as a user name.
    pub literals: BTreeMap<String, Plain>,
    /// Keys with values that contain secrets. `{{ .client }}` inserts the secret `client` of
    /// `inputs` or `keys`. Use `{{ index . "tls.key" }}` for names with other characters than
    /// letters, digits and `_`.
    pub templates: BTreeMap<String, Plain>,
    /// Secrets that only `templates` use: name in the templates, and name of a secret in the store.
    pub inputs: BTreeMap<String, SecretName>,
    /// Certificate with its private key. It sets the keys `tls.crt` and `tls.key`.
    pub certificate: Option<Certificate>,
    /// Secret store.
    pub store: Name,
}

/// `type` of a Secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Type {
    /// Any keys.
    Opaque,
    /// Certificate and private key: `tls.crt` and `tls.key`.
    #[serde(rename = "kubernetes.io/tls")]
    Tls,
    /// `username`, `password` or both.
    #[serde(rename = "kubernetes.io/basic-auth")]
    BasicAuth,
    /// `ssh-privatekey`.
    #[serde(rename = "kubernetes.io/ssh-auth")]
    SshAuth,
    /// `.dockerconfigjson`.
    #[serde(rename = "kubernetes.io/dockerconfigjson")]
    DockerConfig,
}

impl Component for Secret {
    fn wire(&self, instance: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        let own = format!("secrets.{}", segment(instance));
        let mut seed = |secret: &SecretName, form, field: &str| {
            let reader = (self.namespace.as_str().to_owned(), self.target(instance).to_owned());
            let (store, secret) = (self.store.as_str().to_owned(), secret.as_str().to_owned());
            wiring.require_secret(RequiredSecret {
                store,
                secret,
                form,
                reader,
                source: format!("{own}.{field}"),
            });
        };
        for (table, texts) in [("keys", &self.keys), ("inputs", &self.inputs)] {
            texts.iter().for_each(|(name, secret)| {
                seed(secret, Form::Text, &format!("{table}.{}", segment(name)));
            });
        }
        self.certificate
            .iter()
            .for_each(|certificate| seed(&certificate.name, Form::Certificate, "certificate.name"));
    }

    fn validate(&self, name: &str, _: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        validate::check(self, name, diagnostics);
    }

    fn view(&self, name: &str, env: &Env) -> View {
        let own = format!("secrets.{}", segment(name));
        let at = |fields: &[&str]| {
            fields.iter().map(|field| format!("{own}.{field}")).collect::<Vec<_>>()
        };
        let mut view = View::new(&own, name, self, env);
        view.set("target", self.target(name), at(&["name"]));
        view.set("type", json!(self.kind()), at(&["type", "certificate"]));
        let in_cluster = env.wiring.secret_namespace(self.store.as_str()).is_some();
        let made = self.made(in_cluster);
        view.set(
            "made",
            !made.is_empty() || !self.literals.is_empty(),
            at(&["templates", "literals", "certificate"]),
        );
        view.set(
            "literals",
            texts(self.literals.iter().map(|(key, text)| (key.as_str(), text.as_str().to_owned()))),
            at(&["literals"]),
        );
        view.set("made_texts", texts(made.into_iter()), at(&["templates", "certificate", "keys"]));
        view.set("reads", self.reads(env, in_cluster), at(&["keys", "inputs", "certificate"]));
        view
    }
}

impl Secret {
    fn target<'a>(&'a self, name: &'a str) -> &'a str {
        self.name.as_ref().map_or(name, Name::as_str)
    }

    fn kind(&self) -> Type {
        self.r#type.unwrap_or(if self.certificate.is_some() { Type::Tls } else { Type::Opaque })
    }

    /// Keys that the template of the `ExternalSecret` sets. With a template, External Secrets drops
    /// all other keys, so the template repeats them by name.
    fn made(&self, in_cluster: bool) -> Vec<(&str, String)> {
        let mut made: Vec<(&str, String)> = self
            .templates
            .iter()
            .map(|(key, text)| (key.as_str(), text.as_str().to_owned()))
            .collect();
        if let Some(certificate) = self.certificate.as_ref().filter(|_| !in_cluster) {
            made.extend(certificate.parts());
        }
        if !made.is_empty() || !self.literals.is_empty() {
            let same = |key: &str| format!("{{{{ index . \"{key}\" }}}}");
            made.extend(self.keys.keys().map(|key| (key.as_str(), same(key))));
            let parts = self
                .certificate
                .iter()
                .filter(|_| in_cluster)
                .flat_map(|_| Form::Certificate.keys());
            made.extend(parts.map(|key| (*key, same(key))));
        }
        made
    }

    fn reads(&self, env: &Env, in_cluster: bool) -> Value {
        let store = self.store.as_str();
        let texts = self
            .keys
            .iter()
            .chain(&self.inputs)
            .map(|(name, secret)| read(name, &env.wiring.remote(store, secret.as_str())));
        let certificate =
            self.certificate.iter().flat_map(|certificate| certificate.reads(in_cluster));
        texts.chain(certificate).collect()
    }
}
