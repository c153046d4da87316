//! ARM ids of resources:
//! `/subscriptions/<id>/resourceGroups/<group>/providers/<namespace>/<type>/<name>`.

/// The subscription of a resource.
pub fn subscription(id: &str) -> &str {
    part(id, 2)
}

/// The resource group of a resource.
pub fn group(id: &str) -> &str {
    part(id, 4)
}

/// The name of a resource.
pub fn name(id: &str) -> &str {
    part(id, 8)
}

/// The name of a resource below its resource group. The name of a child resource starts with the
/// names of its parents: `vnet/subnet`.
pub fn path(id: &str) -> String {
    id.split('/').skip(8).step_by(2).collect::<Vec<_>>().join("/")
}

/// The id of the resource group of a resource.
pub fn scope_of_group(id: &str) -> &str {
    id.split("/providers/").next().unwrap_or_default()
}

/// The id of a resource below a scope, which is its resource group or its parent. A resource
/// without a scope is directly below the subscription, as resource groups are.
pub fn below(scope: &str, subscription: &str, arm_type: &str, name: &str) -> String {
    let (provider, types) = arm_type.split_once('/').unwrap_or(("", arm_type));
    let last = types.rsplit('/').next().unwrap_or(types);
    if scope.is_empty() {
        format!("{subscription}/{last}/{name}")
    } else if types.contains('/') {
        format!("{scope}/{last}/{name}")
    } else {
        format!("{scope}/providers/{provider}/{types}/{name}")
    }
}

/// Whether a GUID is a placeholder, as `aksgen init` writes it: no resource was created in it.
pub fn is_placeholder(guid: &str) -> bool {
    guid.starts_with("00000000-0000-0000-0000-")
}

/// Whether an id has this ARM type, such as `Microsoft.KeyVault/vaults`.
pub fn is_of(kind: &str, id: &str) -> bool {
    let Some((provider, of)) = kind.split_once('/') else { return false };
    let fixed = [
        (0, ""),
        (1, "subscriptions"),
        (3, "resourceGroups"),
        (5, "providers"),
        (6, provider),
        (7, of),
    ];
    let plain = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._()-".contains(c))
    };
    id.split('/').count() == 9
        && fixed.iter().all(|(number, word)| part(id, *number).eq_ignore_ascii_case(word))
        && [subscription(id), group(id), name(id)].into_iter().all(plain)
}

fn part(id: &str, number: usize) -> &str {
    id.split('/').nth(number).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_built_from_its_scope() {
        let group = below("", "/subscriptions/s", "Microsoft.Resources/resourceGroups", "rg");
        assert_eq!(group, "/subscriptions/s/resourceGroups/rg");
        let account = below(&group, "", "Microsoft.Storage/storageAccounts", "st");
        assert!(is_of("Microsoft.Storage/storageAccounts", &account), "{account}");
        let service =
            below(&account, "", "Microsoft.Storage/storageAccounts/blobServices", "default");
        assert_eq!(service, format!("{account}/blobServices/default"));
    }

    #[test]
    fn an_id_has_nine_parts() {
        let id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-hub";
        assert!(is_of("Microsoft.KeyVault/vaults", id));
        assert!(
            is_of("Microsoft.KeyVault/vaults", &id.to_lowercase()),
            "Azure ids are case-insensitive"
        );
        assert_eq!(
            (subscription(id), group(id), name(id), scope_of_group(id)),
            ("s", "rg", "kv-hub", "/subscriptions/s/resourceGroups/rg")
        );
        assert_eq!(path(id), "kv-hub");
        assert_eq!(
            path(
                "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
            ),
            "v/s"
        );
        for wrong in [
            "kv-hub",
            "/subscriptions/s/resourceGroups/rg",
            &format!("{id}/secrets/x"),
            &id.replace("kv-hub", "kv hub"),
            &id.replace("/s/", "//"),
        ] {
            assert!(!is_of("Microsoft.KeyVault/vaults", wrong), "{wrong}");
        }
        assert!(!is_of("Microsoft.Network/dnsZones", id));
    }
}
