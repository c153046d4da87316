//! From files to decoded environments and compiled templates. Never renders.

use super::{
    Request,
    decode::{decode, schema_validator},
    stop,
};
use crate::{
    assets::{self, Assets},
    catalog::Catalog,
    diag::{Code, Diagnostic, Label, Source, fold, nearest},
    layout::Layout,
    locate,
    model::{self, ComponentRow, Env, TABLE, View},
    plan::units,
    render::Manifests,
    sink::SHARED,
    spec::{EnvironmentLayer, Layer, Layers, Rank},
};
use serde_json::{Map, Value};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// The spec's file.
pub const SPEC: &str = "platform.toml";

/// Everything that is known before anything is rendered.
#[derive(Debug)]
pub struct Input {
    /// The layers of the spec.
    pub layers: Layers,
    /// The templates.
    pub catalog: Catalog,
    /// The user's own manifests.
    pub manifests: Manifests,
    /// The environments.
    pub envs: Vec<Env>,
    /// All of them were asked for.
    pub whole: bool,
    /// Findings that do not stop the run.
    pub warnings: Vec<Diagnostic>,
}

impl Input {
    /// Reads and decodes everything.
    ///
    /// # Errors
    /// All findings of the first stage that has any.
    pub fn load(request: &Request) -> Result<Input, Vec<Diagnostic>> {
        let mut diagnostics = vec![];
        let assets = Assets::load(&request.dir, &mut diagnostics);
        // The schema compiles while files are read.
        let (layers, _) =
            rayon::join(|| read_layers(request, &assets, &mut diagnostics), schema_validator);
        stop(&mut diagnostics)?;
        let stages = stages(request, &layers, &assets, &mut diagnostics);
        stop(&mut diagnostics)?;
        let components: Vec<&str> = TABLE.iter().map(|row| row.name).collect();
        let mut of_templates = vec![];
        let (envs, catalog) = rayon::join(
            || decode(&layers, &stages, &mut diagnostics),
            || Catalog::load(&assets, &components, &mut of_templates),
        );
        stop(&mut diagnostics)?;
        diagnostics.extend(meaning(&layers, &stages, &envs));
        let manifests = read_manifests(request, &layers, &envs, &mut diagnostics);
        diagnostics.extend(of_templates);
        stop(&mut diagnostics)?;
        diagnostics.extend(check_names(&catalog, &envs));
        diagnostics.extend(catalog.unused_overrides(&components, |component, instance| {
            exists(&envs, component, instance)
        }));
        stop(&mut diagnostics)?;
        Ok(Input {
            layers,
            catalog,
            manifests,
            envs,
            whole: request.environments.is_empty(),
            warnings: diagnostics,
        })
    }

    /// The sections of the tree that this run makes as a whole.
    pub fn sections(&self) -> Vec<&str> {
        let shared = self.whole.then_some(SHARED);
        self.envs.iter().map(|env| env.name.as_str()).chain(shared).collect()
    }

    /// Where CRDs are.
    pub fn crds(&self, request: &Request) -> Option<PathBuf> {
        let named = self.envs.iter().find_map(|env| env.verify().crds.as_ref());
        request.crds.clone().or_else(|| named.map(|path| request.dir.join(path.as_str())))
    }
}

/// The schema of `platform.toml` for editors, with the defaults, and with the profiles of a
/// directory.
pub fn schema(dir: &Path) -> Value {
    let assets = Assets::load(dir, &mut vec![]);
    let mut layers = Layers::default();
    add_defaults(&assets, &mut layers, &mut vec![]);
    let mut defaults = Map::new();
    layers
        .iter()
        .filter_map(|layer| layer.tree.plain().as_object().cloned())
        .for_each(|tree| defaults.extend(tree));
    let mut schema = model::for_editors(&model::shape().schema, &defaults.into());
    schema["properties"]["environments"]["additionalProperties"]["properties"]["profile"]["examples"] =
        assets.profiles().into();
    schema
}

fn add_defaults(assets: &Assets, layers: &mut Layers, diagnostics: &mut Vec<Diagnostic>) {
    for (path, source) in &assets.builtin {
        if path == "templates/platform.toml" {
            layers.add(Layer::parse(source, Rank::Default, diagnostics).defaults(&[]));
        } else if let Some(row) =
            TABLE.iter().find(|row| path == &format!("templates/{}/component.toml", row.name))
        {
            let mount: &[&str] = if row.many() { &[row.name, "*"] } else { &[row.name] };
            layers.add(Layer::parse(source, Rank::Default, diagnostics).defaults(mount));
        }
    }
}

fn read_layers(request: &Request, assets: &Assets, diagnostics: &mut Vec<Diagnostic>) -> Layers {
    let mut layers = Layers::default();
    add_defaults(assets, &mut layers, diagnostics);
    for name in assets.profiles() {
        let source = assets.get(&format!("profiles/{name}.toml"));
        source
            .into_iter()
            .for_each(|source| layers.add(Layer::parse(source, Rank::Profile, diagnostics)));
    }
    match request.spec.clone().map_or_else(|| assets::read(&request.dir, SPEC), Ok) {
        Ok(source) => layers.add(Layer::parse(&source, Rank::Spec, diagnostics)),
        Err(diagnostic) if request.dir.join(SPEC).exists() => diagnostics.push(diagnostic),
        Err(_) => {
            let message = format!("there is no `{SPEC}` in `{}`", request.dir.display());
            diagnostics.push(
                Diagnostic::new(Code::InputFile, message)
                    .help("name its directory by `-C DIR`, or make one with `aksgen init`"),
            );
        }
    }
    for setting in &request.set {
        layers.add(Layer::parse(&setting_source(setting), Rank::Set, diagnostics));
    }
    layers
}

/// `a.b=c` as TOML: what is not a TOML value is a string.
fn setting_source(setting: &str) -> std::sync::Arc<Source> {
    let (key, value) = setting.split_once('=').unwrap_or((setting, "true"));
    let is_value = toml::from_str::<toml::Table>(&format!("x = {value}")).is_ok();
    let value = if is_value { value.to_owned() } else { toml::Value::from(value).to_string() };
    Source::new("--set", format!("{key} = {value}\n"))
}

fn stages(
    request: &Request,
    layers: &Layers,
    assets: &Assets,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<EnvironmentLayer> {
    let all = layers.stages();
    if all.is_empty() {
        diagnostics.push(
            Diagnostic::new(Code::NoEnvironment, "the spec has no environment")
                .help("add `[environments.dev]` with `profile = \"dev\"`"),
        );
    }
    for wrong in
        request.environments.iter().filter(|name| !all.iter().any(|stage| stage.name == **name))
    {
        let known: Vec<&str> = all.iter().map(|stage| stage.name.as_str()).collect();
        let near = nearest(wrong, known.iter().copied()).map_or_else(
            || format!("there are: {}", known.join(", ")),
            |n| format!("did you mean `{n}`?"),
        );
        diagnostics.push(
            Diagnostic::new(Code::UnknownEnvironment, format!("there is no environment `{wrong}`"))
                .help(near),
        );
    }
    let profiles = assets.profiles();
    for stage in all.iter().filter(|stage| !profiles.contains(&stage.profile.as_str())) {
        let path = ["environments", stage.name.as_str(), "profile"];
        let (message, help) = if stage.profile.is_empty() {
            (
                format!("the environment `{}` has no profile", stage.name),
                format!("add `profile`, one of: {}", profiles.join(", ")),
            )
        } else {
            let near = nearest(&stage.profile, profiles.iter().copied()).map_or_else(
                || format!("there are: {}", profiles.join(", ")),
                |n| format!("did you mean `{n}`?"),
            );
            (format!("there is no profile `{}`", stage.profile), near)
        };
        let spec = layers.iter().find(|l| l.rank == Rank::Spec);
        let node = spec.and_then(|l| path.iter().try_fold(&l.tree, |node, key| node.get(key)));
        let own = spec.and_then(|l| l.tree.get("environments")?.get(&stage.name));
        let at = spec.zip(node.or(own)).map(|(l, node)| {
            Label::new(
                &l.source,
                if node.table().is_some() { node.key.clone() } else { node.span.clone() },
            )
        });
        diagnostics.push(Diagnostic::new(Code::UnknownProfile, message).help(help).at(at));
    }
    if all.iter().any(|stage| stage.name == SHARED) {
        let spec = layers.iter().find(|l| l.rank == Rank::Spec);
        let own = spec.and_then(|l| Some((l, l.tree.get("environments")?.get(SHARED)?)));
        let at = own.map(|(l, node)| Label::new(&l.source, node.key.clone()));
        let message = format!("an environment cannot be called `{SHARED}`");
        diagnostics.push(
            Diagnostic::new(Code::BadName, message)
                .help("`aksgen.lock` keeps what belongs to no environment under that name")
                .at(at),
        );
    }
    all.into_iter()
        .filter(|stage| {
            request.environments.is_empty() || request.environments.contains(&stage.name)
        })
        .collect()
}

fn meaning(layers: &Layers, stages: &[EnvironmentLayer], envs: &[Env]) -> Vec<Diagnostic> {
    let pairs = envs
        .iter()
        .filter_map(|env| Some((stages.iter().find(|stage| stage.name == env.name)?, env)));
    let mut out: Vec<Diagnostic> = pairs
        .flat_map(|(stage, env)| {
            env.validate()
                .into_iter()
                .map(|found| locate::in_spec(layers, stage, found))
                .collect::<Vec<_>>()
        })
        .collect();
    let stage = |env: &Env| stages.iter().find(|stage| stage.name == env.name);
    out.extend(
        model::cross_environment(envs)
            .into_iter()
            .filter_map(|(env, found)| Some(locate::in_spec(layers, stage(env)?, found))),
    );
    let partial = envs.len() < layers.stages().len();
    if partial && envs.iter().any(|env| env.gitops().layout == Layout::BaseOverlays) {
        out.push(
            Diagnostic::new(
                Code::PartialRender,
                "with the layout `base-overlays` all environments are rendered together",
            )
            .help("leave out `--env`: a change in one environment may move files of another"),
        );
    }
    let differ = |of: fn(&Env) -> (Layout, crate::model::general::Engine)| {
        envs.windows(2).any(|pair| of(&pair[0]).0 != of(&pair[1]).0)
    };
    if differ(|env| (env.gitops().layout, env.gitops().engine)) {
        out.push(
            Diagnostic::new(Code::MixedLayouts, "the environments have different layouts")
                .help("set `gitops.layout` once, for all"),
        );
    }
    out
}

fn read_manifests(
    request: &Request,
    layers: &Layers,
    envs: &[Env],
    diagnostics: &mut Vec<Diagnostic>,
) -> Manifests {
    let mut manifests = Manifests::new();
    for env in envs {
        for (name, extra) in env.extra() {
            let path = extra.file.as_str();
            let stage = EnvironmentLayer { name: env.name.clone(), profile: env.profile.clone() };
            let inside = !path.starts_with('/')
                && path.split('/').all(|part| !matches!(part, ".." | "." | ""));
            let read = if inside {
                assets::read(&request.dir, path)
            } else {
                Err(Diagnostic::new(Code::InputFile, format!("`{path}` is not below the spec")))
            };
            match read {
                Ok(source) => drop(manifests.insert(path.to_owned(), source)),
                Err(diagnostic) => diagnostics.push(
                    diagnostic.at(layers.blame(&stage, &["extra", name, "file"])).within(&env.name),
                ),
            }
        }
    }
    manifests
}

fn exists(envs: &[Env], component: &str, instance: &str) -> bool {
    let row: Option<&ComponentRow> = TABLE.iter().find(|row| row.name == component);
    row.is_some_and(|row| envs.iter().any(|env| env.instance(row, instance).is_some()))
}

/// Names in templates that no view has. A component's views all have the same names, so one is
/// asked. The engine's templates see those of every operator, and what is said of a root.
fn check_names(catalog: &Catalog, envs: &[Env]) -> Vec<Diagnostic> {
    let (mut out, mut seen) = (vec![], BTreeSet::new());
    let mut engine: BTreeSet<String> =
        super::delivery::NAMES.iter().map(|name| (*name).to_owned()).collect();
    for unit in units(envs) {
        let Some(row) = unit.row else { continue };
        let view = envs.iter().find_map(|env| unit.view(env));
        if let Some(view) = view.filter(|_| seen.insert(row.name)) {
            let known: BTreeSet<&str> = view
                .values
                .keys()
                .map(String::as_str)
                .chain(["chart", "repository", "after", "rank", "crd_pattern", "resources"])
                .collect();
            out.extend(catalog.unknown_variables(row.name, &known));
            engine.extend(
                view.values.keys().filter(|_| catalog.manifest(row.name).chart.is_some()).cloned(),
            );
        }
    }
    let gitops = envs.first().map(|env| View::new("gitops", "", env.gitops(), env));
    engine.extend(gitops.iter().flat_map(|view| view.values.keys().cloned()));
    out.extend(
        catalog.unknown_variables(
            "engines",
            &engine
                .iter()
                .map(String::as_str)
                .chain(["chart", "version", "namespace", "after", "rank"])
                .collect(),
        ),
    );
    fold(out)
}
