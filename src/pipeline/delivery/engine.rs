//! Objects of the GitOps engine in `clusters/<environment>/`.

use super::{Awaited, order::depends};
use crate::{
    catalog::EngineManifest,
    diag::Label,
    model::{Env, View},
    pipeline::charts,
    pipeline::{
        make::{Maker, narrow},
        rendered::RenderedUnit,
    },
    render::stamp,
    stage::Stage,
    tree::{self, Root},
    verify::{Collector, ObjectOrigin, validate},
    yaml,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tera::Context;

/// Name of the object that applies the folder of an environment. Names of roots have a hyphen.
const ENTRY: &str = "clusters";

/// Values of the engine's templates, in addition to the keys of `[gitops]`: those of an environment
/// and those of a root.
pub(in crate::pipeline) const NAMES: &[&str] = &[
    "charts",
    "name",
    "path",
    "target_namespace",
    "depends",
    "has_depends",
    "checks",
    "has_checks",
    "kinds",
    "waits",
    "slow",
];

/// Renders and writes the objects of an environment, their index included.
pub(super) fn objects(
    make: &Maker<'_>,
    number: usize,
    env: &Env,
    roots: &[Root],
    awaited: &Awaited<'_>,
    rendered: &mut RenderedUnit,
) {
    let engine = env.gitops().engine.folder();
    let manifest = make.tracer.catalog.engine(engine);
    let (base, folder) = (base(env), format!("clusters/{}", env.name));
    let mut index: BTreeSet<String> = BTreeSet::new();
    for (step, (template, file, values)) in
        (0..).zip(templates(make, env, manifest, roots, awaited))
    {
        let origin = ObjectOrigin { unit: u32::MAX, environment: narrow(number), step };
        let template = format!("engines/{engine}/{template}");
        if let Some(text) = object(make, origin, env, &template, &context(&base, &values), rendered)
        {
            let written = make.sink.write(&env.name, &format!("{folder}/{file}"), &text);
            rendered.diagnostics.extend(written.err());
            index.insert(file);
        }
    }
    let path = format!("{folder}/kustomization.yaml");
    let written = make.sink.write(&env.name, &path, &tree::kustomization(&index));
    rendered.diagnostics.extend(written.err());
}

/// Templates of the engine's objects, each with its file and its values.
fn templates<'a>(
    make: &Maker<'a>,
    env: &Env,
    manifest: &'a EngineManifest,
    roots: &[Root],
    awaited: &Awaited<'_>,
) -> Vec<(&'a str, String, Value)> {
    let charts: BTreeSet<&str> =
        charts::charts(make, env).map(|(_, chart)| chart.repository.as_str()).collect();
    let path = env.gitops().within(&format!("clusters/{}", env.name));
    let entry = json!({"charts": charts, "name": ENTRY, "path": path});
    let of_environment = manifest
        .environment
        .iter()
        .map(move |object| (object.template.as_str(), object.template.clone(), entry.clone()));
    let of_roots = roots.iter().map(|root| {
        let awaited = awaited.get(root.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let values = described(root, roots, awaited, env);
        (manifest.root.template.as_str(), format!("{}.yaml", root.name), values)
    });
    of_environment.chain(of_roots).collect()
}

/// Renders one object, and validates it as any other object.
fn object(
    make: &Maker<'_>,
    origin: ObjectOrigin,
    env: &Env,
    template: &str,
    context: &Context,
    rendered: &mut RenderedUnit,
) -> Option<String> {
    let text = make.tracer.catalog.render(template, context);
    let text =
        text.map_err(|diagnostic| rendered.diagnostics.push(diagnostic.within(&env.name))).ok()?;
    let source = make.tracer.catalog.source(template);
    let whole = || vec![Label::new(source, source.line(2))];
    let mut object = yaml::read(&text)
        .map_err(|error| {
            rendered.diagnostics.push(error.with_places(whole(), None).within(&env.name));
        })
        .ok()?;
    stamp(&mut object, Some(env.gitops().namespace()), env.general().name.as_str(), false);
    let problems = validate(&object, make.schemas, env.azure().operator_release.as_str());
    let problems = problems.into_iter().map(|found| found.with_places(whole(), None));
    rendered.diagnostics.extend(problems.map(|found| found.within(&env.name)));
    let collector = Collector::new(make.names, origin);
    let charts = make.tracer.catalog.chart_facts();
    rendered.facts.extend(collector.with_charts(charts).collect(&object));
    rendered.objects.push(origin.environment);
    Some(yaml::file(&object))
}

/// Values of all objects of the engine.
pub(in crate::pipeline) fn base(env: &Env) -> View {
    View::new("gitops", env.general().name.as_str(), env.gitops(), env)
}

/// Values of one object of the engine.
pub(in crate::pipeline) fn context(base: &View, values: &Value) -> Context {
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

/// Values of the template of a root.
pub(in crate::pipeline) fn described(
    root: &Root,
    roots: &[Root],
    awaited: &[&[String; 4]],
    env: &Env,
) -> Value {
    let azure = |subject: &&&[String; 4]| crate::azure::versions::is_azure(&subject[0]);
    let depends = depends(root, roots);
    let is_slow = root.stage == Stage::AzureLongRunning.name();
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
        "target_namespace": if root.namespace == "cluster" { "default" } else { &root.namespace },
        "depends": depends,
        "has_depends": !depends.is_empty(),
        "checks": checks,
        "has_checks": !checks.is_empty(),
        "kinds": kinds.iter().map(|(api, kind)| json!({"api_version": api, "kind": kind})).collect::<Value>(),
        "waits": !kinds.is_empty(),
        "slow": is_slow,
    })
}
