//! Who issues the certificates of exposed hosts: Let's Encrypt, which is shown a record in the DNS
//! zone. Never a certificate.

use crate::azure::{ids, roles};
use crate::components::checks::check_zone;
use crate::components::operator_names::CERT_MANAGER;
use crate::diag::{Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    text::SecretName,
    wiring::{Form, RequiredSecret, ResourceRef, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who issues the certificates of exposed hosts. It exists if a host in the DNS zone needs one.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// Whether there is one: yes, no, or, where it is not given, when something needs it. Without
    /// it, certificates come from the vault or from people.
    pub enabled: Option<bool>,
    /// Which of Let's Encrypt's servers it asks.
    pub server: Server,
    /// The secret in the vault with the key of an account that exists already, as PEM. cert-manager
    /// makes an account of its own where it is not given.
    pub account_key: Option<SecretName>,
}

/// A server of Let's Encrypt.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Server {
    /// Browsers trust its certificates; it issues a limited number per week.
    Production,
    /// For trying: nobody trusts its certificates.
    Staging,
}

impl Server {
    /// Each has an issuer of its own name: when it changes, cert-manager issues every certificate
    /// again.
    pub(crate) const fn issuer(self) -> &'static str {
        match self {
            Server::Production => "letsencrypt",
            Server::Staging => "letsencrypt-staging",
        }
    }

    const fn url(self) -> &'static str {
        match self {
            Server::Production => "https://acme-v02.api.letsencrypt.org/directory",
            Server::Staging => "https://acme-staging-v02.api.letsencrypt.org/directory",
        }
    }
}

/// The store that the account's key is read from.
const STORE: &str = "vault";

impl Issuer {
    fn account(&self) -> String {
        format!("{}-account", self.server.issuer())
    }
}

impl Component for Issuer {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        const ACCOUNT: &str = CERT_MANAGER;
        wiring.need("cert_manager", "issuer");
        // cert-manager starts before its identity exists.
        wiring.need("reloader", "issuer");
        wiring.replicate_client_id(ACCOUNT, CERT_MANAGER, "issuer");
        let identity = wiring.identity(ACCOUNT, "issuer");
        identity.subjects.insert((CERT_MANAGER.into(), ACCOUNT.into()));
        identity.roles.insert((roles::DNS_ZONE_CONTRIBUTOR, ResourceRef::single("dns")));
        if let Some(key) = &self.account_key {
            let (secret, reader) =
                (key.as_str().to_owned(), (CERT_MANAGER.to_owned(), self.account()));
            wiring.require_secret(RequiredSecret {
                store: STORE.into(),
                secret,
                form: Form::Text,
                reader,
                source: "issuer.account_key".into(),
            });
        }
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let message = "there is no zone that the issuer could be shown a record in";
        check_zone("issuer", message, env, diagnostics);
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("issuer", self.server.issuer(), self, env);
        let id = env.single_resource("dns").id;
        let zone = ["dns.zone", "dns.owner", "dns.existing"];
        view.set("url", self.server.url(), ["issuer.server"]);
        view.set("zone", env.shared.zone.as_deref().unwrap_or_default(), zone);
        view.set("zone_subscription", ids::subscription(&id), zone);
        view.set("zone_group", ids::group(&id), zone);
        view.set("account", self.account(), ["issuer.server"]);
        view.set("namespace", CERT_MANAGER, ["issuer"]);
        view.set("store", STORE, ["issuer.account_key"]);
        view.set("has_key", self.account_key.is_some(), ["issuer.account_key"]);
        let remote = self.account_key.as_ref().map(|key| env.wiring.remote(STORE, key.as_str()));
        view.set("key", remote.as_ref().map(|remote| remote.key.clone()), ["issuer.account_key"]);
        view.set("key_property", remote.and_then(|remote| remote.property), ["issuer.account_key"]);
        view
    }
}
