//! Let's Encrypt issuer for exposed hosts, with DNS-01 challenges.

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

/// Let's Encrypt issuer for exposed hosts. It exists if a host in the DNS zone needs a certificate.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Issuer {
    /// Enable the component; by default it is enabled if another component needs it. Without the
    /// issuer, certificates come from the vault or are created manually.
    pub enabled: Option<bool>,
    /// ACME server of Let's Encrypt.
    pub server: Server,
    /// Name of the secret with the PEM key of an existing ACME account. By default, cert-manager
    /// creates an account.
    pub account_key: Option<SecretName>,
}

/// ACME server of Let's Encrypt.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Server {
    /// Certificates that browsers trust, with weekly rate limits.
    Production,
    /// Test certificates that browsers do not trust.
    Staging,
}

impl Server {
    /// Name of the `ClusterIssuer`. Each server has its own name, so that a change of the server
    /// issues every certificate again.
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

/// Secret store of the account key.
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
        // cert-manager starts before its identity exists, so Reloader must restart it.
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
        let message = "the issuer needs a DNS zone for DNS-01 challenges";
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
