//! Resources that must exist before GitOps, as Bicep and commands. Their names and fields come from
//! the views of the components whose objects adopt them later.

use crate::components::operator_names::{AZURE_ACCOUNT, AZURE_IDENTITY, AZURE_NAMESPACE};
use crate::model::{
    Component, Env, View, WireContext,
    external_resources::{deployments, grants},
    general::Engine,
    provisioning::{self, OWNER, Phase, ProvisioningStep},
    text::ChartVersion,
    wiring::{ResourceRef, Wiring},
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

/// Bicep for the cluster and for the identity of Azure Service Operator. GitOps creates all other
/// resources.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Bootstrap {
    /// Version of the Helm chart of Argo CD.
    pub argocd_chart: ChartVersion,
}

/// Resource providers of every kind in the built-in templates, and those that manifests name. A
/// component that is added later needs no second registration. Azure registers providers per
/// subscription.
static PROVIDERS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let groups = assets::groups_of_templates();
    let mut all = kinds::providers(groups.into_iter());
    all.extend(assets::providers_of_manifests());
    all.sort_unstable();
    all.dedup();
    all
});

impl Component for Bootstrap {
    fn wire(&self, _: &str, _: &WireContext<'_>, wiring: &mut Wiring) {
        let own = wiring.identity(AZURE_IDENTITY, "bootstrap");
        own.protect = true;
        own.subjects.insert((AZURE_NAMESPACE.into(), AZURE_ACCOUNT.into()));
        own.roles.extend(
            [roles::CONTRIBUTOR, roles::RBAC_ADMINISTRATOR]
                .map(|role| (role, ResourceRef::single("resource_group"))),
        );
    }

    fn validate(&self, _: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        if !env.shared.cluster.has_workload_nodes {
            diagnostics.push(Diagnostic::in_spec(
                Code::UnsuitableNodePool,
                "cluster.pools",
                "there is no pool of mode `User` without spot nodes: only system pods could start",
                "add one",
            ));
        }
    }

    fn provisioning(&self, _: &str, env: &Env) -> Vec<ProvisioningStep> {
        let flux = env.gitops().engine == Engine::Flux;
        let credential = env.gitops().secret.as_ref().map_or_else(String::new, |secret| {
            format!(", and the credential `{}` for the repository", secret.as_str())
        });
        let engine = format!("{}{credential}", provisioning::engine(env));
        let by = if flux { "Bicep" } else { "commands" };
        let providers = "resource providers registered";
        let identities = "identities of the cluster and of its nodes, and their roles";
        let step = |id, what: &str, by, rights| {
            ProvisioningStep::new(id, Phase::Bootstrap, what, by, rights)
        };
        vec![
            step("providers", providers, "commands", OWNER),
            step("identities", identities, "Bicep", OWNER).after(&["group", "grants", "network"]),
            step("engine", &engine, by, OWNER).after(&["cluster"]),
        ]
    }

    fn view(&self, _: &str, env: &Env) -> View {
        let mut view = View::new("bootstrap", "", self, env);
        set_cluster(env, &mut view);
        set_network(env, &mut view);
        set_identities(env, &mut view);
        set_gitops(env, &mut view);
        view.set("providers", json!(*PROVIDERS), ["bootstrap"]);
        granted(env, &mut view);
        view.set("own_group", !env.shared.resource_group.existing, ["resource_group.existing"]);
        view
    }
}

fn set_cluster(env: &Env, view: &mut View) {
    let cluster = env.view("cluster", "");
    view.set("cluster_admin", roles::CLUSTER_ADMIN, ["azure.admins"]);
    let sources = cluster.all_sources();
    view.set("cluster", Value::Object(cluster.values), sources);
}

fn set_network(env: &Env, view: &mut View) {
    let network = env.view("network", "");
    let of_nodes = |list: &str, key: &str| -> Vec<Value> {
        items(&network, list).filter(|one| one[key] == Subnet::Nodes.name()).cloned().collect()
    };
    view.set("nodes", of_nodes("subnets", "name").pop(), ["network"]);
    view.set("nodes_group", of_nodes("groups", "name").pop(), ["network"]);
    view.set("nodes_rules", json!(of_nodes("rules", "group")), ["network"]);
    let sources = network.all_sources();
    view.set("network", Value::Object(network.values), sources);
}

/// Items of a list of a view.
fn items<'a>(view: &'a View, list: &str) -> impl Iterator<Item = &'a Value> {
    view.values[list].as_array().into_iter().flatten()
}

fn set_identities(env: &Env, view: &mut View) {
    for (name, identity) in [
        ("cluster_identity", "cluster"),
        ("kubelet_identity", "kubelet"),
        ("operator_identity", AZURE_IDENTITY),
    ] {
        let values = env.view("identities", identity).values;
        view.set(name, Value::Object(values), [format!("identities.{identity}")]);
    }
}

fn set_gitops(env: &Env, view: &mut View) {
    let gitops = env.gitops();
    view.set("flux", gitops.engine == Engine::Flux, ["gitops.engine"]);
    view.set("argocd", gitops.engine == Engine::Argocd, ["gitops.engine"]);
    view.set("repository", gitops.repository.as_str(), ["gitops.repository"]);
    view.set("branch", gitops.branch.as_str(), ["gitops.branch"]);
    view.set("secret", json!(gitops.secret), ["gitops.secret"]);
    view.set("root", gitops.within(&format!("clusters/{}", env.name)), ["gitops.path"]);
}

/// Sets the role assignments that Azure Service Operator must not create, and their identities. An
/// administrator creates them, and the operator adopts them.
fn granted(env: &Env, view: &mut View) {
    let identities: BTreeSet<String> =
        grants(env).iter().map(|grant| env.names().identity(grant.identity)).collect();
    view.set("granted", json!(identities), ["identities"]);
    view.set("deployments", json!(deployments(env)), ["identities"]);
    view.set("stem", env.names().stem(), ["platform.name"]);
}
