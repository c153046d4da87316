//! The bytes of templates, manifests and profiles: what is built in, and what stands beside the
//! spec. Never parses any.

use crate::diag::{Code, Diagnostic, Source, reason};
use include_dir::{Dir, include_dir};
use std::{collections::BTreeMap, fs, io::Read, path::Path, sync::Arc};

static TEMPLATES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/templates");
static PROFILES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/profiles");

/// The largest file that is read: 10 MiB.
pub const LARGEST: u64 = 10 << 20;

/// Texts by path, such as `templates/services/deployment.yaml`.
#[derive(Debug, Default)]
pub struct Assets {
    /// What is built in.
    pub builtin: BTreeMap<String, Arc<Source>>,
    /// What the user put beside the spec.
    pub user: BTreeMap<String, Arc<Source>>,
}

impl Assets {
    /// What is built in, and the `templates/` and `profiles/` of a directory.
    pub fn load(dir: &Path, diagnostics: &mut Vec<Diagnostic>) -> Assets {
        let mut assets = Assets::default();
        for (root, embedded) in [("templates", &TEMPLATES), ("profiles", &PROFILES)] {
            embed(root, embedded, &mut assets.builtin);
            walk(dir, root, &mut assets.user, diagnostics);
        }
        assets
    }

    /// The user's text of that path, else the built-in one.
    pub fn get(&self, path: &str) -> Option<&Arc<Source>> {
        self.user.get(path).or_else(|| self.builtin.get(path))
    }

    /// The names of all profiles.
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

/// Reads a text that a person wrote.
///
/// # Errors
/// What is wrong with the file.
pub fn read(dir: &Path, name: &str) -> Result<Arc<Source>, Diagnostic> {
    let refuse = |what: String| Diagnostic::new(Code::InputFile, format!("`{name}` {what}"));
    let path = dir.join(name);
    // Before it is opened: who opens a pipe waits for its other end.
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
            .help("split the platform, or take generated data out of the spec"));
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        refuse(format!("is not UTF-8 (byte {})", e.utf8_error().valid_up_to()))
            .help("save it as UTF-8")
    })?;
    let text = text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned);
    if text.trim().is_empty() {
        return Err(refuse("is empty".into())
            .help("write into it what it is for, or remove it; `aksgen init` begins a spec"));
    }
    Ok(Source::new(name, text))
}

/// `templates/workloads/services/pod.yaml` as `templates/services/pod.yaml`: groups order the sources
/// and are part of no address.
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
