//! Where files go, and the indexes that list them, from texts and paths alone. Never knows what a file says.

use crate::{layout::Layout, yaml::HEADER};
use std::collections::{BTreeMap, BTreeSet};

/// Beyond this many objects kustomize takes seconds: its cost grows with the square.
pub const LARGEST_ROOT: usize = 500;

/// A file of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed<'a> {
    /// Its path in the tree.
    pub path: String,
    /// Its text.
    pub text: &'a str,
    /// The environment that it belongs to; absent for what all share.
    pub environment: Option<&'a str>,
}

/// The files of one object: `texts` are what each environment says, `all` how many environments there are.
pub fn factor<'a>(layout: Layout, file: &str, texts: &[(&'a str, &'a str)], all: usize) -> Vec<Placed<'a>> {
    let same = texts.len() == all && texts.windows(2).all(|pair| pair[0].1 == pair[1].1);
    if layout == Layout::BaseOverlays && same && all > 1 {
        return vec![Placed { path: path(layout, file, None), text: texts[0].1, environment: None }];
    }
    texts.iter().map(|(environment, text)| Placed { path: path(layout, file, Some(environment)), text, environment: Some(environment) }).collect()
}

/// The path of a file in the folder of an environment, or else in the base.
pub fn path(layout: Layout, file: &str, environment: Option<&str>) -> String {
    environment.map_or_else(|| format!("base/{file}"), |environment| format!("{}/{file}", home(layout, environment)))
}

/// Where the file of one object may stand for an environment.
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

/// What one engine object applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The folder in the tree.
    pub folder: String,
    /// Its name: wave, namespace, and the component where it was split.
    pub name: String,
    /// The wave's folder.
    pub wave: String,
    /// The namespace; `cluster` for what has none.
    pub namespace: String,
    /// The files in it, and the folder of the base that it stands on.
    files: BTreeSet<String>,
}

impl Root {
    /// The path of its index.
    pub fn index(&self) -> String {
        format!("{}/kustomization.yaml", self.folder)
    }

    /// Its index.
    pub fn kustomization(&self) -> String {
        kustomization(&self.files)
    }
}

/// The index of a folder.
pub fn kustomization<'a>(files: impl IntoIterator<Item = &'a String>) -> String {
    let list: String = files.into_iter().map(|file| format!("  - {file}\n")).collect();
    format!("{HEADER}apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nsortOptions:\n  order: fifo\nresources:\n{list}")
}

/// The roots of one environment: one per wave and namespace, split by component where it would be too large. `files` are paths in the tree.
/// Bases are returned besides: they are indexes that no engine applies by itself.
pub fn roots<'a>(layout: Layout, environment: &str, files: impl IntoIterator<Item = &'a str>) -> (Vec<Root>, Vec<Root>) {
    let home = home(layout, environment);
    let mut folders: BTreeMap<(String, String), Vec<(bool, String)>> = BTreeMap::new();
    for path in files {
        let (base, below) = match (path.strip_prefix("base/"), path.strip_prefix(&home).and_then(|p| p.strip_prefix('/'))) {
            (Some(below), _) => (true, below),
            (None, Some(below)) => (false, below),
            (None, None) => continue,
        };
        let mut parts = below.splitn(3, '/');
        if let (Some(wave), Some(namespace), Some(file)) = (parts.next(), parts.next(), parts.next()) {
            folders.entry((wave.to_owned(), namespace.to_owned())).or_default().push((base, file.to_owned()));
        }
    }
    let (mut own, mut bases) = (vec![], vec![]);
    for ((wave, namespace), files) in folders {
        for (part, files) in split(files) {
            let folder = |home: &str| [home, &wave, &namespace, &part].iter().filter(|p| !p.is_empty()).copied().collect::<Vec<&str>>().join("/");
            let name = [wave.as_str(), &namespace, &part].iter().filter(|p| !p.is_empty()).copied().collect::<Vec<&str>>().join("-");
            let cut = |file: &String| file.strip_prefix(&format!("{part}/")).filter(|_| !part.is_empty()).unwrap_or(file).to_owned();
            let pick = |base: bool| files.iter().filter(|(b, _)| *b == base).map(|(_, f)| cut(f)).collect::<BTreeSet<_>>();
            let root = |folder: String, files| Root { folder, name: name.clone(), wave: wave.clone(), namespace: namespace.clone(), files };
            let (shared, mut mine) = (pick(true), pick(false));
            if !shared.is_empty() {
                let base = root(folder("base"), shared);
                let depth = folder(&home).split('/').count();
                mine.insert(format!("{}{}", "../".repeat(depth), base.folder));
                bases.push(base);
            }
            own.push(root(folder(&home), mine));
        }
    }
    (own, bases)
}

/// What is wrong with the indexes of a tree: `indexes` are folders and the texts of their kustomizations, `files` the paths of all objects.
/// Every entry exists, and every object is listed once.
pub fn unlisted<'a>(indexes: &[(String, String)], files: impl IntoIterator<Item = &'a str>) -> Vec<String> {
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
    let lost = files.iter().filter(|path| count(path) == 0).map(|path| format!("`{path}` is written, but listed nowhere"));
    let twice = files.iter().filter(|path| count(path) > 1).map(|path| format!("`{path}` is listed twice"));
    missing.chain(lost).chain(twice).collect()
}

/// A relative path, from a folder.
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

type Files = Vec<(bool, String)>;

/// One part, or one per component if there are too many files for one.
fn split(files: Files) -> Vec<(String, Files)> {
    if files.len() <= LARGEST_ROOT {
        return vec![(String::new(), files)];
    }
    let mut parts: BTreeMap<String, Files> = BTreeMap::new();
    for (base, file) in files {
        let component = file.split('/').next().unwrap_or_default().to_owned();
        parts.entry(component).or_default().push((base, file));
    }
    parts.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_equal_everywhere_stands_once() {
        let paths = |layout, texts: &[(&'static str, &'static str)], all| factor(layout, "w/n/f", texts, all).into_iter().map(|p| p.path).collect::<Vec<_>>();
        let (same, other) = ([("a", "1"), ("b", "1")], [("a", "1"), ("b", "2")]);
        assert_eq!(paths(Layout::BaseOverlays, &same, 2), ["base/w/n/f"]);
        assert_eq!(paths(Layout::BaseOverlays, &other, 2), ["overlays/a/w/n/f", "overlays/b/w/n/f"]);
        assert_eq!(paths(Layout::BaseOverlays, &same[..1], 2), ["overlays/a/w/n/f"]);
        assert_eq!(paths(Layout::Isolated, &same, 2), ["environments/a/w/n/f", "environments/b/w/n/f"]);
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
        let files: Vec<String> = (0..=LARGEST_ROOT).map(|i| format!("environments/a/w/n/{}/f{i}.yaml", if i == 0 { "x" } else { "y" })).collect();
        let (own, _) = roots(Layout::Isolated, "a", files.iter().map(String::as_str));
        assert_eq!(own.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["w-n-x", "w-n-y"]);
        assert!(own[0].kustomization().ends_with("resources:\n  - f0.yaml\n"));
    }

    #[test]
    fn a_lost_a_doubled_and_a_missing_file_are_noticed() {
        let index = |folder: &str, entries: &[&str]| (folder.to_owned(), kustomization(&entries.iter().map(|e| (*e).to_owned()).collect::<Vec<_>>()));
        let fine = [index("overlays/a/w", &["x.yaml", "../../../base/w"]), index("base/w", &["y.yaml"])];
        assert_eq!(unlisted(&fine, ["overlays/a/w/x.yaml", "base/w/y.yaml"]), Vec::<String>::new());
        let bad = [index("a", &["x.yaml", "y.yaml", "gone.yaml"]), index("a/b", &["../y.yaml"])];
        let found = unlisted(&bad, ["a/x.yaml", "a/y.yaml", "a/lost.yaml"]);
        assert_eq!(found, ["`a/gone.yaml` is listed, but not written", "`a/lost.yaml` is written, but listed nowhere", "`a/y.yaml` is listed twice"]);
    }
}
