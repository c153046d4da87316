//! Split of a namespace over several roots, and the names of roots.

use super::LARGEST_ROOT;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Paths in a namespace; true for a file in the base.
pub(super) type RootFiles = Vec<(bool, String)>;

/// Content of one root.
pub(super) enum RootPart {
    /// All files of a namespace or component, with the folder.
    Whole(String, RootFiles),
    /// Instances of a component by folder, with a folder beside them.
    Bucket(String, Vec<(String, RootFiles)>),
}

/// Splits too many files into one part per component, and a component that is still too large into
/// buckets of instances.
pub(super) fn split(files: RootFiles) -> Vec<RootPart> {
    if files.len() <= LARGEST_ROOT {
        return vec![RootPart::Whole(String::new(), files)];
    }
    let components = by_folder(1, files).into_iter();
    components
        .flat_map(|(part, files)| {
            if files.len() <= LARGEST_ROOT {
                vec![RootPart::Whole(part, files)]
            } else {
                buckets(&part, files)
            }
        })
        .collect()
}

fn by_folder(depth: usize, files: RootFiles) -> BTreeMap<String, RootFiles> {
    let mut parts: BTreeMap<String, RootFiles> = BTreeMap::new();
    for (base, file) in files {
        let end = file.match_indices('/').map(|(at, _)| at).take(depth).last().unwrap_or_default();
        parts.entry(file[..end].to_owned()).or_default().push((base, file));
    }
    parts
}

/// Buckets by the first digits of a digest of the instance name. A new instance changes one bucket
/// and moves no other instance.
fn buckets(component: &str, files: RootFiles) -> Vec<RootPart> {
    let mut instances = by_folder(2, files);
    let mut out: Vec<RootPart> = instances
        .remove(component)
        .into_iter()
        .map(|files| RootPart::Whole(component.to_owned(), files))
        .collect();
    let digest =
        |instance: &str, digits: usize| hex(&Sha256::digest(instance))[..digits].to_owned();
    let sizes = |digits: usize| {
        let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
        instances.iter().for_each(|(instance, files)| {
            *sizes.entry(digest(instance, digits)).or_default() += files.len();
        });
        sizes
    };
    let digits = (1..8)
        .find(|digits| sizes(*digits).values().all(|size| *size <= LARGEST_ROOT))
        .unwrap_or(8);
    let mut buckets: BTreeMap<String, Vec<(String, RootFiles)>> = BTreeMap::new();
    instances.into_iter().for_each(|(instance, files)| {
        buckets.entry(digest(&instance, digits)).or_default().push((instance, files));
    });
    out.extend(
        buckets.into_iter().map(|(bucket, instances)| {
            RootPart::Bucket(format!("{component}-{bucket}"), instances)
        }),
    );
    out
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Name of a root. Engines set it as a label on all objects, so a name that is too long ends in a
/// digest.
pub(super) fn name(parts: &[&str]) -> String {
    const LONGEST: usize = 63;
    let whole = parts
        .iter()
        .filter(|part| !part.is_empty())
        .map(|part| part.replace(['/', '_'], "-"))
        .collect::<Vec<_>>()
        .join("-");
    if whole.len() <= LONGEST {
        return whole;
    }
    let digest = hex(&Sha256::digest(&whole)[..4]);
    let start: String = whole.chars().take(LONGEST - 1 - digest.len()).collect();
    format!("{}-{digest}", start.trim_end_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_root_fits_a_label() {
        assert_eq!(name(&["core", "n", "cert_manager"]), "core-n-cert-manager");
        let (long, other) = (
            name(&["workloads", &"n".repeat(50), "services/a"]),
            name(&["workloads", &"n".repeat(50), "services/b"]),
        );
        assert!(long.len() <= 63 && other.len() <= 63 && long != other, "{long} {other}");
    }
}
