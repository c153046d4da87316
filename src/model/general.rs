//! The tables of the spec that are no component: who, where, how it is delivered, and the escape
//! hatches.

use super::text::{Guid, Location, Name, Plain, Repository};
use crate::{azure::versions, layout::Layout, stage::Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The platform itself.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct General {
    /// Its name: the namespace of its services, and a part of every Azure name.
    pub name: Name,
    /// Whom to ask: an address or a team.
    pub owner: Plain,
}

/// The subscription.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AzureSettings {
    /// The Entra tenant.
    pub tenant_id: Guid,
    /// The subscription that everything is created in.
    pub subscription_id: Guid,
    /// The region, as in `az account list-locations`.
    pub location: Location,
    /// The Entra group of the people who administer the cluster and seed the vault. Local accounts
    /// are off: without it nobody can log in.
    pub admins: Guid,
    /// The release of Azure Service Operator, as `major.minor`.
    #[schemars(extend("examples" = versions::OPERATOR))]
    pub operator_release: Plain,
}

/// Severities of alerts, as the label of an alert has them.
pub const SEVERITIES: [&str; 3] = ["critical", "warning", "info"];

/// Who applies the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Flux, by the AKS extension.
    Flux,
    /// Argo CD.
    Argocd,
}

impl Engine {
    /// The folder of its templates.
    pub const fn folder(self) -> &'static str {
        match self {
            Engine::Flux => "flux",
            Engine::Argocd => "argocd",
        }
    }
}

/// How the tree reaches the cluster.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gitops {
    /// Who applies it.
    pub engine: Engine,
    /// The repository that holds the tree.
    pub repository: Repository,
    /// Its branch.
    pub branch: Plain,
    /// The folder of the tree in the repository; empty for its root.
    pub path: Plain,
    /// How files are shared between environments.
    pub layout: Layout,
    /// The Secret, in the engine's namespace, with the credential for the repository; a person
    /// makes it, once.
    pub secret: Option<Name>,
    /// The namespace of the engine's own objects, when it is not the engine's usual one.
    pub namespace: Option<Name>,
}

impl Gitops {
    /// The namespace of the engine's objects. The AKS extension enforces multi-tenancy: Flux
    /// objects live in the namespace of its configuration.
    pub fn namespace(&self) -> &str {
        match (&self.namespace, self.engine) {
            (Some(name), _) => name.as_str(),
            (None, Engine::Flux) => "cluster-config",
            (None, Engine::Argocd) => "argocd",
        }
    }

    /// A path of the tree, as it stands in the repository.
    pub fn within(&self, path: &str) -> String {
        match self.path.as_str().trim_matches('/') {
            "" => path.to_owned(),
            folder => format!("{folder}/{path}"),
        }
    }
}

/// How the output is judged.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// A directory of CRDs, or one file of `kubectl get crd -o json`, relative to the spec.
    pub crds: Option<Plain>,
}

/// A manifest of the user's own, taken as it is and judged like any other.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// The file, relative to the spec: one object.
    pub file: Plain,
    /// When it is applied.
    pub stage: Stage,
    /// Its namespace; absent for an object that has none.
    pub namespace: Option<Name>,
    /// The environments that it belongs to; empty for all.
    pub environments: Vec<Name>,
}

/// A finding that was looked at and accepted.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waive {
    /// The finding's code.
    pub code: Plain,
    /// The object, as `Kind/namespace/name`; `*` stands for any part. For `literal-secret` also a
    /// path of the spec, or the path of a template or a manifest.
    pub at: Plain,
    /// Why it is acceptable.
    pub reason: Plain,
}

/// An object that exists although nobody rendered it.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assume {
    /// Its kind.
    pub kind: Plain,
    /// Its name.
    pub name: Plain,
    /// Its namespace; absent for an object that has none.
    pub namespace: Option<Name>,
    /// The keys of a Secret or `ConfigMap`.
    pub keys: Vec<Plain>,
}
