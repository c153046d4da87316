//! What the engine applies: an index for every root, and `clusters/<environment>/` with an object
//! per root. Never looks into a file.

use super::{
    make::{Maker, bare},
    rendered::{File, RenderedUnit},
};
use crate::{
    diag::{Code, Label},
    model::{Env, TABLE, View},
    render::stamp,
    sink::SHARED,
    stage::Stage,
    tree::{self, Root},
    verify::{Collector, ObjectOrigin, validate},
    yaml,
};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use tera::Context;

/// What the engine's templates see besides the settings of `[gitops]`: of an environment, and of a
/// root.
pub(super) const NAMES: &[&str] = &[
    "charts",
    "name",
    "path",
    "stage",
    "target_namespace",
    "depends",
    "has_depends",
    "checks",
    "has_checks",
    "kinds",
    "waits",
    "slow",
];

/// Puts the indexes and the engine's objects of one environment.
pub(super) fn deliver(make: &Maker<'_>, number: usize, env: &Env, files: &[File]) -> RenderedUnit {
    let mut rendered = RenderedUnit::default();
    let layout = env.gitops().layout;
    let here: Vec<(String, &File)> = files
        .iter()
        .filter(|file| file.is_in(number))
        .map(|file| (tree::path(layout, &file.below, named(file, env)), file))
        .collect();
    let paths = || here.iter().map(|(path, _)| path.as_str());
    let (roots, besides) = tree::roots(layout, &env.name, paths());
    for root in &roots {
        rendered
            .diagnostics
            .extend(make.sink.write(&env.name, &root.index(), &root.kustomization()).err());
    }
    // The bases are the same for every environment.
    for index in besides.iter().filter(|index| number == 0 || !index.is_shared()) {
        let section = if index.is_shared() { SHARED } else { &env.name };
        rendered
            .diagnostics
            .extend(make.sink.write(section, &index.index(), &index.kustomization()).err());
    }
    let indexes: Vec<(String, String)> = roots
        .iter()
        .chain(&besides)
        .map(|root| (root.folder.clone(), root.kustomization()))
        .collect();
    let wrong =
        tree::unlisted(&indexes, paths().chain(besides.iter().map(|index| index.folder.as_str())));
    rendered
        .diagnostics
        .extend(wrong.into_iter().map(|what| bare(Code::KustomizeEntry, what, env)));
    let mut awaited = awaited(&roots, &here);
    let crds = installed(make, env);
    let core = roots.iter().find(|root| {
        root.stage == Stage::Operators.name() && root.namespace == env.gitops().namespace()
    });
    core.into_iter().for_each(|root| awaited.entry(root.name.as_str()).or_default().extend(&crds));
    objects(make, number, env, &roots, &awaited, &mut rendered);
    rendered
}

/// The environment whose folder a file is in; none for the base.
fn named<'a>(file: &File, env: &'a Env) -> Option<&'a str> {
    (!file.shared).then_some(env.name.as_str())
}

/// The CRDs that pods of operators install: until they are there, nothing of their kinds can be
/// applied.
fn installed(make: &Maker<'_>, env: &Env) -> Vec<[String; 4]> {
    let here = TABLE.iter().filter(|row| !env.instances(row).is_empty());
    let names = here
        .filter_map(|row| make.tracer.catalog.manifest(row.name).chart.as_ref())
        .flat_map(|chart| &chart.installs);
    names
        .map(|name| {
            [
                "apiextensions.k8s.io/v1".to_owned(),
                "CustomResourceDefinition".to_owned(),
                String::new(),
                name.clone(),
            ]
        })
        .collect()
}

type Awaited<'a> = BTreeMap<&'a str, Vec<&'a [String; 4]>>;

/// What each root has to wait for.
fn awaited<'a>(roots: &'a [Root], files: &[(String, &'a File)]) -> Awaited<'a> {
    let mut folders: BTreeMap<String, &str> = BTreeMap::new();
    for root in roots {
        for folder in root.folders() {
            folders.insert(
                format!("base/{}", folder.splitn(3, '/').nth(2).unwrap_or_default()),
                &root.name,
            );
            folders.insert(folder, &root.name);
        }
    }
    let mut out = Awaited::new();
    for (path, file) in files {
        let Some(subject) = file.awaited.as_deref() else { continue };
        let folder = path.match_indices('/').rev().find_map(|(i, _)| folders.get(&path[..i]));
        folder.into_iter().for_each(|name| out.entry(name).or_default().push(subject));
    }
    out
}

fn objects(
    make: &Maker<'_>,
    number: usize,
    env: &Env,
    roots: &[Root],
    awaited: &Awaited<'_>,
    rendered: &mut RenderedUnit,
) {
    let engine = env.gitops().engine.folder();
    let manifest = make.tracer.catalog.engine(engine);
    let base = base(env);
    let mut index: BTreeSet<String> = BTreeSet::new();
    let mut step = 0;
    let mut add = |template: &str, file: String, values: Value| {
        let origin = ObjectOrigin {
            unit: u32::MAX,
            environment: u16::try_from(number).unwrap_or(u16::MAX),
            step,
        };
        step += 1;
        if let Some(text) = object(
            make,
            origin,
            env,
            &format!("engines/{engine}/{template}"),
            &base,
            &values,
            rendered,
        ) {
            rendered.diagnostics.extend(
                make.sink.write(&env.name, &format!("clusters/{}/{file}", env.name), &text).err(),
            );
            index.insert(file);
        }
    };
    let here = TABLE.iter().filter(|row| !env.instances(row).is_empty());
    let charts: BTreeSet<&str> = here
        .filter_map(|row| make.tracer.catalog.manifest(row.name).chart.as_ref())
        .map(|chart| chart.repository.as_str())
        .collect();
    for template in &manifest.environment {
        add(&template.template, template.template.clone(), json!({"charts": charts}));
    }
    for root in roots {
        let values = described(
            root,
            roots,
            awaited.get(root.name.as_str()).map(Vec::as_slice).unwrap_or_default(),
            env,
        );
        add(&manifest.root.template, format!("{}.yaml", root.name), values);
    }
    rendered.diagnostics.extend(
        make.sink
            .write(
                &env.name,
                &format!("clusters/{}/kustomization.yaml", env.name),
                &tree::kustomization(&index),
            )
            .err(),
    );
}

/// One object of the engine, judged like any other.
fn object(
    make: &Maker<'_>,
    origin: ObjectOrigin,
    env: &Env,
    template: &str,
    base: &View,
    values: &Value,
    rendered: &mut RenderedUnit,
) -> Option<String> {
    let context = context(base, values);
    let source = make.tracer.catalog.source(template);
    let whole = Label::new(source, source.line(2));
    let text = make
        .tracer
        .catalog
        .render(template, &context)
        .map_err(|diagnostic| rendered.diagnostics.push(diagnostic.within(&env.name)))
        .ok()?;
    let mut object = yaml::read(&text)
        .map_err(|p| {
            rendered.diagnostics.push(p.with_places(vec![whole.clone()], None).within(&env.name));
        })
        .ok()?;
    stamp(&mut object, Some(env.gitops().namespace()), env.general().name.as_str(), false);
    let problems = validate(&object, make.schemas, env.azure().operator_release.as_str());
    rendered.diagnostics.extend(
        problems
            .into_iter()
            .map(|problem| problem.with_places(vec![whole.clone()], None).within(&env.name)),
    );
    rendered.facts.extend(Collector::new(make.names, origin).collect(&object));
    rendered.objects.push(origin.environment);
    Some(yaml::file(&object))
}

/// What all of the engine's objects see.
pub(super) fn base(env: &Env) -> View {
    View::new("gitops", env.general().name.as_str(), env.gitops(), env)
}

/// What one of them sees.
pub(super) fn context(base: &View, values: &Value) -> Context {
    let mut context = Context::new();
    let own = values.as_object().into_iter().flatten();
    debug_assert!(
        own.clone().all(|(name, _)| NAMES.contains(&name.as_str())),
        "a name that templates may not use: {values}"
    );
    for (name, value) in base.values.iter().chain(own).filter(|(_, value)| !value.is_null()) {
        context.insert(name.clone(), value);
    }
    context
}

/// What the template of a root is told of it.
pub(super) fn described(root: &Root, roots: &[Root], awaited: &[&[String; 4]], env: &Env) -> Value {
    let stage = rank(&root.stage);
    let azure = |subject: &&&[String; 4]| crate::azure::versions::is_azure(&subject[0]);
    let depends = depends(root, roots);
    let kinds: BTreeSet<(&str, &str)> =
        awaited.iter().filter(azure).map(|s| (s[0].as_str(), s[1].as_str())).collect();
    let checks: Vec<Value> = awaited
        .iter()
        .filter(|s| !azure(s))
        .map(|s| json!({"api_version": s[0], "kind": s[1], "namespace": s[2], "name": s[3]}))
        .collect();
    json!({
        "name": root.name,
        "path": env.gitops().within(&root.folder),
        "stage": if root.stage == Stage::AzureLongRunning.name() { rank(Stage::Azure.name()) } else { stage }.to_string(),
        "target_namespace": if root.namespace == "cluster" { "default" } else { &root.namespace },
        "depends": depends,
        "has_depends": !depends.is_empty(),
        "checks": checks,
        "has_checks": !checks.is_empty(),
        "kinds": kinds.iter().map(|(api, kind)| json!({"api_version": api, "kind": kind})).collect::<Value>(),
        "waits": !kinds.is_empty(),
        "slow": root.stage == Stage::AzureLongRunning.name(),
    })
}

fn rank(stage: &str) -> usize {
    Stage::ALL.iter().position(|w| w.name() == stage).unwrap_or_default()
}

/// What has to be there before a root is applied. Nothing waits for Azure: what needs an id or a
/// secret from there tries again until it comes, and a federated credential needs the issuer of the
/// cluster, which is slow. Services wait for their own namespace only: a failing operator or
/// database must not hold up a fix of a service.
fn depends<'a>(root: &Root, roots: &'a [Root]) -> Vec<&'a str> {
    let of = |stage: Stage| {
        roots
            .iter()
            .filter(move |r| r.stage == stage.name())
            .map(|r| r.name.as_str())
            .collect::<Vec<_>>()
    };
    // Where namespaces have roots of their own, there are too many to wait for those of others.
    let own = |r: &&Root| {
        r.namespace == root.namespace || r.namespace == "cluster" && r.has(&root.namespace)
    };
    let before = match Stage::ALL[rank(&root.stage)] {
        Stage::Operators => vec![],
        Stage::Azure | Stage::AzureLongRunning | Stage::Namespaces => of(Stage::Operators),
        Stage::Addons => of(Stage::Namespaces),
        Stage::OperatorConfig if of(Stage::Addons).is_empty() => of(Stage::Namespaces),
        Stage::OperatorConfig => of(Stage::Addons),
        Stage::Workloads => roots
            .iter()
            .filter(|r| r.stage == Stage::Namespaces.name())
            .filter(own)
            .map(|r| r.name.as_str())
            .collect(),
    };
    // The namespaces themselves are in the root of what has none; that of the slow resources is in
    // the quick stage.
    let home = if root.stage == Stage::AzureLongRunning.name() {
        Stage::Azure.name()
    } else {
        &root.stage
    };
    let same = roots.iter().filter(|r| {
        r.stage == home
            && r.namespace == "cluster"
            && root.namespace != "cluster"
            && r.has(&root.namespace)
    });
    before.into_iter().chain(same.map(|r| r.name.as_str())).collect()
}
