//! Helpers of the tests that call the library: specs, a tree in memory, and runs.

#![allow(dead_code, reason = "each test file uses some of the items")]

mod catalogue;
pub(crate) mod layout;
pub(crate) mod shop;
pub(crate) mod validate_objects;

#[allow(unused_imports, reason = "not every test file validates custom kinds")]
pub(crate) use catalogue::crds;

use aksgen::{
    diag::{Code, Diagnostic},
    pipeline::{Request, run},
    sink::{LockData, Sink, StagedTree, TreeReport},
};
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path, sync::Mutex, time::SystemTime};
use tempfile::TempDir;

/// File contents by path.
pub(crate) type Tree = BTreeMap<String, String>;

/// The spec of the committed example.
pub(crate) const EXAMPLE: &str =
    include_str!("../../../generated-examples/ecommerce/platform.toml");

/// The tables that each spec needs: platform, Azure, delivery, and one environment.
pub(crate) const HEAD: &str = r#"
[platform]
name = "shop"
owner = "platform@contoso.example"
[azure]
tenant_id = "00000000-0000-0000-0000-000000000001"
subscription_id = "00000000-0000-0000-0000-000000000002"
location = "uksouth"
admins = "00000000-0000-0000-0000-000000000003"
[gitops]
engine = "flux"
repository = "https://github.com/contoso/shop-platform"
[environments.dev]
profile = "dev"
"#;

/// A sink in memory: contents by section and path.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<BTreeMap<(String, String), String>>);

impl Memory {
    pub(crate) fn tree(self) -> Tree {
        self.0.into_inner().unwrap().into_iter().map(|((_, path), text)| (path, text)).collect()
    }
}

impl Sink for Memory {
    fn write(&self, section: &str, path: &str, text: &str) -> Result<(), Diagnostic> {
        let before =
            self.0.lock().unwrap().insert((section.to_owned(), path.to_owned()), text.to_owned());
        assert_eq!(before, None, "`{path}` was written twice");
        Ok(())
    }

    fn commit(&self, _: &[&str], _: LockData) -> Result<TreeReport, Vec<Diagnostic>> {
        Ok(TreeReport::default())
    }
}

/// A directory that contains only a spec.
pub(crate) fn workspace(spec: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("platform.toml"), spec).unwrap();
    dir
}

pub(crate) fn request(dir: &Path) -> Request {
    Request { dir: dir.to_owned(), ..Request::default() }
}

/// Renders a spec in memory.
pub(crate) fn make(spec: &str, change: impl FnOnce(&mut Request)) -> Result<Tree, Vec<Diagnostic>> {
    let (dir, memory) = (workspace(spec), Memory::default());
    let mut request = request(dir.path());
    change(&mut request);
    run(&request, &memory)?;
    Ok(memory.tree())
}

/// Renders a valid spec in memory.
#[track_caller]
pub(crate) fn tree(spec: &str) -> Tree {
    make(spec, |_| ()).unwrap_or_else(|diagnostics| panic!("{}\n{spec}", describe(&diagnostics)))
}

/// The findings of an invalid spec.
#[track_caller]
pub(crate) fn findings(spec: &str) -> Vec<Diagnostic> {
    make(spec, |_| ()).expect_err("a finding")
}

pub(crate) fn codes(diagnostics: &[Diagnostic]) -> Vec<Code> {
    diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
}

/// Findings as text, for messages of assertions.
pub(crate) fn describe(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|f| format!("[{}] {} ({})\n", f.code.id(), f.message, f.help)).collect()
}

/// Renders the spec of a directory into that directory.
pub(crate) fn render(dir: &Path) -> Result<TreeReport, Vec<Diagnostic>> {
    render_some(dir, &[])
}

/// Renders some environments only.
pub(crate) fn render_some(
    dir: &Path,
    environments: &[&str],
) -> Result<TreeReport, Vec<Diagnostic>> {
    let sink = StagedTree::new(dir).map_err(|diagnostic| vec![diagnostic])?;
    let environments = environments.iter().map(|name| (*name).to_owned()).collect();
    run(&Request { environments, ..request(dir) }, &sink).map(|outcome| outcome.report)
}

/// Content and modification time of each file below a directory, without the spec.
pub(crate) fn on_disk(dir: &Path) -> BTreeMap<String, (String, SystemTime)> {
    let mut out = BTreeMap::new();
    walk(dir, dir, &mut out);
    out.remove("platform.toml");
    out
}

fn walk(root: &Path, dir: &Path, out: &mut BTreeMap<String, (String, SystemTime)>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            walk(root, &path, out);
        } else {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let time = entry.metadata().unwrap().modified().unwrap();
            out.insert(name, (fs::read_to_string(&path).unwrap(), time));
        }
    }
}

/// Compares a text with a golden file. `UPDATE=1` writes the file first; read the difference before
/// you commit it.
#[track_caller]
pub(crate) fn golden(file: &Path, actual: &str) {
    if std::env::var_os("UPDATE").is_some() {
        fs::write(file, actual).unwrap();
    }
    assert_eq!(fs::read_to_string(file).unwrap_or_default(), actual, "{}", file.display());
}

/// Parses YAML with aksgen's reader.
#[track_caller]
pub(crate) fn object(text: &str) -> Value {
    aksgen::yaml::read(text).unwrap_or_else(|problem| panic!("{problem:?}\n{text}"))
}

pub(crate) fn is_yaml(path: &str) -> bool {
    Path::new(path).extension().is_some_and(|extension| extension == "yaml")
}

/// Configuration of a property that renders whole trees: the number of runs, and no regression
/// file.
pub(crate) fn cases(count: u32) -> proptest::test_runner::Config {
    proptest::test_runner::Config {
        cases: count,
        failure_persistence: None,
        max_shrink_iters: 64,
        ..Default::default()
    }
}
