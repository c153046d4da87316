//! What people changed, and what they want of it. Only wording and wishes.

use super::{
    files::{File, Files},
    lock,
};
use crate::{
    diag::{Code, Diagnostic, Label, Source},
    secret::{is_secret_name, looks_secret},
};
use std::{collections::BTreeSet, sync::Mutex};

/// What a person says about files that were edited by hand: a path of one, or of a folder of
/// several.
#[derive(Debug, Default)]
pub struct EditPolicy {
    /// These edits go.
    pub overwrite: Vec<String>,
    /// These stay as they are.
    pub keep: Vec<String>,
    /// Paths that matched an edited file.
    used: Mutex<BTreeSet<String>>,
}

impl EditPolicy {
    /// A policy from the paths of `--overwrite` and `--keep`.
    pub fn new(overwrite: Vec<String>, keep: Vec<String>) -> EditPolicy {
        let plain = |paths: Vec<String>| {
            paths
                .iter()
                .map(|path| path.trim_start_matches("./").trim_end_matches('/').to_owned())
                .collect()
        };
        EditPolicy { overwrite: plain(overwrite), keep: plain(keep), used: Mutex::default() }
    }

    /// Was anything said about an edited file?
    pub(super) fn allow(&self, path: &str) -> bool {
        let said = self.keep.iter().chain(&self.overwrite).filter(|wish| covers(wish, path));
        let said: Vec<String> = said.cloned().collect();
        let is_said = !said.is_empty();
        self.used.lock().expect("no panic while held").extend(said);
        is_said
    }

    /// Does an edited file stay? Who says both keeps it.
    pub(super) fn keeps(&self, path: &str) -> bool {
        self.keep.iter().any(|wish| covers(wish, path))
    }

    /// One diagnostic for each path that matches no edited file.
    pub(super) fn unused(&self) -> Vec<Diagnostic> {
        let used = self.used.lock().expect("no panic while held");
        let unused = self.keep.iter().chain(&self.overwrite).filter(|wish| !used.contains(*wish));
        let say = |wish: &String| {
            Diagnostic::new(
                Code::UnmanagedFile,
                format!("`{wish}` is no file of ours that was edited by hand"),
            )
            .help("paths are those of the tree, as `aksgen check` shows them")
        };
        unused.map(say).collect()
    }
}

fn covers(wish: &str, path: &str) -> bool {
    path.strip_prefix(wish).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// A path that no system takes for anything but the name of a file in the tree.
///
/// # Errors
/// If it is another one.
pub(super) fn fair(section: &str, path: &str) -> Result<(), Diagnostic> {
    if lock::is_inside(path) {
        return Ok(());
    }
    let part = path.split('/').find(|part| !lock::is_fair(part)).unwrap_or(path);
    let help = "letters, digits, `-`, `_` and dots inside, at most 255 of them and 4095 in a path, and nothing that Windows takes for a device, such as `con` or `aux`";
    Err(Diagnostic::new(Code::BadName, format!("`{part}` would be part of a path, and cannot"))
        .help(help)
        .within(section))
}

/// A file that was edited: the first line that is not ours, and what to do.
pub(super) fn edited(path: &str, old: &[u8], new: &str) -> Diagnostic {
    let old = String::from_utf8_lossy(old);
    let same = old.split('\n').zip(new.split('\n')).take_while(|(old, new)| old == new).count();
    let start: usize =
        old.split('\n').take(same).map(|line| line.len() + 1).sum::<usize>().min(old.len());
    let end = old[start..].find('\n').map_or(old.len(), |at| start + at);
    let ours = new.split('\n').nth(same).map_or_else(
        || "the file ends before".to_owned(),
        |line| format!("aksgen writes `{}`", line.trim()),
    );
    let help = format!(
        "to keep it for good, set what `aksgen explain {path}:{}` names, or make it a template of yours; else `aksgen render --overwrite {path}`, or `--keep {path}` for this time",
        same + 1
    );
    let shown = [&old[..start], &hidden(&old[start..end]), &old[end..]].concat();
    let at = Label::new(&Source::new(path, shown), start..end).note(ours);
    Diagnostic::new(Code::EditedByHand, format!("`{path}` was edited by hand")).help(help).at(at)
}

/// A line of YAML; a secret that somebody wrote into it is not echoed.
fn hidden(line: &str) -> String {
    let (key, value) = line.split_once(':').unwrap_or(("", line));
    let is_secret =
        looks_secret(value.trim()) || is_secret_name(key.trim().trim_matches('"'), value.trim());
    if is_secret {
        format!("{}{}", &line[..line.len() - value.len()], "*".repeat(value.len()))
    } else {
        line.to_owned()
    }
}

/// A file that is no longer made, and was edited.
pub(super) fn left(path: &str) -> Diagnostic {
    let help = format!(
        "save the edit elsewhere and delete the file, or say `--overwrite {path}` to remove it, or `--keep {path}`"
    );
    Diagnostic::new(
        Code::EditedByHand,
        format!("`{path}` is no longer made, but was edited by hand"),
    )
    .help(help)
}

/// A file that somebody edited while a run was moving files.
pub(super) fn meanwhile(path: &str) -> Diagnostic {
    Diagnostic::new(
        Code::EditedByHand,
        format!("`{path}` was edited while the tree was written; it stays as it is"),
    )
    .help("render again to see what differs")
}

/// A file of somebody else where one of ours has to be.
pub(super) fn foreign(path: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnmanagedFile,
        format!("`{path}` stands in the way, and aksgen did not write it"),
    )
    .help("move it away, or render into another directory")
}

/// Two paths that are one where capitals do not count. Names are ASCII, so that nothing else can
/// make two of them look alike.
pub(super) fn collisions(files: &Files) -> Option<Diagnostic> {
    let capitals = |file: &File<'_>| {
        file.folder.bytes().chain(file.name.bytes()).any(|b| b.is_ascii_uppercase())
    };
    let odd: BTreeSet<String> =
        files.iter().filter(capitals).map(|file| file.to_string().to_ascii_lowercase()).collect();
    if odd.is_empty() {
        return None;
    }
    let mut before: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    for path in files
        .iter()
        .map(|file| file.to_string())
        .filter(|path| odd.contains(&path.to_ascii_lowercase()))
    {
        if let Some(other) = before.insert(path.to_ascii_lowercase(), path.clone()) {
            let message =
                format!("`{other}` and `{path}` are one file where capitals do not count");
            return Some(
                Diagnostic::new(Code::DuplicateObject, message)
                    .help("rename one of the two objects"),
            );
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_about_a_file_or_all_of_a_folder() {
        let wishes = EditPolicy::new(vec!["./a/b/".into(), "c.yaml".into()], vec!["d".into()]);
        for (path, allowed, kept) in [
            ("a/b", true, false),
            ("a/b/c.yaml", true, false),
            ("a/bc.yaml", false, false),
            ("a", false, false),
            ("d/e.yaml", true, true),
            ("e.yaml", false, false),
        ] {
            assert_eq!((wishes.allow(path), wishes.keeps(path)), (allowed, kept), "{path}");
        }
        assert_eq!(
            wishes
                .unused()
                .iter()
                .map(|diagnostic| diagnostic.message.as_str())
                .collect::<Vec<_>>(),
            ["`c.yaml` is no file of ours that was edited by hand"]
        );
    }

    #[test]
    fn the_part_of_a_path_that_cannot_be_is_named() {
        assert!(fair("dev", "a/b.yaml").is_ok());
        for (path, part) in [("a/con/b", "con"), ("a/b/..", ".."), ("a//b", "")] {
            assert!(
                fair("dev", path).is_err_and(|diagnostic| diagnostic.message
                    == format!("`{part}` would be part of a path, and cannot")),
                "{path}"
            );
        }
    }
}
