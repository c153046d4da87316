//! Names in Git: repositories, branches and folders.

/// Whether a text is the https or ssh address of a repository, without credentials.
pub(super) fn is_repository(text: &str) -> bool {
    let rest = text.strip_prefix("ssh://git@").map(|rest| (rest, false));
    let rest = rest.or_else(|| text.strip_prefix("https://").map(|rest| (rest, true)));
    let Some(((host, path), has_port)) =
        rest.and_then(|(rest, has_port)| Some((rest.split_once('/')?, has_port)))
    else {
        return false;
    };
    let (name, port) = host.split_once(':').map_or((host, None), |(name, port)| (name, Some(port)));
    let is_number = |port: &str| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit());
    let is_host = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-".contains(&b);
    !name.is_empty()
        && name.bytes().all(is_host)
        && port.is_none_or(|port| has_port && is_number(port))
        && !path.is_empty()
        && path.bytes().all(|b| b.is_ascii_alphanumeric() || b"._/%-".contains(&b))
}

/// Whether a text is the name of a branch; a full reference or a commit is none. Source: the manual
/// of `git check-ref-format`.
pub(super) fn is_branch(text: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b"._/+@#-".contains(&b);
    let is_part =
        |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
    let is_commit = text.len() == 40 && text.bytes().all(|b| b.is_ascii_hexdigit());
    text.bytes().all(is_letter)
        && text.split('/').all(is_part)
        && !text.starts_with(['-', '@'])
        && !text.ends_with('.')
        && !text.contains("..")
        && !text.starts_with("refs/")
        && !is_commit
}

/// Whether a text is the path of a folder inside a repository; empty for its root.
pub(super) fn is_repository_path(text: &str) -> bool {
    let is_letter = |b: u8| b.is_ascii_alphanumeric() || b"._ /-".contains(&b);
    let is_part = |part: &str| !["", ".", "..", ".git"].contains(&part);
    text.is_empty() || text.bytes().all(is_letter) && text.split('/').all(is_part)
}
