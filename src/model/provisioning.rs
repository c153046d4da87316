//! How an environment comes up: who makes what, as whom, and after what. The document prints this
//! list, and a rule judges it. Never a command.

use super::{
    Env, external_resources::grants, general::Engine, operators::AZURE_IDENTITY, wiring::RoleScope,
};
use crate::diag::{Code, Diagnostic, SpecPath};
use std::collections::BTreeSet;

/// One step of the bring-up.
#[derive(Debug)]
pub(crate) struct ProvisioningStep {
    /// What others call it that wait for it.
    pub id: &'static str,
    /// What is there afterwards.
    pub what: String,
    /// Who makes it.
    pub by: String,
    /// With whose rights.
    pub rights: String,
    /// The steps of this environment that it waits for; each stands before it.
    pub after: Vec<&'static str>,
    /// The steps of other environments that it waits for, and the key of the spec that says so.
    pub cross_environment_deps: BTreeSet<(String, &'static str, &'static str)>,
}

/// Every step, in an order in which each can be made.
pub(crate) fn steps(env: &Env) -> Vec<ProvisioningStep> {
    let mut steps = by_people(env);
    steps.extend(by_the_engine(env));
    let known: Vec<&str> = steps.iter().map(|step| step.id).collect();
    // Some steps are not in every environment.
    steps.iter_mut().for_each(|step| step.after.retain(|id| known.contains(id)));
    steps
}

fn step(
    id: &'static str,
    what: impl Into<String>,
    by: &str,
    rights: impl Into<String>,
    after: &[&'static str],
) -> ProvisioningStep {
    ProvisioningStep {
        id,
        what: what.into(),
        by: by.to_owned(),
        rights: rights.into(),
        after: after.to_vec(),
        cross_environment_deps: BTreeSet::new(),
    }
}

/// What has to be there before the engine applies anything.
fn by_people(env: &Env) -> Vec<ProvisioningStep> {
    let (names, platform) = (env.names(), &env.platform);
    let owner = "a person, Owner of the subscription";
    let group = if platform.resource_group.existing { "which is there" } else { "made" };
    let pool = env.shared.cluster.first_pool.as_deref().unwrap_or_default();
    let (flux, secret) = (platform.gitops.engine == Engine::Flux, platform.gitops.secret.as_ref());
    let credential = secret
        .map(|secret| format!(", and the credential `{}` for the repository", secret.as_str()))
        .unwrap_or_default();
    let mut all = vec![
        step("providers", "resource providers registered", "commands", owner, &[]),
        step(
            "group",
            format!("resource group `{}`, {group}", names.resource_group()),
            "commands",
            "the same",
            &["providers"],
        ),
    ];
    if !grants(env).is_empty() {
        let what = "identities that need roles on what belongs to others, with these roles";
        all.push(ProvisioningStep {
            cross_environment_deps: cross_environment_deps(env),
            ..step("grants", what, "Bicep", "a person who may give roles there", &["group"])
        });
    }
    if platform.network.existing.is_none() {
        all.push(step(
            "network",
            format!("network `{}` with the subnet of the nodes", names.network()),
            "Bicep",
            owner,
            &["group"],
        ));
    }
    all.extend([
        step("identities", "identities of the cluster and of its nodes, and their roles", "Bicep", owner, &["group", "grants", "network"]),
        step("cluster", format!("cluster `{}` with its system pools and the pool `{pool}`", names.cluster()), "Bicep", "the same", &["identities"]),
        step(
            "operator",
            format!(
                "identity `{}` of Azure Service Operator, trusted by the cluster's issuer; its roles on the resource group",
                names.identity(AZURE_IDENTITY)
            ),
            "Bicep",
            "the same",
            &["cluster"],
        ),
        step(
            "credential",
            format!("namespace `{}` with the Secret `aso-credential`: ids, no credential", names.azure_namespace()),
            "commands",
            "the same",
            &["operator"],
        ),
        step("engine", format!("{}{credential}", engine(env)), if flux { "Bicep" } else { "commands" }, "the same", &["cluster"]),
    ]);
    all
}

/// What follows by itself, and what people put in meanwhile.
fn by_the_engine(env: &Env) -> Vec<ProvisioningStep> {
    let (engine, operator) = (engine(env), format!("`{}`", env.names().identity(AZURE_IDENTITY)));
    let rest = "what is there already is adopted under the same names, everything else is made; clusters and databases, which are slow, in `azure-long-running`";
    let mut all = vec![
        step(
            "operators",
            "stage `operators`: operators and their CRDs",
            engine,
            engine,
            &["engine"],
        ),
        step(
            "azure",
            format!("stage `azure`: {rest}"),
            "Azure Service Operator",
            operator,
            &["credential", "operators"],
        ),
    ];
    let agreed = env.wiring.targets.values().any(|(_, target)| !env.names().is_ours(&target.scope));
    if agreed {
        all.push(step(
            "agreed",
            "[private endpoints](private-endpoints.md) of what belongs to others, agreed to",
            "commands",
            "its owners",
            &["azure"],
        ));
    }
    all.push(step(
        "namespaces",
        "stage `namespaces`: namespaces, policies, quotas, stores, copies of ids",
        engine,
        engine,
        &["azure"],
    ));
    all.extend(meanwhile(env));
    let rights = format!("{engine}; pods by workload identity");
    all.push(step(
        "workloads",
        "stages `addons`, `operator-config` and `workloads`",
        engine,
        rights,
        &["namespaces", "seeds", "databases", "images"],
    ));
    if env.has("gateway") {
        all.push(step(
            "hosts",
            "what people do for hosts: DNS records, certificates, see [hosts](hosts.md)",
            "commands",
            "a person",
            &["workloads", "delegation"],
        ));
    }
    all
}

/// What people do as soon as the thing is there that they do it to.
fn meanwhile(env: &Env) -> Vec<ProvisioningStep> {
    let (platform, mut all) = (&env.platform, vec![]);
    if !env.wiring.required_secrets.is_empty() {
        // A vault is there before the namespaces are; what is put into a namespace waits for it.
        let place = if env.wiring.secret_namespaces.is_empty() { "azure" } else { "namespaces" };
        let admins = format!("a person of the group `{}`", platform.azure.admins.as_str());
        all.push(step(
            "seeds",
            "secrets that people put in, see [secrets](secrets.md)",
            "commands",
            admins,
            &[place, "agreed"],
        ));
    }
    if !platform.postgres.is_empty() {
        let pages: Vec<String> =
            platform.postgres.keys().map(|name| format!("[{name}](postgres/{name}.md)")).collect();
        let what = format!("what callers may do inside their databases, see {}", pages.join(", "));
        all.push(step(
            "databases",
            what,
            "commands",
            "the administrator of the server",
            &["azure"],
        ));
    }
    if env.has("registry") && env.shared.registry.is_own(&env.name) {
        let what =
            format!("images of the platform's own, pushed into `{}`", env.names().registry());
        all.push(step(
            "images",
            what,
            "your pipeline",
            "its own identity, with the role AcrPush",
            &["azure", "agreed"],
        ));
    }
    if env.has("dns") && env.names().owns_zone() {
        all.push(step(
            "delegation",
            "the zone is pointed to from above, see [dns](dns.md)",
            "the registrar of the domain",
            "its owner",
            &["azure"],
        ));
    }
    all
}

pub(crate) fn engine(env: &Env) -> &'static str {
    if env.platform.gitops.engine == Engine::Flux { "Flux" } else { "Argo CD" }
}

/// What another environment owns, and this one needs a role on.
fn cross_environment_deps(env: &Env) -> BTreeSet<(String, &'static str, &'static str)> {
    let (registry, dns) = (&env.platform.registry, &env.platform.dns);
    let owner = |scope: &RoleScope| match scope {
        RoleScope::Registry if registry.existing.is_none() => {
            Some((registry.owner.as_ref()?.as_str().to_owned(), "registry.owner"))
        }
        RoleScope::Zone | RoleScope::ZoneGroup if dns.zone.is_some() && dns.existing.is_none() => {
            Some((env.names().zone_owner()?.to_owned(), "dns.zone"))
        }
        _ => None,
    };
    let others = grants(env)
        .into_iter()
        .filter_map(|grant| owner(grant.scope))
        .filter(|(owner, _)| *owner != env.name);
    others.map(|(owner, path)| (owner, "azure", path)).collect()
}

/// Environments that wait for each other: a step of the one for a step of the other, and back.
pub(crate) fn check_dependency_cycle(envs: &[Env]) -> Option<(&Env, Diagnostic<SpecPath>)> {
    let mut waiting: Vec<(&Env, ProvisioningStep)> =
        envs.iter().flat_map(|env| steps(env).into_iter().map(move |step| (env, step))).collect();
    let mut before = usize::MAX;
    while waiting.len() < before {
        before = waiting.len();
        let open: BTreeSet<(String, &str)> =
            waiting.iter().map(|(env, step)| (env.name.clone(), step.id)).collect();
        waiting.retain(|(env, step)| {
            let here = step.after.iter().any(|id| open.contains(&(env.name.clone(), *id)));
            here || step
                .cross_environment_deps
                .iter()
                .any(|(other, id, _)| open.contains(&(other.clone(), *id)))
        });
    }
    let (env, step) =
        waiting.into_iter().find(|(_, step)| !step.cross_environment_deps.is_empty())?;
    let (other, _, path) = step.cross_environment_deps.first()?;
    let message = format!(
        "`{}` cannot come up before `{other}`, nor `{other}` before `{}`: each needs a role on what the other owns",
        env.name, env.name
    );
    Some((
        env,
        Diagnostic::in_spec(
            Code::DependencyCycle,
            *path,
            message,
            "let one environment own what both share",
        ),
    ))
}
