//! References of container images: tags that move, and repositories of Docker Hub.

use std::{collections::BTreeSet, sync::LazyLock};

/// Tags that the owner of a repository moves to each new build.
const MOVING: [&str; 26] = [
    "beta",
    "canary",
    "current",
    "dev",
    "devel",
    "develop",
    "development",
    "edge",
    "head",
    "latest",
    "lts",
    "main",
    "mainline",
    "master",
    "next",
    "nightly",
    "preview",
    "prod",
    "production",
    "release",
    "rolling",
    "snapshot",
    "stable",
    "staging",
    "test",
    "trunk",
];

/// Repositories of Docker Hub without a namespace. Source: `docker-library/official-images`.
static OFFICIAL: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| include_str!("official_images.txt").lines().collect());

/// Repositories of databases and queues that keep data and form no cluster by themselves, one per
/// line.
const DATABASES: &str = include_str!("databases.txt");

/// Name of the database or queue that an image runs, by the last part of its repository.
pub fn store(image: &str) -> Option<&str> {
    let last = image.rsplit('/').next().unwrap_or_default();
    let name = last.split([':', '@']).next().unwrap_or_default();
    DATABASES.lines().any(|store| store == name).then_some(name)
}

/// Kind of the tag of an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// No tag and no digest.
    None,
    /// A tag such as `latest`.
    Moving,
    /// A major version such as `8` or `v2-alpine`.
    Major,
    /// A version or a digest.
    Fixed,
}

/// Kind of the tag of an image.
pub fn tag(image: &str) -> Tag {
    if image.contains("@sha256:") {
        return Tag::Fixed;
    }
    let last = image.rsplit('/').next().unwrap_or_default();
    let Some((_, tag)) = last.split_once(':').filter(|(_, tag)| !tag.is_empty()) else {
        return Tag::None;
    };
    let first = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let number = first.strip_prefix('v').unwrap_or(&first);
    // Longer numbers are numbers of builds.
    let is_major = (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    match () {
        () if MOVING.contains(&first.as_str()) => Tag::Moving,
        () if is_major => Tag::Major,
        () => Tag::Fixed,
    }
}

/// Reference on Docker Hub that an image without a registry can mean; none for a repository of the
/// platform. `own` are first parts of its repositories with several parts.
pub fn on_docker_hub(image: &str, own: &BTreeSet<&str>) -> Option<String> {
    let repository = image.split([':', '@']).next().unwrap_or_default();
    match repository.split_once('/') {
        None if OFFICIAL.contains(repository) => Some(format!("docker.io/library/{image}")),
        None => None,
        Some((first, _)) if own.contains(first) => None,
        Some(_) => Some(format!("docker.io/{image}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Tag, on_docker_hub, store, tag};

    #[test]
    fn stores_are_known_by_their_repository() {
        assert_eq!(store("docker.io/library/redis:8.2.1"), Some("redis"));
        assert_eq!(store("ghcr.io/team/redis-exporter:1.0.0"), None);
    }

    #[test]
    fn tags_have_a_kind() {
        let digest = format!("a@sha256:{}", "0".repeat(64));
        let rows = [
            ("ghcr.io/a/b", Tag::None),
            ("ghcr.io:5000/a/b", Tag::None),
            ("a:", Tag::None),
            ("a:latest", Tag::Moving),
            ("a:stable-alpine", Tag::Moving),
            ("a:Main", Tag::Moving),
            ("a:8", Tag::Major),
            ("a:v2-alpine", Tag::Major),
            ("a:1.2", Tag::Fixed),
            ("a:mainframe-2", Tag::Fixed),
            ("a:20260101", Tag::Fixed),
            ("a:3f9c2d1", Tag::Fixed),
            (digest.as_str(), Tag::Fixed),
        ];
        rows.into_iter().for_each(|(image, want)| assert_eq!(tag(image), want, "{image}"));
    }

    #[test]
    fn images_without_a_registry_can_be_on_docker_hub() {
        let own = ["shop"].into();
        let rows = [
            ("redis:8", Some("docker.io/library/redis:8")),
            ("weaveworksdemos/carts:1", Some("docker.io/weaveworksdemos/carts:1")),
            ("orders:1.4.2", None),
            ("shop/orders:1.4.2", None),
        ];
        rows.into_iter().for_each(|(image, want)| {
            assert_eq!(on_docker_hub(image, &own).as_deref(), want, "{image}");
        });
    }
}
