//! Which versions are supported, and which release of Azure Service Operator serves which version
//! of a kind.

/// Minor versions of Kubernetes that AKS supports and that the schemas of this build cover.
pub const KUBERNETES: &[&str] = &["1.34", "1.35", "1.36"];

/// Releases of Azure Service Operator for which the table below holds.
pub const OPERATOR: &[&str] = &["2.14", "2.15", "2.16", "2.17", "2.18", "2.19", "2.20", "2.21"];

/// Group, version, and the first release that serves it. All of these are still served by the
/// newest one. Source: `$supportedFrom` of the operator's own resource tables.
const SERVED: &[(&str, &str, &str)] = &[
    ("resources.azure.com", "v1api20200601", "2.14"),
    ("managedidentity.azure.com", "v1api20230131", "2.14"),
    ("authorization.azure.com", "v1api20220401", "2.14"),
    ("authorization.azure.com", "v20220401", "2.21"),
    ("containerservice.azure.com", "v1api20240901", "2.14"),
    ("containerservice.azure.com", "v1api20250801", "2.16"),
    ("keyvault.azure.com", "v1api20230701", "2.14"),
    ("storage.azure.com", "v1api20230101", "2.14"),
    ("storage.azure.com", "v20250601", "2.18"),
    ("network.azure.com", "v1api20240301", "2.14"),
    ("network.azure.com", "v1api20240601", "2.14"),
    ("network.azure.com", "v1api20180501", "2.14"),
    ("network.azure.com", "v20250301", "2.19"),
    ("cache.azure.com", "v1api20230801", "2.14"),
    ("containerregistry.azure.com", "v1api20230701", "2.14"),
    ("dbforpostgresql.azure.com", "v1", "2.14"),
    ("dbforpostgresql.azure.com", "v1api20240801", "2.14"),
    ("dbforpostgresql.azure.com", "v20250801", "2.17"),
    ("insights.azure.com", "v1api20230101", "2.14"),
    ("insights.azure.com", "v1api20180301", "2.14"),
];

/// Does this release of the operator serve this `apiVersion`? An unknown one, or a group that is
/// not the operator's, gives nothing.
pub fn serves(release: &str, api_version: &str) -> Option<bool> {
    let (group, version) = api_version.split_once('/')?;
    let (_, _, since) = SERVED.iter().find(|(g, v, _)| *g == group && *v == version)?;
    let rank = |r: &str| OPERATOR.iter().position(|known| *known == r);
    Some(rank(release) >= rank(since))
}

/// Is this a group of Azure Service Operator?
pub fn is_azure(api_version: &str) -> bool {
    api_version.split('/').next().is_some_and(|group| group.ends_with(".azure.com"))
}
