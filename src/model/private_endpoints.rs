//! Private endpoints: vault, storage account and registry get an address inside the network, and none outside. Never of anything of others.

use super::{Blame, Component, Env, View, network, text::Cidr};
use crate::{azure::network::Subnet, diag::Code};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Private endpoints: the vault, the storage account and the registry are then reached from inside the network only.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PrivateEndpoints {
    /// Whether there are any: yes or no; no, where it is not given.
    pub enabled: Option<bool>,
}

/// A finding if addresses are let in from outside where nothing outside gets through.
pub(super) fn unreached(component: &str, ranges: &[Cidr], env: &Env, out: &mut Vec<Blame>) {
    if env.is_private(component) && !ranges.is_empty() {
        let message = "with a private endpoint nobody comes from outside the network";
        let blame = Blame::new(Code::Conflict, format!("{component}.allowed_ranges"), message, "remove the ranges, or the private endpoints");
        out.push(Blame { other: Some("private_endpoints.enabled".into()), ..blame });
    }
}

impl Component for PrivateEndpoints {
    fn enabled(&self) -> Option<bool> {
        self.enabled
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("private_endpoints", "private-endpoints", self, env);
        let of = |(name, target): (&&str, &super::wiring::Target)| {
            json!({
                "name": name, "azure_name": format!("pep-{}-{name}", env.names().stem()), "part": target.part, "group": target.group, "kind": target.kind,
            })
        };
        view.set("endpoints", env.wiring.targets.iter().map(of).collect::<Value>(), ["private_endpoints"]);
        view.set("subnet", network::reference(Subnet::PrivateEndpoints, env), ["network"]);
        view
    }
}
