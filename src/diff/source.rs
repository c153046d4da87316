//! Addresses of sources.

/// Prefix of a source's name, and the address that it stands for.
const SITES: [(&str, &str); 2] = [
    ("aks-docs ", "https://learn.microsoft.com/azure/aks/"),
    (
        "azurerm:",
        "https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/",
    ),
];

/// The address of a source, or its name if it has none.
pub(super) fn expand(name: &str) -> String {
    let site = SITES.iter().find_map(|(prefix, site)| Some((name.strip_prefix(prefix)?, site)));
    let page = |rest: &str| rest.split([',', ' ']).next().unwrap_or_default().to_owned();
    site.map_or_else(|| name.to_owned(), |(rest, site)| format!("{site}{}", page(rest)))
}

/// Markdown of a source: a link if it has an address.
pub(super) fn markdown(source: &str) -> String {
    if source.starts_with("https://") {
        format!("[source]({source})")
    } else {
        format!("source: {source}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_become_addresses() {
        for (name, address) in [
            ("aks-docs spot-node-pool", "https://learn.microsoft.com/azure/aks/spot-node-pool"),
            ("aks-docs a, b", "https://learn.microsoft.com/azure/aks/a"),
            ("https://x.example/y", "https://x.example/y"),
            ("kube-apiserver 1.35.1", "kube-apiserver 1.35.1"),
        ] {
            assert_eq!(expand(name), address);
        }
        assert!(expand("azurerm:public_ip CustomizeDiff").ends_with("/resources/public_ip"));
    }
}
