//! Tables of the spec that are no component: platform, subscription, delivery and escape hatches.

use super::text::{Branch, Guid, Location, Name, Plain, Repository, RepositoryPath};
use crate::{azure::versions, layout::Layout, stage::Stage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The platform.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct General {
    /// Name of the platform: the namespace of its services, and part of every Azure name.
    pub name: Name,
    /// Contact of the platform: an address or a team.
    pub owner: Plain,
}

/// The subscription.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AzureSettings {
    /// The Entra tenant.
    pub tenant_id: Guid,
    /// The subscription of all resources.
    pub subscription_id: Guid,
    /// The region, as in `az account list-locations`.
    pub location: Location,
    /// The Entra group that administers the cluster and adds secrets to the vault. Local accounts
    /// are disabled, so only members of the group can log in.
    pub admins: Guid,
    /// The release of Azure Service Operator, as `major.minor`.
    #[schemars(extend("examples" = versions::OPERATOR))]
    pub operator_release: Plain,
}

/// Values of the label `severity` of alerts.
pub const SEVERITIES: [&str; 3] = ["critical", "warning", "info"];

/// The GitOps engine that applies the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Flux, installed by the AKS extension.
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

/// Delivery of the tree to the cluster.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gitops {
    /// The GitOps engine.
    pub engine: Engine,
    /// The Git repository with the tree.
    pub repository: Repository,
    /// Its branch, without `refs/heads/`. A tag or a commit would stop all changes.
    pub branch: Branch,
    /// The folder of the tree in the repository, such as `platform/tree`; empty for its root.
    pub path: RepositoryPath,
    /// The layout of files that environments share.
    pub layout: Layout,
    /// The Secret in the namespace of the engine with the credential for the repository. A person
    /// creates it once.
    pub secret: Option<Name>,
    /// The namespace of the objects of the engine; by default `cluster-config` for Flux and
    /// `argocd` for Argo CD.
    pub namespace: Option<Name>,
}

impl Gitops {
    /// The namespace of the objects of the engine. The AKS extension enforces multi-tenancy, so
    /// Flux objects are in the namespace of the Flux configuration.
    pub fn namespace(&self) -> &str {
        match (&self.namespace, self.engine) {
            (Some(name), _) => name.as_str(),
            (None, Engine::Flux) => "cluster-config",
            (None, Engine::Argocd) => "argocd",
        }
    }

    /// Path in the repository of a path in the tree.
    pub fn within(&self, path: &str) -> String {
        match self.path.as_str().trim_matches('/') {
            "" => path.to_owned(),
            folder => format!("{folder}/{path}"),
        }
    }
}

/// Validation of the output.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// A directory of CRDs, or one file of `kubectl get crd -o json`, relative to the spec.
    pub crds: Option<Plain>,
}

/// A manifest beside the spec. It is rendered unchanged and validated like built-in output.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extra {
    /// The file with one object, relative to the spec.
    pub file: Plain,
    /// The stage that applies it.
    pub stage: Stage,
    /// Its namespace; absent for a cluster-scoped object.
    pub namespace: Option<Name>,
    /// Its environments; empty for all.
    pub environments: Vec<Name>,
}

/// An accepted diagnostic.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waive {
    /// Code of the diagnostic.
    pub code: Plain,
    /// The object, as `Kind/namespace/name`; `*` matches any part. For `literal-secret` also a
    /// path of the spec, or the path of a template or a manifest.
    pub at: Plain,
    /// The reason for accepting it.
    pub reason: Plain,
}

/// An object that exists without being rendered.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assume {
    /// Its kind.
    pub kind: Plain,
    /// Its name.
    pub name: Plain,
    /// Its namespace; absent for a cluster-scoped object.
    pub namespace: Option<Name>,
    /// Keys of a Secret or `ConfigMap`.
    pub keys: Vec<Plain>,
}
