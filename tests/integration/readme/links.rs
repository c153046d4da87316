//! Relative links of every page lead to a file and a heading.

use super::pages::{Page, all_pages, page, root};
use std::path::{Component, Path, PathBuf};

/// The targets of links and images outside of code.
fn targets(page: &Page) -> Vec<String> {
    let prose = page.prose();
    let plain: String = prose.split('`').step_by(2).collect();
    let links = plain.split("](").skip(1).filter_map(|rest| rest.split_once(')'));
    links.map(|(target, _)| target.to_owned()).collect()
}

fn is_relative(target: &str) -> bool {
    !target.contains("://") && !target.starts_with("mailto:")
}

/// The path that a link names, seen from the root of the repository.
fn resolve(from: &str, target: &str) -> PathBuf {
    let mut out = PathBuf::new();
    let folder = Path::new(from).parent().expect("a page is a file");
    for part in folder.join(target).components() {
        match part {
            Component::ParentDir => drop(out.pop()),
            Component::Normal(name) => out.push(name),
            _ => {}
        }
    }
    out
}

/// The anchor of a heading on GitHub.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

fn anchors(page: &Page) -> Vec<String> {
    let prose = page.prose();
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#').trim())).collect()
}

/// The reason why a relative link is broken.
fn reason(page: &Page, target: &str) -> Option<String> {
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    let other = if path.is_empty() { None } else { Some(resolve(&page.path, path)) };
    if let Some(file) = other.as_ref().filter(|file| !root().join(file).exists()) {
        return Some(format!("{}: `{target}`: there is no {}", page.path, file.display()));
    }
    let headings = || match &other {
        Some(file) => anchors(&super::pages::page(&file.display().to_string())),
        None => anchors(page),
    };
    let found = fragment.is_empty() || headings().iter().any(|heading| heading == fragment);
    (!found).then(|| format!("{}: `{target}`: there is no such heading", page.path))
}

fn broken(page: &Page) -> Vec<String> {
    let targets = targets(page).into_iter().filter(|target| is_relative(target));
    targets.filter_map(|target| reason(page, &target)).collect()
}

#[test]
fn every_link_resolves() {
    let pages = all_pages();
    let wrong: Vec<String> = pages.iter().flat_map(broken).collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(pages.iter().map(|page| targets(page).len()).sum::<usize>() > 100);
}

#[test]
fn broken_links_are_found() {
    let text = "[a](gone.md) [b](../README.md#gone) [c](#here) `[d](code.md)`\n\n# Here\n";
    let found = broken(&Page { path: "docs/planted.md".into(), text: text.to_owned() });
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].contains("there is no docs/gone.md"), "{found:?}");
    assert!(found[1].contains("there is no such heading"), "{found:?}");
}

/// README links to each page of the guide and of the concepts.
#[test]
fn the_readme_links_to_every_page() {
    let linked = targets(&page("README.md"));
    for path in super::pages::REQUIRED.iter().skip(1) {
        assert!(linked.iter().any(|target| target == path), "README.md does not link to {path}");
    }
}
