//! Manual edits: the policy of `--overwrite` and `--keep`, and the diagnostics about edited files.

use super::{
    files::{FileIndex, TreeFile},
    lock,
};
use crate::{
    diag::{Code, Diagnostic, Label, Source},
    secret::{is_secret_name, looks_secret, mask_line, spans},
};
use std::{collections::BTreeSet, sync::Mutex};

/// Treatment of manually edited files. Each path names a file or a folder.
#[derive(Debug, Default)]
pub struct EditPolicy {
    /// Edits to discard.
    pub overwrite: Vec<String>,
    /// Edits to keep.
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

    /// Whether the policy covers an edited file.
    pub(super) fn allows(&self, path: &str) -> bool {
        let covering = self.keep.iter().chain(&self.overwrite).filter(|entry| covers(entry, path));
        let covering: Vec<String> = covering.cloned().collect();
        let is_allowed = !covering.is_empty();
        self.used.lock().expect("no panic while held").extend(covering);
        is_allowed
    }

    /// Whether an edited file is kept. `keep` wins over `overwrite`.
    pub(super) fn keeps_edit(&self, path: &str) -> bool {
        self.keep.iter().any(|entry| covers(entry, path))
    }

    /// One diagnostic for each path that matches no edited file.
    pub(super) fn unused(&self) -> Vec<Diagnostic> {
        let used = self.used.lock().expect("no panic while held");
        let unused = self.keep.iter().chain(&self.overwrite).filter(|entry| !used.contains(*entry));
        let say = |entry: &String| {
            Diagnostic::new(
                Code::UnmanagedFile,
                format!("`{entry}` is not a managed file with manual edits"),
            )
            .help("use a path of the tree, as `aksgen check` prints it")
        };
        unused.map(say).collect()
    }
}

fn covers(entry: &str, path: &str) -> bool {
    path.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Checks that a path is a valid file name in the tree on every operating system.
///
/// # Errors
/// If a part of the path is not portable.
pub(super) fn check_path(section: &str, path: &str) -> Result<(), Diagnostic> {
    if lock::is_valid_path(path) {
        return Ok(());
    }
    let part = path.split('/').find(|part| !lock::is_valid_name(part)).unwrap_or(path);
    let help = "use letters, digits, `-`, `_` and inner dots, at most 255 characters per name and 4095 per path, and no Windows device name such as `con` or `aux`";
    Err(Diagnostic::new(Code::BadName, format!("`{part}` is not a valid part of a path"))
        .help(help)
        .within(section))
}

/// Diagnostic for an edited file, with its first edited line.
pub(super) fn edited(path: &str, old: &[u8], new: &str) -> Diagnostic {
    let old = String::from_utf8_lossy(old);
    let same = old.split('\n').zip(new.split('\n')).take_while(|(old, new)| old == new).count();
    let start: usize =
        old.split('\n').take(same).map(|line| line.len() + 1).sum::<usize>().min(old.len());
    let end = old[start..].find('\n').map_or(old.len(), |at| start + at);
    let ours = new.split('\n').nth(same).map_or_else(
        || "the file ends before".to_owned(),
        |line| format!("aksgen writes `{}`", mask_secrets(line.trim())),
    );
    let help = format!(
        "to make the edit permanent, set the key that `aksgen explain {path}:{}` names, or override the template. Otherwise run `aksgen render --overwrite {path}` to discard it, or `--keep {path}` to keep it once",
        same + 1
    );
    let whole = mask_line(&old, 0, &spans(&old));
    let shown = [&whole[..start], &mask_secrets(&whole[start..end]), &whole[end..]].concat();
    let at = Label::new(&Source::new(path, shown), start..end).note(ours);
    Diagnostic::new(Code::EditedByHand, format!("`{path}` was edited by hand")).help(help).at(at)
}

/// A line of YAML with its secret masked.
fn mask_secrets(line: &str) -> String {
    let (key, value) = line.split_once(':').unwrap_or(("", line));
    let is_secret =
        looks_secret(value.trim()) || is_secret_name(key.trim().trim_matches('"'), value.trim());
    if is_secret {
        format!("{}{}", &line[..line.len() - value.len()], "*".repeat(value.len()))
    } else {
        line.to_owned()
    }
}

/// Diagnostic for an edited file that is no longer rendered.
pub(super) fn edited_orphan(path: &str) -> Diagnostic {
    let help = format!(
        "save the edit elsewhere and delete the file, or run `aksgen render --overwrite {path}` to remove it, or `--keep {path}` to keep it"
    );
    Diagnostic::new(
        Code::EditedByHand,
        format!("`{path}` is no longer rendered, but was edited by hand"),
    )
    .help(help)
}

/// Diagnostic for a file that was edited during the run.
pub(super) fn edited_during_run(path: &str) -> Diagnostic {
    Diagnostic::new(
        Code::EditedByHand,
        format!("`{path}` was edited while the tree was written; the edit is kept"),
    )
    .help("run `aksgen render` again to see the difference")
}

/// Diagnostic for an unmanaged file at the path of a rendered file.
pub(super) fn unmanaged(path: &str) -> Diagnostic {
    Diagnostic::new(
        Code::UnmanagedFile,
        format!("`{path}` is an unmanaged file at the path of a rendered file"),
    )
    .help("move it away, or render into another directory")
}

/// Diagnostic for two paths that differ only in case. Names are ASCII, so no other two names look
/// alike.
pub(super) fn collisions(files: &FileIndex) -> Option<Diagnostic> {
    let capitals = |file: &TreeFile<'_>| {
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
                format!("`{other}` and `{path}` are the same file on a case-insensitive disk");
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
    fn an_edit_policy_covers_a_file_or_a_folder() {
        let edit_policy = EditPolicy::new(vec!["./a/b/".into(), "c.yaml".into()], vec!["d".into()]);
        for (path, allowed, kept) in [
            ("a/b", true, false),
            ("a/b/c.yaml", true, false),
            ("a/bc.yaml", false, false),
            ("a", false, false),
            ("d/e.yaml", true, true),
            ("e.yaml", false, false),
        ] {
            assert_eq!(
                (edit_policy.allows(path), edit_policy.keeps_edit(path)),
                (allowed, kept),
                "{path}"
            );
        }
        assert_eq!(
            edit_policy
                .unused()
                .iter()
                .map(|diagnostic| diagnostic.message.as_str())
                .collect::<Vec<_>>(),
            ["`c.yaml` is not a managed file with manual edits"]
        );
    }

    #[test]
    fn the_part_of_a_path_that_cannot_be_is_named() {
        assert!(check_path("dev", "a/b.yaml").is_ok());
        for (path, part) in [("a/con/b", "con"), ("a/b/..", ".."), ("a//b", "")] {
            assert!(
                check_path("dev", path).is_err_and(|diagnostic| diagnostic.message
                    == format!("`{part}` is not a valid part of a path")),
                "{path}"
            );
        }
    }
}
