//! Plural of a kind without a record, by the rules of Kubernetes' generators.

/// Plural in lower case, such as `natgateways`.
pub(super) fn of(kind: &str) -> String {
    let one = kind.to_ascii_lowercase();
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
    fn plurals_follow_the_generator() {
        for (kind, plural) in [
            ("Registry", "registries"),
            ("Address", "addresses"),
            ("Gateway", "gateways"),
            ("Rule", "rules"),
        ] {
            assert_eq!(super::of(kind), plural);
        }
    }
}
