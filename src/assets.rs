//! Text of templates, manifests and profiles: built-in files and files beside the spec.

use crate::diag::{Code, Diagnostic, Source, reason};
use include_dir::{Dir, include_dir};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Read,
    path::Path,
    sync::Arc,
};

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static PROFILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/profiles");

/// API groups of the objects in the built-in templates.
pub fn groups_of_templates() -> BTreeSet<&'static str> {
    let mut out = BTreeSet::new();
    add_groups(&TEMPLATES, &mut out);
    out
}

fn add_groups(dir: &'static Dir<'_>, out: &mut BTreeSet<&'static str>) {
    for text in dir.files().filter_map(include_dir::File::contents_utf8) {
        let versions = text.lines().filter_map(|line| line.strip_prefix("apiVersion: "));
        out.extend(
            versions.filter_map(|version| Some(version.split_once('/')?.0.trim_matches('"'))),
        );
    }
    dir.dirs().for_each(|inner| add_groups(inner, out));
}

/// Maximum size of an input file: 10 MiB.
pub const LARGEST: u64 = 10 << 20;

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
        let mut assets = Assets::default();
        for (root, embedded) in [("templates", &TEMPLATES), ("profiles", &PROFILES)] {
            embed(root, embedded, &mut assets.builtin);
            walk(dir, root, &mut assets.user, diagnostics);
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
/// If the file is missing, too large, empty or not UTF-8.
pub fn read(dir: &Path, name: &str) -> Result<Arc<Source>, Diagnostic> {
    let refuse = |what: String| Diagnostic::new(Code::InputFile, format!("`{name}` {what}"));
    let path = dir.join(name);
    // Checked before the file is opened, because opening a FIFO blocks.
    let kind =
        fs::metadata(&path).map_err(|e| refuse(format!("cannot be read: {}", reason(&e))))?;
    if !kind.is_file() {
        return Err(refuse("is not a file".into()));
    }
    let file =
        fs::File::open(path).map_err(|e| refuse(format!("cannot be read: {}", reason(&e))))?;
    let mut bytes = vec![];
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| refuse(format!("cannot be read: {}", reason(&e))))?;
    if bytes.len() as u64 > LARGEST {
        return Err(refuse("is larger than 10 MiB".into())
            .help("split the platform, or move generated data out of the spec"));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        refuse(format!("is not UTF-8 (byte {})", e.utf8_error().valid_up_to()))
            .help("save it as UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned);
    if text.trim().is_empty() {
        return Err(refuse("is empty".into())
            .help("add content or remove the file; `aksgen init` creates a spec"));
    }
    Ok(Source::new(name, text))
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

fn walk(
    dir: &Path,
    name: &str,
    out: &mut BTreeMap<String, Arc<Source>>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let Ok(entries) = fs::read_dir(dir.join(name)) else { return };
    for entry in entries.flatten() {
        let file = entry.file_name();
        let path = format!("{name}/{}", file.to_string_lossy());
        if file.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if entry.path().is_dir() {
            walk(dir, &path, out, diagnostics);
        } else {
            match read(dir, &path) {
                Ok(source) => drop(out.insert(path, source)),
                Err(diagnostic) => diagnostics.push(diagnostic),
            }
        }
    }
}
