//! Endpoints outside the cluster, for `calls`. They render no object.

use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    text::{Cidr, Host},
    wiring::{Address, ConnectionPeer, Endpoint, Port, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Endpoints outside the cluster: `external.<name>` in `calls`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct External {
    /// Address range of the endpoint.
    pub cidr: Option<Cidr>,
    /// DNS name of the endpoint, if its addresses are unknown.
    pub host: Option<Host>,
    /// TCP port.
    #[schemars(range(min = 1, max = 65535))]
    pub port: u16,
}

impl Component for External {
    fn wire(&self, instance: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        let peer = match (&self.cidr, &self.host) {
            (Some(cidr), _) => ConnectionPeer::Range(cidr.as_str().to_owned()),
            (None, Some(host)) => ConnectionPeer::Host(host.as_str().to_owned()),
            // `validate` refuses it. The endpoint exists anyway, so that no caller gets a second
            // diagnostic.
            (None, None) => ConnectionPeer::Host(instance.to_owned()),
        };
        let port = Port { name: "main".into(), number: self.port };
        let host = match &peer {
            ConnectionPeer::Host(host) => Some(host.clone()),
            ConnectionPeer::Range(range) => range.strip_suffix("/32").map(str::to_owned),
            ConnectionPeer::Pods(_) => None,
        };
        let address = host.map(|host| Address { host, ports: [(self.port, self.port)].into() });
        wiring.addresses.extend(address.map(|address| (format!("external.{instance}"), address)));
        wiring.offer(
            format!("external.{instance}"),
            Endpoint {
                peer,
                main: Some(port.name.clone()),
                ports: vec![port],
                source: format!("external.{instance}"),
            },
        );
    }

    fn validate(&self, name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        if self.cidr.is_some() == self.host.is_some() {
            let message = format!("`external.{name}` needs either `cidr` or `host`");
            diagnostics.push(Diagnostic::in_spec(
                Code::ExclusiveSettings,
                format!("external.{name}"),
                message,
                "set one of them; a `cidr` gives the narrower policy",
            ));
        }
        if self.host.as_ref().is_some_and(|host| host.as_str().ends_with(".svc.cluster.local")) {
            diagnostics.push(Diagnostic::in_spec(
                Code::IneffectiveRange,
                format!("external.{name}.host"),
                "this host is inside the cluster: the policy opens addresses outside only",
                "call the service by its name, or write a NetworkPolicy of your own in `[extra]`",
            ));
        }
        let cluster = &env.shared.cluster;
        for (path, inside) in [
            ("cluster.pod_cidr", &cluster.pod_cidr),
            ("cluster.service_cidr", &cluster.service_cidr),
        ] {
            if self.cidr.as_ref().is_some_and(|cidr| cidr.overlaps(inside)) {
                let mut diagnostic = Diagnostic::in_spec(
                    Code::IneffectiveRange,
                    format!("external.{name}.cidr"),
                    "this range is inside the cluster: a policy on it selects nothing",
                    "call the service by its name",
                );
                diagnostic = diagnostic.and(path);
                diagnostics.push(diagnostic);
            }
        }
    }

    fn view(&self, name: &str, env: &Env) -> View {
        View::new(&format!("external.{name}"), name, self, env)
    }
}
