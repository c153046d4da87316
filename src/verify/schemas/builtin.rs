//! Kubernetes' own kinds, of the oldest minor that is supported: a newer field fails too. Never a
//! custom kind.

use k8s_openapi::{NamespaceResourceScope, Resource, api};
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use std::any::TypeId;

macro_rules! kinds {
    ($($version:literal $kind:literal => $type:ty,)+) => {
        /// The schema of a built-in kind.
        pub(super) fn schema(api_version: &str, kind: &str) -> Option<Value> {
            let (schema, namespaced) = match (api_version, kind) {
                $(($version, $kind) => (SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<$type>(), is_namespaced::<$type>()),)+
                _ => return None,
            };
            Some(complete(schema.to_value(), namespaced))
        }
    };
}

kinds! {
    "v1" "ConfigMap" => api::core::v1::ConfigMap,
    "v1" "LimitRange" => api::core::v1::LimitRange,
    "v1" "Namespace" => api::core::v1::Namespace,
    "v1" "PersistentVolumeClaim" => api::core::v1::PersistentVolumeClaim,
    "v1" "Pod" => api::core::v1::Pod,
    "v1" "ResourceQuota" => api::core::v1::ResourceQuota,
    "v1" "Secret" => api::core::v1::Secret,
    "v1" "Service" => api::core::v1::Service,
    "v1" "ServiceAccount" => api::core::v1::ServiceAccount,
    "apps/v1" "DaemonSet" => api::apps::v1::DaemonSet,
    "apps/v1" "Deployment" => api::apps::v1::Deployment,
    "apps/v1" "StatefulSet" => api::apps::v1::StatefulSet,
    "autoscaling/v2" "HorizontalPodAutoscaler" => api::autoscaling::v2::HorizontalPodAutoscaler,
    "batch/v1" "CronJob" => api::batch::v1::CronJob,
    "batch/v1" "Job" => api::batch::v1::Job,
    "networking.k8s.io/v1" "Ingress" => api::networking::v1::Ingress,
    "networking.k8s.io/v1" "NetworkPolicy" => api::networking::v1::NetworkPolicy,
    "policy/v1" "PodDisruptionBudget" => api::policy::v1::PodDisruptionBudget,
    "rbac.authorization.k8s.io/v1" "ClusterRole" => api::rbac::v1::ClusterRole,
    "rbac.authorization.k8s.io/v1" "ClusterRoleBinding" => api::rbac::v1::ClusterRoleBinding,
    "rbac.authorization.k8s.io/v1" "Role" => api::rbac::v1::Role,
    "rbac.authorization.k8s.io/v1" "RoleBinding" => api::rbac::v1::RoleBinding,
    "scheduling.k8s.io/v1" "PriorityClass" => api::scheduling::v1::PriorityClass,
    "storage.k8s.io/v1" "StorageClass" => api::storage::v1::StorageClass,
    "admissionregistration.k8s.io/v1" "ValidatingAdmissionPolicy" => api::admissionregistration::v1::ValidatingAdmissionPolicy,
    "admissionregistration.k8s.io/v1" "ValidatingAdmissionPolicyBinding" => api::admissionregistration::v1::ValidatingAdmissionPolicyBinding,
}

fn is_namespaced<T: Resource<Scope: 'static>>() -> bool {
    TypeId::of::<T::Scope>() == TypeId::of::<NamespaceResourceScope>()
}

/// Every object has an apiVersion, a kind and a name, which the schemas leave out.
fn complete(mut schema: Value, namespaced: bool) -> Value {
    schema[super::NAMESPACED] = namespaced.into();
    schema["properties"]["apiVersion"] = json!({"type": "string"});
    schema["properties"]["kind"] = json!({"type": "string"});
    schema["required"] = json!(["apiVersion", "kind", "metadata"]);
    schema
}
