//! From files to decoded environments and compiled templates. Never renders.

use super::{
    Request,
    decode::{decode, schema_validator},
    literals::{self, LiteralWaivers},
    stop,
};
use crate::{
    assets::{self, Assets},
    catalog::Catalog,
    diag::{Code, Diagnostic, Label, Source, SpecPath, fold, nearest},
    layout::Layout,
    model::{self, ComponentRow, Env, TABLE, View, wiring::segments},
    plan::units,
    render::Manifests,
    sink::SHARED,
    spec::{EnvironmentLayer, Layer, Layers, Rank},
};
use serde_json::{Map, Value};
use std::{
    collections::BTreeSet,
    path::{Component, Path, PathBuf},
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
    /// Names of the waivers that covered a credential in the input.
    pub waived: BTreeSet<String>,
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
        let waivers = LiteralWaivers::of(&layers);
        let mut of_templates = vec![];
        let (envs, catalog) = rayon::join(
            || decode(&layers, &stages, &waivers, &mut diagnostics),
            || Catalog::load(&assets, &components, &mut of_templates),
        );
        diagnostics.extend(literals::in_layers(&layers, &waivers, &diagnostics));
        stop(&mut diagnostics)?;
        diagnostics.extend(meaning(&layers, &stages, &envs, &waivers));
        let manifests = read_manifests(request, &layers, &envs, &mut diagnostics);
        diagnostics.extend(of_templates);
        diagnostics.extend(literals::in_files(&assets, &manifests, &waivers));
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
            waived: waivers.used(),
        })
    }

    /// The sections of the tree that this run makes as a whole.
    pub fn sections(&self) -> Vec<&str> {
        let shared = self.whole.then_some(SHARED);
        self.envs.iter().map(|env| env.name.as_str()).chain(shared).collect()
    }

    /// Where CRDs are.
    ///
    /// # Errors
    /// If a link leads from a path of the spec out of the folder of the spec.
    pub fn crds(&self, request: &Request) -> Result<Option<PathBuf>, Diagnostic> {
        let named = self.envs.iter().find_map(|env| env.verify().crds.as_ref());
        let Some(named) = named.filter(|_| request.crds.is_none()) else {
            return Ok(request.crds.clone());
        };
        let path = request.dir.join(named.as_str());
        let below =
            |path: &Path| path.components().all(|part| matches!(part, Component::Normal(_)));
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        if below(Path::new(named.as_str())) && !real(&path).starts_with(real(&request.dir)) {
            let message =
                format!("`{}` is behind a link that leads out of the folder", named.as_str());
            return Err(Diagnostic::new(Code::InputFile, message)
                .help("name the directory itself by `[verify] crds`, or by `--crds`"));
        }
        Ok(Some(path))
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

fn meaning(
    layers: &Layers,
    stages: &[EnvironmentLayer],
    envs: &[Env],
    waivers: &LiteralWaivers,
) -> Vec<Diagnostic> {
    let pairs = envs
        .iter()
        .filter_map(|env| Some((stages.iter().find(|stage| stage.name == env.name)?, env)));
    let mut out: Vec<Diagnostic> = pairs
        .flat_map(|(stage, env)| {
            env.validate()
                .into_iter()
                .filter(|found| !is_waived(found, waivers))
                .map(|found| in_spec(layers, stage, found))
                .collect::<Vec<_>>()
        })
        .collect();
    let stage = |env: &Env| stages.iter().find(|stage| stage.name == env.name);
    out.extend(
        model::cross_environment(envs)
            .into_iter()
            .filter_map(|(env, found)| Some(in_spec(layers, stage(env)?, found))),
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

fn is_waived(found: &Diagnostic<SpecPath>, waivers: &LiteralWaivers) -> bool {
    let path = found.places.first().filter(|_| found.code == Code::LiteralSecret);
    path.is_some_and(|path| waivers.covers(&segments(&path.0).join(".")))
}

fn in_spec(layers: &Layers, stage: &EnvironmentLayer, found: Diagnostic<SpecPath>) -> Diagnostic {
    let secret = found.code == Code::LiteralSecret;
    let (own, other) = (found.places.first(), found.places.get(1));
    let own = own.map(|path| segments(&path.0)).and_then(|path| {
        if secret { layers.blame_value(stage, &path) } else { layers.blame(stage, &path) }
    });
    let other = other.and_then(|other| {
        layers.blame(stage, &segments(&other.0)).map(|label| label.note(format!("`{other}`")))
    });
    let diagnostic = Diagnostic::new(found.code, found.message).help(found.help);
    diagnostic
        .within(&stage.name)
        .at(own.clone().map(|label| Label { secret, ..label }))
        .at(other.filter(|o| own.as_ref().is_none_or(|l| l.span != o.span)))
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
