//! Inputs of a run: layers, decoded environments, templates and manifests. Renders nothing.

use super::{
    Request,
    decode::{decode, schema_validator, violations_anyway},
    literals::{self, LiteralWaivers},
    stages::stages,
    stop,
};
use crate::{
    assets::{self, Assets},
    catalog::Catalog,
    diag::{Code, Diagnostic, Source, fold},
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
    path::{Component, Path, PathBuf},
};

/// The spec's file.
pub const SPEC: &str = "platform.toml";

/// Validated inputs of a run.
#[derive(Debug)]
pub struct Input {
    /// The layers of the spec.
    pub layers: Layers,
    /// The templates.
    pub catalog: Catalog,
    /// Manifests of `[extra.<name>]`.
    pub manifests: Manifests,
    /// The environments.
    pub envs: Vec<Env>,
    /// All environments of the spec are rendered.
    pub whole: bool,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
    /// Names of the waivers that covered a credential in the input.
    pub waived: BTreeSet<String>,
}

impl Input {
    /// Reads and decodes everything.
    ///
    /// # Errors
    /// All diagnostics of the first step with an error.
    pub fn load(request: &Request) -> Result<Input, Vec<Diagnostic>> {
        let mut diagnostics = vec![];
        let assets = Assets::load(&request.dir, &mut diagnostics);
        // The schema compiles while files are read.
        let (layers, _) =
            rayon::join(|| read_layers(request, &assets, &mut diagnostics), schema_validator);
        stop(&mut diagnostics)?;
        let stages = stages(request, &layers, &assets, &mut diagnostics);
        if diagnostics.iter().any(Diagnostic::is_error) {
            diagnostics.extend(violations_anyway(&layers, stages.clone(), &assets.profiles()));
        }
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
        diagnostics.extend(validate(&layers, &stages, &envs, &waivers));
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

    /// Sections of the lock that this run renders in full.
    pub fn sections(&self) -> Vec<&str> {
        let shared = self.whole.then_some(SHARED);
        self.envs.iter().map(|env| env.name.as_str()).chain(shared).collect()
    }

    /// Directory of CRDs: `--crds`, or `verify.crds`.
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

/// `a.b=c` as TOML. A value that is not valid TOML becomes a string.
fn setting_source(setting: &str) -> std::sync::Arc<Source> {
    let (key, value) = setting.split_once('=').unwrap_or((setting, "true"));
    let is_value = toml::from_str::<toml::Table>(&format!("x = {value}")).is_ok();
    let value = if is_value { value.to_owned() } else { toml::Value::from(value).to_string() };
    Source::new("--set", format!("{key} = {value}\n"))
}

/// Diagnostics of decoded environments: of each one, and of all together.
fn validate(
    layers: &Layers,
    stages: &[EnvironmentLayer],
    envs: &[Env],
    waivers: &LiteralWaivers,
) -> Vec<Diagnostic> {
    let stage = |env: &Env| stages.iter().find(|stage| stage.name == env.name);
    let own = envs.iter().flat_map(|env| env.validate().into_iter().map(move |found| (env, found)));
    let refused = own.filter(|(_, found)| !waivers.accept(found));
    let all = refused.chain(model::cross_environment(envs));
    all.filter_map(|(env, found)| Some(locate::in_spec(layers, stage(env)?, found)))
        .chain(partial_render(layers, envs))
        .chain(mixed_layouts(envs))
        .collect()
}

fn partial_render(layers: &Layers, envs: &[Env]) -> Option<Diagnostic> {
    let is_partial = envs.len() < layers.stages().len();
    let has_base = envs.iter().any(|env| env.gitops().layout == Layout::BaseOverlays);
    (is_partial && has_base).then(|| {
        Diagnostic::new(
            Code::PartialRender,
            "with the layout `base-overlays` all environments are rendered together",
        )
        .help("leave out `--env`: a change in one environment may move files of another")
    })
}

fn mixed_layouts(envs: &[Env]) -> Option<Diagnostic> {
    let layout = |env: &Env| (env.gitops().layout, env.gitops().engine);
    let is_mixed = envs.windows(2).any(|pair| layout(&pair[0]) != layout(&pair[1]));
    is_mixed.then(|| {
        Diagnostic::new(Code::MixedLayouts, "the environments have different layouts")
            .help("set `gitops.layout` once, for all")
    })
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
                    diagnostic.at(layers.label(&stage, &["extra", name, "file"])).within(&env.name),
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

/// Variables in templates without a value in the view. One view per component is read, because all
/// views of a component have the same names. Templates of the engine have the values of each
/// operator and of a root.
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
