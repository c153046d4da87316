//! Merge of the two sides of a lock with the conflict markers of Git.

use super::{Digest, FILE, FileIndex, FileStatus, Lock, LockData, broken, read::LARGEST};
use crate::diag::{Code, Diagnostic, reason};
use std::io::{Cursor, Read};

/// Reads a lock with the conflict markers of a merge. `on_disk` is the digest of a file in the
/// tree.
///
/// # Errors
/// If the text has no markers, or one of its sides is not a lock.
pub(in crate::sink) fn read_merged(
    from: impl Read,
    on_disk: &dyn Fn(&str) -> Option<Digest>,
) -> Result<Lock, Diagnostic> {
    let mut text = String::new();
    from.take(LARGEST + 1)
        .read_to_string(&mut text)
        .map_err(|error| broken(&format!("cannot be read: {}", reason(&error))))?;
    let Some([ours, theirs]) = sides(&text) else {
        let message = format!("`{FILE}` has no conflict markers, so `--merge-lock` has no effect");
        return Err(Diagnostic::new(Code::BadLock, message).help("run `aksgen render`"));
    };
    let side = |text: String| Lock::read(Cursor::new(text));
    Ok(merge(side(ours)?, &side(theirs)?, on_disk))
}

/// The two sides of a text with conflict markers; nothing without markers.
pub(super) fn sides(text: &str) -> Option<[String; 2]> {
    let (mut sides, mut in_side, mut found) = ([String::new(), String::new()], [true; 2], false);
    for line in text.split_inclusive('\n') {
        let marker = line.get(..7).filter(|_| !line.starts_with('"')).unwrap_or_default();
        in_side = match marker {
            "<<<<<<<" => [true, false],
            "|||||||" => [false, false],
            "=======" => [false, true],
            ">>>>>>>" => [true, true],
            _ => {
                sides.iter_mut().zip(in_side).filter(|(_, is_in)| *is_in).for_each(|(side, _)| {
                    side.push_str(line);
                });
                continue;
            }
        };
        found = true;
    }
    found.then_some(sides)
}

/// All files and data holders of both sides. `on_disk` is the digest of a file in the tree.
///
/// If a file differs between the sides, aksgen changed it on both branches. Its content is a merge
/// of generated files, and is replaced. Other files keep their digest, so that an edit by
/// hand is still found.
fn merge(mut ours: Lock, theirs: &Lock, on_disk: &dyn Fn(&str) -> Option<Digest>) -> Lock {
    let mut files = FileIndex::default();
    for file in ours.files.iter() {
        let path = file.to_string();
        let differs = theirs.files.get(&path).is_some_and(|other| other.digest != file.digest);
        let digest = on_disk(&path).filter(|_| differs).unwrap_or(file.digest);
        files.add(file.section, &path, digest, FileStatus::Kept);
    }
    for file in theirs.files.iter() {
        files.add(file.section, &file.to_string(), file.digest, FileStatus::Kept);
    }
    files.shrink();
    merge_data(&mut ours.data, &theirs.data);
    Lock { files, ..ours }
}

/// Adds the rows of the other side. Of two sizes the larger one stays.
fn merge_data(ours: &mut LockData, theirs: &LockData) {
    for (section, rows) in theirs {
        let own = ours.entry(section.clone()).or_default();
        for (object, row) in rows {
            let kept = own.entry(object.clone()).or_insert_with(|| row.clone());
            if is_larger(row, kept) {
                kept.clone_from(row);
            }
        }
    }
}

/// Whether a size is larger than another one in the same unit.
fn is_larger(size: &str, other: &str) -> bool {
    let split = |text: &str| -> Option<(u64, String)> {
        let word = text.split(' ').next()?;
        let digits = word.chars().take_while(char::is_ascii_digit).count();
        Some((word[..digits].parse().ok()?, word[digits..].to_owned()))
    };
    split(size)
        .zip(split(other))
        .is_some_and(|((size, unit), (other, own_unit))| unit == own_unit && size > other)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "aksgen = \"0.1.0\"\n<<<<<<< HEAD\na = 1\n||||||| base\na = 0\n=======\na = 2\n>>>>>>> other\nb = 3\n";

    #[test]
    fn a_conflict_has_two_sides() {
        let [ours, theirs] = sides(TEXT).expect("markers");
        assert_eq!(ours, "aksgen = \"0.1.0\"\na = 1\nb = 3\n");
        assert_eq!(theirs, "aksgen = \"0.1.0\"\na = 2\nb = 3\n");
        assert_eq!(sides("a = 1\n"), None);
    }

    #[test]
    fn the_larger_size_stays() {
        for (size, other, larger) in
            [("64 id=x", "32", true), ("32", "64", false), ("2Ti", "64Gi", false), ("", "1", false)]
        {
            assert_eq!(is_larger(size, other), larger, "{size} {other}");
        }
    }
}
