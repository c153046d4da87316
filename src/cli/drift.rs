//! Why files of a tree are not what the spec says, and what is behind the first difference in each.

use crate::{
    diag::{Label, safe},
    diff::{self, Diff},
    pipeline::{Request, explain::Behind},
    sink::{ChangedFile, Compare, DiskTree, File, FileStatus, Report, Sink},
};
use std::collections::BTreeSet;

/// So many files are looked into: nobody reads about more.
const LOOKED_INTO: usize = 200;

/// A file that is not what the spec says.
#[derive(Debug)]
pub(super) struct Drift {
    /// Its path.
    pub(super) path: String,
    /// Why, in a word or two.
    pub(super) cause: &'static str,
    /// The first thing that differs in it.
    pub(super) first: String,
    /// The spec path of the instance that makes it.
    pub(super) owner: String,
    /// The lines of the spec behind it.
    pub(super) lines: Vec<Label>,
}

/// The version of aksgen that wrote a tree, where it is another one.
pub(super) fn upgraded(sink: &Compare) -> Option<String> {
    let wrote = &sink.previous_lock().aksgen;
    (!wrote.is_empty() && wrote != env!("CARGO_PKG_VERSION")).then(|| wrote.clone())
}

/// Every file that differs, those that can be looked into first.
pub(super) fn drift(request: &Request, report: &Report, upgraded: bool) -> Vec<Drift> {
    let mut files: Vec<File<'_>> = report.differing().collect();
    files.sort_by_key(|file| !matches!(file.sign, FileStatus::Changed | FileStatus::Edited));
    let names: Vec<String> = files.iter().take(LOOKED_INTO).map(ToString::to_string).collect();
    let behind = Behind::load(request, &names.iter().map(String::as_str).collect::<Vec<_>>()).ok();
    let disk = DiskTree::new(&request.dir).ok();
    let look = |(number, file): (usize, &File<'_>)| {
        let known = behind.as_ref().zip(disk.as_ref()).filter(|_| number < LOOKED_INTO);
        Drift {
            cause: cause(file.sign, upgraded),
            ..known.map_or_else(|| bare(file), |(behind, disk)| looked_into(file, behind, disk))
        }
    };
    files.iter().enumerate().map(look).collect()
}

fn cause(sign: FileStatus, upgraded: bool) -> &'static str {
    match sign {
        FileStatus::Missing => "missing",
        FileStatus::Edited | FileStatus::Left => "edited by hand",
        FileStatus::Foreign => "not ours",
        _ if upgraded => "aksgen upgraded",
        _ => "spec changed",
    }
}

fn bare(file: &File<'_>) -> Drift {
    Drift {
        path: file.to_string(),
        cause: "",
        first: String::new(),
        owner: String::new(),
        lines: vec![],
    }
}

fn looked_into(file: &File<'_>, behind: &Behind, disk: &DiskTree) -> Drift {
    let path = file.to_string();
    let (first, pointer) = match file.sign {
        FileStatus::Changed | FileStatus::Edited => first(file, &path, behind, disk),
        _ => Default::default(),
    };
    let owner = behind.owner(file.section, &path).unwrap_or_default();
    Drift { first, owner, lines: behind.lines(file.section, &path, &pointer), ..bare(file) }
}

/// The first difference in words, and its pointer.
fn first(file: &File<'_>, path: &str, behind: &Behind, disk: &DiskTree) -> (String, String) {
    let (before, after) = (disk.text(path).ok().flatten(), behind.text(file.section, path));
    let Some(after) = after else { return Default::default() };
    let sections: BTreeSet<String> = behind.environments().into_iter().collect();
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
