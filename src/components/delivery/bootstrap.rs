//! What has to exist before GitOps can work, as Bicep and commands. Never decides a name or a
//! field: it repeats what the resources say that adopt it later, from the same views.

use crate::model::{
    Component, Env, View, WireContext,
    external_resources::{deployments, grants},
    general::Engine,
    operators::{AZURE_ACCOUNT, AZURE_IDENTITY, AZURE_NAMESPACE},
    text::{ChartVersion, Plain},
    wiring::{RoleScope, Wiring},
};
use crate::{
    assets,
    azure::{network::Subnet, roles},
    diag::{Code, Diagnostic, SpecPath},
    kinds,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{collections::BTreeSet, sync::LazyLock};

/// The bootstrap: the cluster and the identity of Azure Service Operator, by Bicep; the rest
/// follows by GitOps.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bootstrap {
    /// The pool of mode `User` that the bootstrap makes; all others come by GitOps. Where there is
    /// only one it need not be named. Not to be changed afterwards.
    pub pool: Option<Plain>,
    /// The version of Argo CD's chart.
    pub argocd_chart: ChartVersion,
}

/// Providers that no kind of the templates belongs to: node pools are scale sets of
/// `Microsoft.Compute`, and the Flux extension belongs to `Microsoft.KubernetesConfiguration`.
const OWN_PROVIDERS: [&str; 2] = ["Microsoft.Compute", "Microsoft.KubernetesConfiguration"];

/// Resource providers of every kind that our templates can render, so that a later component needs
/// no second registration. Azure registers providers per subscription.
static PROVIDERS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let groups = assets::groups_of_templates();
    let mut all = kinds::providers(groups.into_iter());
    all.extend(OWN_PROVIDERS);
    all.sort_unstable();
    all
});

impl Component for Bootstrap {
    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        let own = wiring.identity(AZURE_IDENTITY, "bootstrap");
        own.protect = true;
        own.subjects.insert((AZURE_NAMESPACE.into(), AZURE_ACCOUNT.into()));
        own.roles.extend(
            [roles::CONTRIBUTOR, roles::RBAC_ADMINISTRATOR]
                .map(|role| (role, RoleScope::ResourceGroup)),
        );
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        if env.shared.cluster.first_pool.is_some() {
            return;
        }
        let known = &env.shared.cluster.user_pools;
        let (path, message) = match (&self.pool, known.is_empty()) {
            (_, true) => ("cluster.pools", "no pool has the mode `User` and machines that stay: nothing but system pods could start".to_owned()),
            (Some(pool), _) => ("bootstrap.pool", format!("there is no pool `{}` of mode `User` with machines that stay", pool.as_str())),
            (None, _) => ("bootstrap", "which pool does the bootstrap make? There are several of mode `User`".to_owned()),
        };
        let help = if known.is_empty() {
            "add one".to_owned()
        } else {
            format!("set `bootstrap.pool` to one of: {}", known.join(", "))
        };
        diagnostics.push(Diagnostic::in_spec(Code::UnsuitableNodePool, path, message, help));
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("bootstrap", "", self, env);
        let gitops = env.gitops();
        let of_cluster = env.view("cluster", "");
        let (behind_cluster, cluster) = (of_cluster.all_sources(), of_cluster.values);
        let name = env.shared.cluster.first_pool.as_deref().unwrap_or_default();
        let first = cluster["user_pools"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|pool| pool["name"] == name)
            .cloned();
        view.set("first_pool", first.unwrap_or_default(), ["bootstrap.pool", "cluster.pools"]);
        view.set("cluster", Value::Object(cluster), behind_cluster);
        let of_network = env.view("network", "");
        let (behind_network, network) = (of_network.all_sources(), of_network.values);
        let of_nodes = |list: &str, key: &str| {
            network[list]
                .as_array()
                .into_iter()
                .flatten()
                .filter(|one| one[key] == Subnet::Nodes.name())
                .cloned()
                .collect::<Vec<_>>()
        };
        view.set("nodes", of_nodes("subnets", "name").pop(), ["network"]);
        view.set("nodes_group", of_nodes("groups", "name").pop(), ["network"]);
        view.set("nodes_rules", json!(of_nodes("rules", "group")), ["network"]);
        view.set("network", Value::Object(network), behind_network);
        view.set("cluster_admin", roles::CLUSTER_ADMIN, ["azure.admins"]);
        for (name, identity) in [
            ("cluster_identity", "cluster"),
            ("kubelet_identity", "kubelet"),
            ("operator_identity", AZURE_IDENTITY),
        ] {
            let values = env.view("identities", identity).values;
            view.set(name, Value::Object(values), [format!("identities.{identity}")]);
        }
        view.set("providers", json!(*PROVIDERS), ["bootstrap"]);
        granted(env, &mut view);
        view.set("own_group", !env.shared.existing_group, ["resource_group.existing"]);
        view.set("flux", gitops.engine == Engine::Flux, ["gitops.engine"]);
        view.set("argocd", gitops.engine == Engine::Argocd, ["gitops.engine"]);
        view.set("repository", gitops.repository.as_str(), ["gitops.repository"]);
        view.set("branch", gitops.branch.as_str(), ["gitops.branch"]);
        view.set("secret", json!(gitops.secret), ["gitops.secret"]);
        view.set("root", gitops.within(&format!("clusters/{}", env.name)), ["gitops.path"]);
        view
    }
}

/// The pool that the bootstrap creates: the named one, or the only one.
pub(crate) fn first_pool(named: Option<&Plain>, user_pools: &[String]) -> Option<String> {
    match (named, user_pools) {
        (Some(pool), _) => user_pools.iter().find(|name| *name == pool.as_str()).cloned(),
        (None, [only]) => Some(only.clone()),
        (None, _) => None,
    }
}

/// The roles that Azure Service Operator cannot give, and the identities that have them: a person
/// makes these, and the operator adopts them.
fn granted(env: &Env, view: &mut View) {
    let identities: BTreeSet<String> =
        grants(env).iter().map(|grant| env.names().identity(grant.identity)).collect();
    view.set("granted", json!(identities), ["identities"]);
    view.set("deployments", json!(deployments(env)), ["identities"]);
    view.set("stem", env.names().stem(), ["platform.name"]);
}
