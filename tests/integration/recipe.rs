//! Builds the component of `docs/contributing.md` in a copy of the repository. The rendered cache
//! has all parts that follow from its record.

#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Files in the page: blocks of code that start with a comment with their path.
fn files() -> Vec<(String, String)> {
    let page = fs::read_to_string(root().join("docs/contributing.md")).unwrap();
    let block = |block: &str| {
        let text: String = block
            .lines()
            .map(|line| format!("{}\n", line.strip_prefix("   ").unwrap_or(line)))
            .collect();
        let (first, rest) = text.split_once('\n')?;
        let path = first.trim_start_matches("// ").trim_start_matches("# ");
        Some((path.to_owned(), rest.to_owned()))
    };
    page.split("   ```text\n")
        .skip(1)
        .filter_map(|rest| block(rest.split("   ```").next()?))
        .collect()
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for entry in fs::read_dir(from).unwrap() {
            let name = entry.unwrap().file_name();
            copy(&from.join(&name), &to.join(&name));
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

fn replace(path: &Path, before: &str, after: &str) {
    let text = fs::read_to_string(path).unwrap();
    assert!(text.contains(before), "{} has no `{before}`", path.display());
    fs::write(path, text.replacen(before, after, 1)).unwrap();
}

/// A copy of the sources with the recipe; its package has another name, so that both share the
/// compiled dependencies.
fn with_recipe(folder: &Path) {
    for name in ["Cargo.toml", "Cargo.lock", "rust-toolchain.toml", "src", "templates", "profiles"]
    {
        copy(&root().join(name), &folder.join(name));
    }
    for name in ["tests", "benches", "README.md"] {
        std::os::unix::fs::symlink(root().join(name), folder.join(name)).unwrap();
    }
    for (path, text) in files().iter().filter(|(path, _)| !path.starts_with("tests/")) {
        fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
        fs::write(folder.join(path), text).unwrap();
    }
    let manifest = folder.join("Cargo.toml");
    replace(&manifest, "name = \"aksgen\"", "name = \"aksgen-recipe\"");
    replace(&manifest, "[dependencies]", "[lib]\nname = \"aksgen\"\n\n[dependencies]");
    let table = folder.join("src/components/mod.rs");
    replace(
        &table,
        "    pub(crate) mod registry;\n",
        "    pub(crate) mod redis;\n    pub(crate) mod registry;\n",
    );
    replace(
        &table,
        "    registry: Needed",
        "    redis: Declared data::redis::Redis,\n    /// The registry.\n    registry: Needed",
    );
}

/// All YAML and Markdown of a tree.
fn texts(folder: &Path) -> String {
    let mut out = String::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path: PathBuf = entry.unwrap().path();
        if path.is_dir() {
            out.push_str(&texts(&path));
        } else if path.extension().is_some_and(|end| end == "yaml" || end == "md") {
            out.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
    out
}

#[test]
fn the_recipe_has_every_file() {
    let paths: Vec<String> = files().into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "templates/data/redis/component.toml",
            "templates/data/redis/redis.yaml",
            "src/components/data/redis.rs",
            "tests/cases/data/redis/private/platform.toml",
        ]
    );
}

#[test]
#[ignore = "compiles the crate a second time; .ci/run runs it"]
fn the_recipe_adds_a_cache() {
    let work = tempfile::tempdir().unwrap();
    let copy = work.path().join("copy");
    fs::create_dir(&copy).unwrap();
    with_recipe(&copy);
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--bin", "aksgen-recipe"])
        .args(["--target-dir".as_ref(), root().join("target").as_os_str()])
        .current_dir(&copy)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let platform = work.path().join("platform");
    fs::create_dir(&platform).unwrap();
    let case = files().into_iter().find(|(path, _)| path.ends_with("platform.toml")).unwrap();
    fs::write(platform.join("platform.toml"), case.1).unwrap();
    let rendered = Command::new(root().join("target/debug/aksgen-recipe"))
        .arg("render")
        .current_dir(&platform)
        .output()
        .unwrap();
    assert!(rendered.status.success(), "{}", String::from_utf8_lossy(&rendered.stderr));
    let tree = texts(&platform);
    for part in [
        "kind: Redis\n",
        "azureName: redis-shop-dev-",
        "privatelink.redis.cache.windows.net",
        "- redisCache\n",
        "Microsoft.Cache",
        "cache.azure.com/*",
        "port: 6380",
    ] {
        assert!(tree.contains(part), "nothing in the tree is `{part}`");
    }
}
