//! Built-in roles. Source: Azure built-in roles reference; the GUIDs are the same in every tenant.

/// Read secrets of a vault.
pub const KEY_VAULT_SECRETS_USER: &str = "Key Vault Secrets User";
/// Read and write secrets of a vault.
pub const KEY_VAULT_SECRETS_OFFICER: &str = "Key Vault Secrets Officer";
/// Read and write blobs.
pub const STORAGE_BLOB_DATA_CONTRIBUTOR: &str = "Storage Blob Data Contributor";
/// Give an identity to a resource.
pub const MANAGED_IDENTITY_OPERATOR: &str = "Managed Identity Operator";

/// Pull images from a registry.
pub const ACR_PULL: &str = "AcrPull";
/// Put nodes and load balancers into a subnet.
pub const NETWORK_CONTRIBUTOR: &str = "Network Contributor";
/// Everything inside a cluster.
pub const CLUSTER_ADMIN: &str = "Azure Kubernetes Service RBAC Cluster Admin";

const ROLES: &[(&str, &str)] = &[
    (KEY_VAULT_SECRETS_USER, "4633458b-17de-408a-b874-0445c86b69e6"),
    (KEY_VAULT_SECRETS_OFFICER, "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"),
    (STORAGE_BLOB_DATA_CONTRIBUTOR, "ba92f5b4-2d11-453d-a403-e96b0029c9fe"),
    (CLUSTER_ADMIN, "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b"),
    (ACR_PULL, "7f951dda-4ed3-4680-a7ca-43fe172d538d"),
    (NETWORK_CONTRIBUTOR, "4d97b98b-1d4f-4787-a291-c67834d212e7"),
    (MANAGED_IDENTITY_OPERATOR, "f1a07417-d97a-45cb-824c-7a7467783830"),
];

/// The id of a role's definition, without a subscription: built-in roles need none.
///
/// # Panics
/// If the role is not in the table.
pub fn definition(role: &str) -> String {
    let (_, guid) = ROLES.iter().find(|(name, _)| *name == role).expect("roles are named by the constants above");
    format!("/providers/Microsoft.Authorization/roleDefinitions/{guid}")
}
