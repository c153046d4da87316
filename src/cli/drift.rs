//! Causes of drift: why a file differs from the spec, and the source of its first difference.

use crate::{
    diag::{Label, safe},
    diff::{self, Diff},
    pipeline::{Request, explain::FileOrigins},
    sink::{ChangedFile, Compare, DiskTree, FileStatus, Sink, TreeFile, TreeReport},
};
use std::collections::BTreeSet;

/// Maximum number of files to inspect for a cause.
const LOOKED_INTO: usize = 200;

/// Cause of a file that Git checked out with other line endings.
pub(super) const LINE_ENDINGS: &str = "line endings";

/// Fix of such files.
pub(super) const LINE_ENDINGS_FIX: &str =
    "add the line `* text=auto eol=lf` to `.gitattributes`, then run `aksgen render`";

/// A file that differs from the spec.
#[derive(Debug)]
pub(super) struct Drift {
    /// Path in the tree.
    pub(super) path: String,
    /// Cause in one or two words.
    pub(super) cause: &'static str,
    /// First difference.
    pub(super) first: String,
    /// Spec path of the instance that renders the file.
    pub(super) owner: String,
    /// Lines of the spec that cause the difference.
    pub(super) lines: Vec<Label>,
}

/// Version of aksgen that wrote the tree, if it differs from this one.
pub(super) fn upgraded(sink: &Compare) -> Option<String> {
    let wrote = &sink.previous_lock().aksgen;
    (!wrote.is_empty() && wrote != env!("CARGO_PKG_VERSION")).then(|| wrote.clone())
}

/// All files that differ; files with comparable contents come first.
pub(super) fn drift(request: &Request, report: &TreeReport, upgraded: bool) -> Vec<Drift> {
    let mut files: Vec<TreeFile<'_>> = report.differing().collect();
    files.sort_by_key(|file| !matches!(file.status, FileStatus::Changed | FileStatus::Edited));
    let names: Vec<String> = files.iter().take(LOOKED_INTO).map(ToString::to_string).collect();
    let provenance =
        FileOrigins::load(request, &names.iter().map(String::as_str).collect::<Vec<_>>()).ok();
    let disk = DiskTree::new(&request.dir).ok();
    let look = |(number, file): (usize, &TreeFile<'_>)| {
        let known = provenance.as_ref().zip(disk.as_ref()).filter(|_| number < LOOKED_INTO);
        Drift {
            cause: cause(file.status, upgraded),
            ..known.map_or_else(
                || bare(file),
                |(provenance, disk)| looked_into(file, provenance, disk),
            )
        }
    };
    files.iter().enumerate().map(look).collect()
}

fn cause(status: FileStatus, upgraded: bool) -> &'static str {
    match status {
        FileStatus::Missing => "missing",
        FileStatus::LineEndings => LINE_ENDINGS,
        FileStatus::Edited | FileStatus::Left => "edited by hand",
        FileStatus::Foreign => "not ours",
        _ if upgraded => "aksgen upgraded",
        _ => "spec changed",
    }
}

fn bare(file: &TreeFile<'_>) -> Drift {
    Drift {
        path: file.to_string(),
        cause: "",
        first: String::new(),
        owner: String::new(),
        lines: vec![],
    }
}

fn looked_into(file: &TreeFile<'_>, provenance: &FileOrigins, disk: &DiskTree) -> Drift {
    let path = file.to_string();
    let (first, pointer) = match file.status {
        FileStatus::Changed | FileStatus::Edited => first(file, &path, provenance, disk),
        _ => Default::default(),
    };
    let owner = provenance.owner(file.section, &path).unwrap_or_default();
    Drift { first, owner, lines: provenance.lines(file.section, &path, &pointer), ..bare(file) }
}

/// First difference as text, and its JSON pointer.
fn first(
    file: &TreeFile<'_>,
    path: &str,
    provenance: &FileOrigins,
    disk: &DiskTree,
) -> (String, String) {
    let (before, after) = (disk.text(path).ok().flatten(), provenance.text(file.section, path));
    let Some(after) = after else { return Default::default() };
    let sections: BTreeSet<String> = provenance.environments().into_iter().collect();
    let differing = ChangedFile {
        section: file.section.to_owned(),
        path: path.to_owned(),
        before,
        after: Some(after),
    };
    let diff = Diff::new(diff::compare(&[differing], &sections, &sections));
    let Some(env) = diff.environments.first() else { return Default::default() };
    let pointer = env
        .objects
        .iter()
        .flat_map(|object| &object.fields)
        .next()
        .map(|field| field.pointer.clone())
        .unwrap_or_default();
    (safe(&diff::first(env)), pointer)
}
