//! Layout of the tree: paths of files, and the kustomizations that list them.

mod parts;

use crate::{layout::Layout, yaml::HEADER};
use parts::{RootFiles, RootPart, name, split};
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of objects per root: the time of kustomize grows with the square.
pub const LARGEST_ROOT: usize = 500;

/// A file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedFile<'a> {
    /// Path in the tree.
    pub path: String,
    /// Text.
    pub text: &'a str,
    /// Environment; `None` for a file shared by all.
    pub environment: Option<&'a str>,
}

/// Files of one object. `texts` has the text of each environment, `all` is the number of
/// environments.
pub fn factor<'a>(
    layout: Layout,
    file: &str,
    texts: &[(&'a str, &'a str)],
    all: usize,
) -> Vec<PlacedFile<'a>> {
    let same = texts.len() == all && texts.windows(2).all(|pair| pair[0].1 == pair[1].1);
    if layout == Layout::BaseOverlays && same && all > 1 {
        return vec![PlacedFile {
            path: path(layout, file, None),
            text: texts[0].1,
            environment: None,
        }];
    }
    texts
        .iter()
        .map(|(environment, text)| PlacedFile {
            path: path(layout, file, Some(environment)),
            text,
            environment: Some(environment),
        })
        .collect()
}

/// Path of a file in the folder of an environment, or in the base.
pub fn path(layout: Layout, file: &str, environment: Option<&str>) -> String {
    environment.map_or_else(
        || format!("base/{file}"),
        |environment| format!("{}/{file}", home(layout, environment)),
    )
}

/// Possible paths of an object's file for an environment.
pub fn places(layout: Layout, file: &str, environment: &str) -> Vec<String> {
    let shared = (layout == Layout::BaseOverlays).then(|| path(layout, file, None));
    shared.into_iter().chain([path(layout, file, Some(environment))]).collect()
}

fn home(layout: Layout, environment: &str) -> String {
    match layout {
        Layout::Isolated => format!("environments/{environment}"),
        Layout::BaseOverlays => format!("overlays/{environment}"),
    }
}

/// A root: the folder that one object of the GitOps engine applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Folder in the tree.
    pub folder: String,
    /// Name: stage, namespace, and the part if the root is split.
    pub name: String,
    /// Folder of the stage.
    pub stage: String,
    /// Namespace; `cluster` for cluster-scoped objects.
    pub namespace: String,
    /// Entries: files of the folder, and folders beside it or in the base.
    entries: BTreeSet<String>,
}

impl Root {
    /// Path of its kustomization.
    pub fn index(&self) -> String {
        format!("{}/kustomization.yaml", self.folder)
    }

    /// Text of its kustomization.
    pub fn kustomization(&self) -> String {
        kustomization(&self.entries)
    }

    /// Whether the root is in the base.
    pub fn is_shared(&self) -> bool {
        self.folder.starts_with("base/")
    }

    /// Folders that the root applies: its own and the listed ones.
    pub fn folders(&self) -> impl Iterator<Item = String> {
        let listed = self
            .entries
            .iter()
            .filter(|entry| entry.starts_with("../"))
            .map(|entry| resolve(&self.folder, entry));
        [self.folder.clone()].into_iter().chain(listed)
    }

    /// Whether the root contains the whole component or this instance.
    pub fn has(&self, instance: &str) -> bool {
        let mut instances = self
            .entries
            .iter()
            .filter(|entry| entry.starts_with("../") && entry.matches('/').count() == 2)
            .peekable();
        instances.peek().is_none()
            || instances.any(|entry| entry.ends_with(&format!("/{instance}")))
    }
}

/// Text of the kustomization of a folder.
pub fn kustomization<'a>(files: impl IntoIterator<Item = &'a String>) -> String {
    let list: String = files.into_iter().map(|file| format!("  - {file}\n")).collect();
    format!(
        "{HEADER}apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsortOptions:\n  order: fifo\nresources:\n{list}"
    )
}

/// Roots of one environment: one per stage and namespace, split if too large. `files` are paths in
/// the tree. The second list has the kustomizations of bases and instances, which no engine applies
/// directly.
pub fn roots<'a>(
    layout: Layout,
    environment: &str,
    files: impl IntoIterator<Item = &'a str>,
) -> (Vec<Root>, Vec<Root>) {
    let home = home(layout, environment);
    let mut folders: BTreeMap<(String, String), RootFiles> = BTreeMap::new();
    for path in files {
        let (base, below) = match (
            path.strip_prefix("base/"),
            path.strip_prefix(&home).and_then(|p| p.strip_prefix('/')),
        ) {
            (Some(below), _) => (true, below),
            (None, Some(below)) => (false, below),
            (None, None) => continue,
        };
        let mut parts = below.splitn(3, '/');
        if let (Some(stage), Some(namespace), Some(file)) =
            (parts.next(), parts.next(), parts.next())
        {
            folders
                .entry((stage.to_owned(), namespace.to_owned()))
                .or_default()
                .push((base, file.to_owned()));
        }
    }
    let (mut own, mut besides) = (vec![], vec![]);
    for ((stage, namespace), files) in folders {
        let place = RootBuilder { home: &home, stage: &stage, namespace: &namespace };
        for part in split(files) {
            match part {
                RootPart::Whole(part, files) => own.push(place.root(&part, &files, &mut besides)),
                RootPart::Bucket(part, instances) => {
                    own.push(place.bucket(&part, instances, &mut besides));
                }
            }
        }
    }
    (own, besides)
}

/// Position of the roots of a stage and namespace.
struct RootBuilder<'a> {
    home: &'a str,
    stage: &'a str,
    namespace: &'a str,
}

impl RootBuilder<'_> {
    fn folder(&self, home: &str, part: &str) -> String {
        [home, self.stage, self.namespace, part]
            .iter()
            .filter(|p| !p.is_empty())
            .copied()
            .collect::<Vec<&str>>()
            .join("/")
    }

    fn at(&self, folder: String, part: &str, entries: BTreeSet<String>) -> Root {
        let name = name(&[self.stage, self.namespace, part]);
        Root {
            folder,
            name,
            stage: self.stage.to_owned(),
            namespace: self.namespace.to_owned(),
            entries,
        }
    }

    /// Builds a root of files and its base.
    fn root(&self, part: &str, files: &RootFiles, besides: &mut Vec<Root>) -> Root {
        let cut = |file: &String| {
            file.strip_prefix(&format!("{part}/"))
                .filter(|_| !part.is_empty())
                .unwrap_or(file)
                .to_owned()
        };
        let pick = |base: bool| {
            files.iter().filter(|(b, _)| *b == base).map(|(_, f)| cut(f)).collect::<BTreeSet<_>>()
        };
        let (shared, mut mine, folder) = (pick(true), pick(false), self.folder(self.home, part));
        if !shared.is_empty() {
            let base = self.at(self.folder("base", part), part, shared);
            mine.insert(format!("{}{}", "../".repeat(folder.split('/').count()), base.folder));
            besides.push(base);
        }
        self.at(folder, part, mine)
    }

    /// Builds a root of instances, each with its own kustomization.
    fn bucket(
        &self,
        part: &str,
        instances: Vec<(String, RootFiles)>,
        besides: &mut Vec<Root>,
    ) -> Root {
        let entries = instances.iter().map(|(instance, _)| format!("../{instance}")).collect();
        for (instance, files) in instances {
            let index = self.root(&instance, &files, besides);
            besides.push(index);
        }
        self.at(self.folder(self.home, part), part, entries)
    }
}

/// Errors in the kustomizations of a tree. `indexes` has folders and texts of kustomizations.
/// `files` has the paths of all objects and of folders that no engine applies directly. Each entry
/// must exist, and each file must be listed once.
pub fn unlisted<'a>(
    indexes: &[(String, String)],
    files: impl IntoIterator<Item = &'a str>,
) -> Vec<String> {
    let mut listed: BTreeMap<String, usize> = BTreeMap::new();
    for (folder, text) in indexes {
        for entry in text.lines().filter_map(|line| line.strip_prefix("  - ")) {
            *listed.entry(resolve(folder, entry)).or_default() += 1;
        }
    }
    let folders: BTreeSet<&str> = indexes.iter().map(|(folder, _)| folder.as_str()).collect();
    let files: BTreeSet<&str> = files.into_iter().collect();
    let missing = listed
        .keys()
        .filter(|path| !files.contains(path.as_str()) && !folders.contains(path.as_str()))
        .map(|path| format!("`{path}` is listed, but not written"));
    let count = |path: &&str| listed.get(*path).copied().unwrap_or_default();
    let lost = files
        .iter()
        .filter(|path| count(path) == 0)
        .map(|path| format!("`{path}` is written, but listed nowhere"));
    let twice =
        files.iter().filter(|path| count(path) > 1).map(|path| format!("`{path}` is listed twice"));
    missing.chain(lost).chain(twice).collect()
}

/// Resolves a path relative to a folder.
fn resolve(folder: &str, entry: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in entry.split('/') {
        match part {
            ".." => parts.truncate(parts.len().saturating_sub(1)),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_files_are_written_once() {
        let paths = |layout, texts: &[(&'static str, &'static str)], all| {
            factor(layout, "w/n/f", texts, all).into_iter().map(|p| p.path).collect::<Vec<_>>()
        };
        let (same, other) = ([("a", "1"), ("b", "1")], [("a", "1"), ("b", "2")]);
        assert_eq!(paths(Layout::BaseOverlays, &same, 2), ["base/w/n/f"]);
        assert_eq!(
            paths(Layout::BaseOverlays, &other, 2),
            ["overlays/a/w/n/f", "overlays/b/w/n/f"]
        );
        assert_eq!(paths(Layout::BaseOverlays, &same[..1], 2), ["overlays/a/w/n/f"]);
        assert_eq!(
            paths(Layout::Isolated, &same, 2),
            ["environments/a/w/n/f", "environments/b/w/n/f"]
        );
    }

    #[test]
    fn an_overlay_without_files_of_its_own_still_applies_its_base() {
        let (own, bases) = roots(Layout::BaseOverlays, "a", ["base/w/n/c/f.yaml"]);
        assert_eq!(own[0].index(), "overlays/a/w/n/kustomization.yaml");
        assert!(own[0].kustomization().ends_with("resources:\n  - ../../../../base/w/n\n"));
        assert!(bases[0].kustomization().ends_with("resources:\n  - c/f.yaml\n"));
    }

    #[test]
    fn a_large_root_is_split_by_component() {
        let files: Vec<String> = (0..=LARGEST_ROOT)
            .map(|i| format!("environments/a/w/n/{}/f{i}.yaml", if i == 0 { "x" } else { "y" }))
            .collect();
        let (own, _) = roots(Layout::Isolated, "a", files.iter().map(String::as_str));
        assert_eq!(own.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["w-n-x", "w-n-y"]);
        assert!(own[0].kustomization().ends_with("resources:\n  - f0.yaml\n"));
    }

    #[test]
    fn a_component_that_is_too_large_is_split_into_buckets_that_stay() {
        let files = |count: usize| {
            (0..count)
                .map(|i| format!("environments/a/w/n/y/i{}/f{i}.yaml", i / 2))
                .collect::<Vec<_>>()
        };
        let made =
            |count: usize| roots(Layout::Isolated, "a", files(count).iter().map(String::as_str));
        let (own, indexes) = made(2 * LARGEST_ROOT);
        assert!(
            own.len() == 16 && own.iter().all(|root| root.entries.len() < LARGEST_ROOT),
            "{}",
            own.len()
        );
        assert!(own[0].kustomization().contains("  - ../y/i"), "{}", own[0].kustomization());
        let listed: Vec<(String, String)> = own
            .iter()
            .chain(&indexes)
            .map(|root| (root.folder.clone(), root.kustomization()))
            .collect();
        assert_eq!(
            unlisted(&listed, files(2 * LARGEST_ROOT).iter().map(String::as_str)),
            Vec::<String>::new()
        );
        let (more, _) = made(2 * LARGEST_ROOT + 1);
        assert_eq!(own.iter().zip(&more).filter(|(before, after)| before != after).count(), 1);
        let holding = own.iter().filter(|root| root.has("i7")).count();
        assert_eq!(holding, 1);
    }

    #[test]
    fn a_lost_a_doubled_and_a_missing_file_are_noticed() {
        let index = |folder: &str, entries: &[&str]| {
            (
                folder.to_owned(),
                kustomization(&entries.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>()),
            )
        };
        let fine =
            [index("overlays/a/w", &["x.yaml", "../../../base/w"]), index("base/w", &["y.yaml"])];
        assert_eq!(unlisted(&fine, ["overlays/a/w/x.yaml", "base/w/y.yaml"]), Vec::<String>::new());
        let bad = [index("a", &["x.yaml", "y.yaml", "gone.yaml"]), index("a/b", &["../y.yaml"])];
        let found = unlisted(&bad, ["a/x.yaml", "a/y.yaml", "a/lost.yaml"]);
        assert_eq!(
            found,
            [
                "`a/gone.yaml` is listed, but not written",
                "`a/lost.yaml` is written, but listed nowhere",
                "`a/y.yaml` is listed twice"
            ]
        );
    }
}
