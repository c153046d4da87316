//! The kinds of Azure Service Operator, by the names that the API server lists them under. Never an
//! object.

/// The name under which the API server lists the objects of a kind, such as
/// `registries.containerregistry.azure.com`.
pub fn resource(group: &str, kind: &str) -> String {
    format!("{}.{group}", plural(&kind.to_ascii_lowercase()))
}

/// As the operator's generator makes it: by the rules of English.
fn plural(one: &str) -> String {
    if one == "redis" {
        return one.to_owned();
    }
    match one.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ if one.ends_with(['s', 'x']) || one.ends_with("ch") || one.ends_with("sh") => {
            format!("{one}es")
        }
        _ => format!("{one}s"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn kinds_are_listed_under_their_plural() {
        let rows = [
            ("Registry", "registries"),
            ("PublicIPAddress", "publicipaddresses"),
            ("NatGateway", "natgateways"),
            ("FederatedIdentityCredential", "federatedidentitycredentials"),
            ("NetworkSecurityGroupsSecurityRule", "networksecuritygroupssecurityrules"),
            ("Redis", "redis"),
            ("FlexibleServersDatabase", "flexibleserversdatabases"),
        ];
        for (kind, wanted) in rows {
            assert_eq!(super::resource("x.azure.com", kind), format!("{wanted}.x.azure.com"));
        }
    }
}
