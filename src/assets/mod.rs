//! Text of templates, manifests and profiles: built-in files and files beside the spec.

mod read;

pub use read::{EntryType, InputFolder, LARGEST};

use crate::diag::{Code, Diagnostic, Source, reason};
use include_dir::{Dir, include_dir};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static PROFILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/profiles");

/// API groups of the objects in the built-in templates.
pub fn groups_of_templates() -> BTreeSet<&'static str> {
    let versions = texts(&TEMPLATES).into_iter().flat_map(str::lines);
    let versions = versions.filter_map(|line| line.strip_prefix("apiVersion: "));
    versions.filter_map(|version| Some(version.split_once('/')?.0.trim_matches('"'))).collect()
}

/// Azure resource providers that manifests of components and engines name.
pub fn providers_of_manifests() -> BTreeSet<&'static str> {
    let lists = texts(&TEMPLATES).into_iter().flat_map(str::lines);
    let lists = lists.filter_map(|line| line.strip_prefix("providers = ["));
    lists.flat_map(|list| list.split('"').skip(1).step_by(2)).collect()
}

/// Texts of all files of a folder.
fn texts(dir: &'static Dir<'_>) -> Vec<&'static str> {
    let own = dir.files().filter_map(include_dir::File::contents_utf8);
    own.chain(dir.dirs().flat_map(texts)).collect()
}

/// Texts by path, such as `templates/services/deployment.yaml`.
#[derive(Debug, Default)]
pub struct Assets {
    /// Built-in files.
    pub builtin: BTreeMap<String, Arc<Source>>,
    /// Files beside the spec.
    pub user: BTreeMap<String, Arc<Source>>,
}

impl Assets {
    /// Loads built-in files, and `templates/` and `profiles/` of a directory.
    pub fn load(dir: &Path, diagnostics: &mut Vec<Diagnostic>) -> Assets {
        let (mut assets, folder) = (Assets::default(), InputFolder::open(dir));
        for (root, embedded) in [("templates", &TEMPLATES), ("profiles", &PROFILES)] {
            embed(root, embedded, &mut assets.builtin);
            let Ok(folder) = &folder else { continue };
            if folder.is_link(root) {
                diagnostics.push(link(root));
            } else {
                walk(folder, root, &mut assets.user, diagnostics);
            }
        }
        assets
    }

    /// Text of a path; a user file wins over a built-in one.
    pub fn get(&self, path: &str) -> Option<&Arc<Source>> {
        self.user.get(path).or_else(|| self.builtin.get(path))
    }

    /// Names of all profiles.
    pub fn profiles(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .builtin
            .keys()
            .chain(self.user.keys())
            .filter_map(|p| p.strip_prefix("profiles/")?.strip_suffix(".toml"))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Reads an input file.
///
/// # Errors
/// If the file is missing, no regular file, too large, empty or not UTF-8, or if a link leads out
/// of the folder.
pub fn read(dir: &Path, name: &str) -> Result<Arc<Source>, Diagnostic> {
    let folder = InputFolder::open(dir).map_err(|error| {
        let message = format!("`{name}` cannot be read: {}", reason(&error));
        Diagnostic::new(Code::InputFile, message)
    })?;
    folder.read(name, LARGEST)
}

/// `templates/workloads/services/pod.yaml` as `templates/services/pod.yaml`: groups order the
/// sources and are part of no address.
fn without_group(root: &str, path: &str) -> String {
    let inner = match path.split_once('/') {
        Some((_, inner)) if root == "templates" => inner,
        _ => path,
    };
    format!("{root}/{inner}")
}

fn embed(root: &str, dir: &Dir<'_>, out: &mut BTreeMap<String, Arc<Source>>) {
    for file in dir.files() {
        let path = without_group(root, &file.path().to_string_lossy());
        let text = file.contents_utf8().unwrap_or_default();
        out.insert(path.clone(), Source::new(format!("aksgen:{path}"), text));
    }
    dir.dirs().for_each(|inner| embed(root, inner, out));
}

/// Reads all files of a subfolder. Files whose name starts with a dot are left out.
fn walk(
    dir: &InputFolder,
    name: &str,
    out: &mut BTreeMap<String, Arc<Source>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    for (file, kind) in dir.entries(name).unwrap_or_default() {
        let path = format!("{name}/{file}");
        if file.starts_with('.') {
            continue;
        }
        match kind {
            EntryType::Folder => walk(dir, &path, out, diagnostics),
            EntryType::Link => diagnostics.push(link(&path)),
            EntryType::File => match dir.read(&path, LARGEST) {
                Ok(source) => drop(out.insert(path, source)),
                Err(diagnostic) => diagnostics.push(diagnostic),
            },
        }
    }
}

fn link(path: &str) -> Diagnostic {
    let message = format!(
        "`{path}` is a link to a folder, or a link that leads out of the folder of the spec"
    );
    Diagnostic::new(Code::InputFile, message).help("replace the link with the file or the folder")
}
