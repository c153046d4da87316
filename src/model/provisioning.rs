//! Steps of the first provisioning: the frame adds the stages, and each component its own steps.

use super::{Env, ResourceOwner, TABLE, external_resources::grants, general::Engine};
use crate::diag::{Code, Diagnostic, SpecPath};
use std::collections::BTreeSet;

/// One step of the first provisioning.
#[derive(Debug)]
pub struct ProvisioningStep {
    /// Step id, referenced by `after`. Steps of one id are one step: `pages` are joined.
    pub id: &'static str,
    /// Its part of the provisioning.
    pub phase: Phase,
    /// The result of the step.
    pub what: String,
    /// Documents with the details, as Markdown links.
    pub pages: Vec<String>,
    /// The actor.
    pub by: String,
    /// The identity or person with the required rights.
    pub rights: String,
    /// Steps that must precede it. Ids of steps that the environment does not have are ignored.
    pub after: Vec<&'static str>,
    /// The step that must follow it.
    pub before: Option<&'static str>,
    /// Steps of other environments that must precede it, with the spec path of the dependency.
    pub cross_environment_deps: BTreeSet<(String, &'static str, &'static str)>,
}

/// Part of the provisioning. Among steps whose predecessors are done, the earliest phase is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Commands and Bicep before GitOps.
    Bootstrap,
    /// Approvals by owners of external resources.
    Approval,
    /// Stages that the engine applies.
    Stages,
    /// Secrets, images and database permissions, which people add to new resources.
    Content,
    /// Delegation of DNS zones.
    Delegation,
    /// Workloads, and DNS records of their hosts.
    Workloads,
}

/// The rights of the person who runs the bootstrap.
pub(crate) const OWNER: &str = "a person, Owner of the subscription";

impl ProvisioningStep {
    /// A step without predecessors.
    pub(crate) fn new(
        id: &'static str,
        phase: Phase,
        what: impl Into<String>,
        by: &str,
        rights: impl Into<String>,
    ) -> ProvisioningStep {
        ProvisioningStep {
            id,
            phase,
            what: what.into(),
            pages: vec![],
            by: by.to_owned(),
            rights: rights.into(),
            after: vec![],
            before: None,
            cross_environment_deps: BTreeSet::new(),
        }
    }

    /// The step with steps that must precede it.
    pub(crate) fn after(self, after: &[&'static str]) -> ProvisioningStep {
        ProvisioningStep { after: after.to_vec(), ..self }
    }

    /// The step with a step that must follow it.
    pub(crate) fn before(self, before: &'static str) -> ProvisioningStep {
        ProvisioningStep { before: Some(before), ..self }
    }

    /// The step with a document that has the details.
    pub(crate) fn page(self, page: impl Into<String>) -> ProvisioningStep {
        ProvisioningStep { pages: vec![page.into()], ..self }
    }

    /// The result of the step, with links to its documents.
    pub(crate) fn description(&self) -> String {
        if self.pages.is_empty() {
            self.what.clone()
        } else {
            format!("{}, see {}", self.what, self.pages.join(", "))
        }
    }
}

/// All steps, each after its predecessors.
pub(crate) fn steps(env: &Env) -> Vec<ProvisioningStep> {
    let instances = TABLE.iter().flat_map(|row| env.instances(row));
    let by_components = instances.flat_map(|(name, component)| component.provisioning(name, env));
    let mut steps: Vec<ProvisioningStep> = vec![];
    for step in [role_step(env), secrets_step(env)]
        .into_iter()
        .flatten()
        .chain(stage_steps(env))
        .chain(by_components)
    {
        match steps.iter_mut().find(|known| known.id == step.id) {
            Some(known) => known.pages.extend(step.pages),
            None => steps.push(step),
        }
    }
    sorted(linked(steps))
}

/// Steps whose `after` holds every predecessor of the environment.
fn linked(mut steps: Vec<ProvisioningStep>) -> Vec<ProvisioningStep> {
    let known: Vec<&str> = steps.iter().map(|step| step.id).collect();
    let before: Vec<_> = steps.iter().filter_map(|step| Some((step.before?, step.id))).collect();
    for step in &mut steps {
        let added = before.iter().filter(|(next, _)| *next == step.id).map(|(_, id)| *id);
        step.after.extend(added);
        step.after.retain(|id| known.contains(id));
    }
    steps
}

/// Steps in an order that respects `after`; the earliest phase of the possible steps is next.
fn sorted(mut waiting: Vec<ProvisioningStep>) -> Vec<ProvisioningStep> {
    let mut done: Vec<ProvisioningStep> = vec![];
    while !waiting.is_empty() {
        let is_done = |id: &&str| done.iter().any(|step| step.id == *id);
        let possible =
            waiting.iter().enumerate().filter(|(_, step)| step.after.iter().all(&is_done));
        let next = possible.min_by_key(|(_, step)| step.phase).map_or(0, |(at, _)| at);
        done.push(waiting.remove(next));
    }
    done
}

/// Roles on resources of other owners.
fn role_step(env: &Env) -> Option<ProvisioningStep> {
    let grants = grants(env);
    let what = "identities with roles on resources of other owners";
    let step = ProvisioningStep::new(
        "grants",
        Phase::Bootstrap,
        what,
        "Bicep",
        "a person with the right to assign roles there",
    );
    let deps = grants.iter().filter_map(|grant| match &grant.scope.owner {
        ResourceOwner::Environment { name, path } => Some((name.clone(), "azure", *path)),
        ResourceOwner::Here | ResourceOwner::External => None,
    });
    (!grants.is_empty()).then(|| ProvisioningStep {
        cross_environment_deps: deps.collect(),
        ..step.after(&["group"])
    })
}

/// The stages that the engine applies.
fn stage_steps(env: &Env) -> [ProvisioningStep; 3] {
    let engine = engine(env);
    let stage = |id, phase, what| ProvisioningStep::new(id, phase, what, engine, engine);
    [
        stage("operators", Phase::Stages, "stage `operators`: operators and their CRDs")
            .after(&["engine"]),
        stage(
            "namespaces",
            Phase::Stages,
            "stage `namespaces`: namespaces, policies, quotas, stores, copies of ids",
        )
        .after(&["azure"]),
        ProvisioningStep {
            rights: format!("{engine}; pods by workload identity"),
            ..stage(
                "workloads",
                Phase::Workloads,
                "stages `addons`, `operator-config` and `workloads`",
            )
            .after(&["namespaces", "seeds"])
        },
    ]
}

/// Secrets that people add to vaults and namespaces.
fn secrets_step(env: &Env) -> Option<ProvisioningStep> {
    // A vault exists before the namespaces; a secret in a namespace needs the namespace.
    let place = if env.wiring.secret_namespaces.is_empty() { "azure" } else { "namespaces" };
    let admins = format!("a member of the group `{}`", env.azure().admins.as_str());
    (!env.wiring.required_secrets.is_empty()).then(|| {
        ProvisioningStep::new(
            "seeds",
            Phase::Content,
            "secrets, created manually",
            "commands",
            admins,
        )
        .page("[secrets](secrets.md)")
        .after(&[place, "agreed"])
    })
}

/// The name of the GitOps engine.
pub(crate) fn engine(env: &Env) -> &'static str {
    if env.gitops().engine == Engine::Flux { "Flux" } else { "Argo CD" }
}

/// Reports environments whose steps wait for each other.
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
        "`{}` cannot be provisioned before `{other}`, nor `{other}` before `{}`: each needs a role on a resource of the other",
        env.name, env.name
    );
    Some((
        env,
        Diagnostic::in_spec(
            Code::DependencyCycle,
            *path,
            message,
            "let one environment own the shared resources",
        ),
    ))
}
