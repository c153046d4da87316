//! Names that Azure accepts. Source: the Azure resource name rules, and the validators of the
//! Terraform provider where they are stricter.

use regex_lite::Regex;
use sha2::{Digest, Sha256};

/// The rule for the names of one kind of resource.
#[derive(Debug)]
pub struct AzureNameRule {
    /// The kind of resource, in messages.
    pub what: &'static str,
    /// Minimum and maximum length in characters.
    pub length: (usize, usize),
    pattern: &'static str,
    /// The pattern in words.
    pub words: &'static str,
}

/// Resource groups; unique in the subscription.
pub const RESOURCE_GROUP: AzureNameRule = AzureNameRule {
    what: "resource group",
    length: (1, 90),
    pattern: r"^[A-Za-z0-9._()-]{0,89}[A-Za-z0-9_()-]$",
    words: "letters, digits, `-`, `_`, `.`, `(`, `)`; no dot at the end",
};
/// Managed clusters; unique in the resource group.
pub const CLUSTER: AzureNameRule = AzureNameRule {
    what: "cluster",
    length: (1, 63),
    pattern: r"^[A-Za-z0-9]([A-Za-z0-9_-]*[A-Za-z0-9])?$",
    words: "letters, digits, `-`, `_`; a letter or digit at both ends",
};
/// Action groups; unique in the resource group.
pub const ACTION_GROUP: AzureNameRule = AzureNameRule {
    what: "action group",
    length: (1, 260),
    pattern: r"^[^|:<>+#%&\\?/]*[^|:<>+#%&\\?/. ]$",
    words: "no `|`, `:`, `<`, `>`, `+`, `#`, `%`, `&`, `\\`, `?`, `/`; no dot or space at the end",
};
/// Linux node pools; unique in the cluster.
pub const POOL: AzureNameRule = AzureNameRule {
    what: "node pool",
    length: (1, 12),
    pattern: r"^[a-z][a-z0-9]*$",
    words: "lower-case letters and digits, a letter first",
};
/// Key vaults; globally unique, also while soft-deleted.
pub const VAULT: AzureNameRule = AzureNameRule {
    what: "key vault",
    length: (3, 24),
    pattern: r"^[A-Za-z](-?[A-Za-z0-9])+$",
    words: "letters, digits and single dashes, a letter first, no dash at the end",
};
/// Storage accounts; globally unique.
pub const STORAGE: AzureNameRule = AzureNameRule {
    what: "storage account",
    length: (3, 24),
    pattern: r"^[a-z0-9]+$",
    words: "lower-case letters and digits",
};
/// Blob containers; unique in the account.
pub const CONTAINER: AzureNameRule = AzureNameRule {
    what: "blob container",
    length: (3, 63),
    pattern: r"^[a-z0-9](-?[a-z0-9])+$",
    words: "lower-case letters, digits and single dashes",
};
/// User-assigned identities; unique in the resource group.
pub const IDENTITY: AzureNameRule = AzureNameRule {
    what: "managed identity",
    length: (3, 128),
    pattern: r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
    words: "letters, digits, `-`, `_`; a letter or digit first",
};

/// Virtual networks; unique in the resource group. The name becomes a label of the nodes, so it has
/// one character less than Azure allows.
pub const NETWORK: AzureNameRule = AzureNameRule {
    what: "virtual network",
    length: (2, 63),
    pattern: r"^[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9_]$",
    words: "letters, digits, `-`, `_`, `.`; a letter or digit first, no dash or dot at the end",
};

/// Container registries; globally unique.
pub const REGISTRY: AzureNameRule = AzureNameRule {
    what: "container registry",
    length: (5, 50),
    pattern: r"^[A-Za-z0-9]+$",
    words: "letters and digits",
};

/// PostgreSQL servers; globally unique.
pub const POSTGRES: AzureNameRule = AzureNameRule {
    what: "PostgreSQL server",
    length: (3, 63),
    pattern: r"^[a-z0-9][a-z0-9-]*[a-z0-9]$",
    words: "lower-case letters, digits and dashes; a letter or digit at both ends",
};
/// Databases and users of PostgreSQL; unique in the server.
pub const DATABASE: AzureNameRule = AzureNameRule {
    what: "database",
    length: (1, 63),
    pattern: r"^[A-Za-z_-][A-Za-z0-9_-]*$",
    words: "letters, digits, `-`, `_`; no digit first",
};

impl AzureNameRule {
    /// The message about a name that Azure refuses; `None` for a valid name.
    pub fn refuse(&self, name: &str) -> Option<String> {
        let length = name.chars().count();
        let (least, most) = self.length;
        if length < least || length > most {
            return Some(format!(
                "`{name}` has {length} characters; the name of a {} has {least} to {most}",
                self.what
            ));
        }
        let fits = Regex::new(self.pattern).is_ok_and(|p| p.is_match(name));
        (!fits).then(|| format!("`{name}` is no name for a {}: {}", self.what, self.words))
    }
}

/// Five characters that make a name globally unique. They depend on subscription, platform and
/// environment only.
pub fn suffix(subscription: &str, platform: &str, environment: &str) -> String {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let digest = Sha256::digest(format!("{subscription}|{platform}|{environment}"));
    digest[..5].iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % 32])).collect()
}

/// At most the first `most` characters of a name, without a dash at the end.
pub fn short(name: &str, most: usize) -> &str {
    name.get(..most).unwrap_or(name).trim_end_matches('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_judged_by_length_and_form() {
        for (rule, good, bad) in [
            (VAULT, "kv-shop-dev-ab12c", "kv--shop"),
            (VAULT, "abc", "abcdefghijklmnopqrstuvwxy"),
            (STORAGE, "stshopdev", "st-shop"),
            (POOL, "system", "System"),
            (POOL, "abcdefghijkl", "abcdefghijklm"),
            (RESOURCE_GROUP, "rg-shop", "rg."),
            (CLUSTER, "aks-shop", "-aks"),
            (CONTAINER, "velero", "ve--lero"),
            (IDENTITY, "id-shop-velero", "_id"),
            (REGISTRY, "acrshopdev", "acr-shop"),
            (POSTGRES, "psql-shop-dev", "psql_shop"),
            (DATABASE, "orders", "1orders"),
            (NETWORK, "vnet-shop-dev", "vnet-"),
        ] {
            assert_eq!(rule.refuse(good), None);
            assert!(rule.refuse(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn the_suffix_depends_on_all_three() {
        let base = suffix("s", "p", "e");
        assert_eq!(base, suffix("s", "p", "e"));
        assert_eq!(base.len(), 5);
        for other in [suffix("x", "p", "e"), suffix("s", "x", "e"), suffix("s", "p", "x")] {
            assert_ne!(base, other);
        }
    }
}
