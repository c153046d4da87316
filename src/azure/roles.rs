//! Built-in roles. Source: Azure built-in roles reference; the GUIDs are the same in every tenant.

/// Read secrets of a vault.
pub const KEY_VAULT_SECRETS_USER: &str = "Key Vault Secrets User";
/// Read and write secrets of a vault.
pub const KEY_VAULT_SECRETS_OFFICER: &str = "Key Vault Secrets Officer";
/// Read and write certificates of a vault.
pub const KEY_VAULT_CERTIFICATES_OFFICER: &str = "Key Vault Certificates Officer";
/// Read and write blobs.
pub const STORAGE_BLOB_DATA_CONTRIBUTOR: &str = "Storage Blob Data Contributor";
/// Read and write the records of a DNS zone.
pub const DNS_ZONE_CONTRIBUTOR: &str = "DNS Zone Contributor";
/// Manage a private DNS zone and its records.
pub const PRIVATE_DNS_ZONE_CONTRIBUTOR: &str = "Private DNS Zone Contributor";
/// Read all resources.
pub const READER: &str = "Reader";
/// Assign a managed identity to a resource.
pub const MANAGED_IDENTITY_OPERATOR: &str = "Managed Identity Operator";

/// Pull images from a registry.
pub const ACR_PULL: &str = "AcrPull";
/// Join nodes and load balancers to a subnet.
pub const NETWORK_CONTRIBUTOR: &str = "Network Contributor";
/// All rights inside a cluster.
pub const CLUSTER_ADMIN: &str = "Azure Kubernetes Service RBAC Cluster Admin";

/// All rights in a scope except role assignments.
pub const CONTRIBUTOR: &str = "Contributor";
/// Create and delete role assignments in a scope.
pub const RBAC_ADMINISTRATOR: &str = "Role Based Access Control Administrator";

const ROLES: &[(&str, &str)] = &[
    (KEY_VAULT_SECRETS_USER, "4633458b-17de-408a-b874-0445c86b69e6"),
    (KEY_VAULT_SECRETS_OFFICER, "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"),
    (KEY_VAULT_CERTIFICATES_OFFICER, "a4417e6f-fecd-4de8-b567-7b0420556985"),
    (STORAGE_BLOB_DATA_CONTRIBUTOR, "ba92f5b4-2d11-453d-a403-e96b0029c9fe"),
    (CONTRIBUTOR, "b24988ac-6180-42a0-ab88-20f7382dd24c"),
    (RBAC_ADMINISTRATOR, "f58310d9-a9f6-439a-9e8d-f62e7b41a168"),
    (DNS_ZONE_CONTRIBUTOR, "befefa01-2a29-4197-83a8-272ff33ce314"),
    (PRIVATE_DNS_ZONE_CONTRIBUTOR, "b12aa53e-6015-4669-85d0-8515ebb3ae7f"),
    (READER, "acdd72a7-3385-48ef-bd42-f606fba81ae7"),
    (CLUSTER_ADMIN, "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"),
    (ACR_PULL, "7f951dda-4ed3-4680-a7ca-43fe172d538d"),
    (NETWORK_CONTRIBUTOR, "4d97b98b-1d4f-4787-a291-c67834d212e7"),
    (MANAGED_IDENTITY_OPERATOR, "f1a07417-d97a-45cb-824c-7a7467783830"),
];

/// ARM id of a role definition. Ids of built-in roles need no subscription.
///
/// # Panics
/// If the role is not in the table.
pub fn definition(role: &str) -> String {
    let (_, guid) = ROLES
        .iter()
        .find(|(name, _)| *name == role)
        .expect("roles are named by the constants above");
    format!("/providers/Microsoft.Authorization/roleDefinitions/{guid}")
}
