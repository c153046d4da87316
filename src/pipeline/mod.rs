//! The sequence from a spec to a tree, for all commands. Prints nothing, and writes through the
//! sink only.

mod charts;
mod connections;
mod data;
mod data_loss;
mod declared;
mod decode;
mod delivery;
pub mod explain;
mod external;
mod input;
mod literals;
mod make;
mod names;
mod rendered;
mod sources;
mod stage_order;
mod stages;
mod text;
mod unknown_instance;
mod waive;
mod write;

pub use connections::{ConnectionEnd, ConnectionRow, connections};
pub use input::{Input, SPEC, schema};
pub use names::{environments, keys, tables};
pub use sources::{SpecSource, sources};

use crate::{
    diag::{Code, Diagnostic, Source, fold},
    locate::Tracer,
    plan::units,
    sink::{Sink, TreeReport},
    verify::{AzureScope, Holders, Interner, Schemas, agree, holders, prepare},
};
use rayon::prelude::*;
use rendered::RenderedUnit;
use std::{path::PathBuf, sync::Arc};
use waive::Waivers;

/// Maximum number of threads. More are slower, and each needs memory for its stack.
pub const MOST_THREADS: usize = 64;

/// Options of a run.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Directory of `platform.toml` and of the tree.
    pub dir: PathBuf,
    /// Text of the spec, instead of the file: `init` validates a spec before it writes the file.
    pub spec: Option<Arc<Source>>,
    /// Names of environments; empty for all.
    pub environments: Vec<String>,
    /// Settings that override the spec, as `key=value`.
    pub set: Vec<String>,
    /// Directory of CRDs, instead of `verify.crds`.
    pub crds: Option<PathBuf>,
    /// Data that may be lost: objects as `[environment/]Kind/namespace/name`, and removed
    /// environments.
    pub allow_data_loss: Vec<String>,
    /// A kind without a schema is an error.
    pub strict: bool,
    /// Number of threads, at most [`MOST_THREADS`]; by default the number of processors.
    pub threads: Option<usize>,
}

/// Result of a run without errors.
#[derive(Debug, Default)]
pub struct RunResult {
    /// Changes that the sink made, or would make.
    pub report: TreeReport,
    /// Warnings.
    pub warnings: Vec<Diagnostic>,
    /// Kinds without a schema, because no CRDs were given.
    pub schemas_missing: Vec<String>,
    /// Number of objects by environment.
    pub objects: Vec<(String, usize)>,
}

/// Runs the pipeline.
///
/// # Errors
/// All diagnostics of the first step with an error. Then nothing is written.
pub fn run(request: &Request, sink: &dyn Sink) -> Result<RunResult, Vec<Diagnostic>> {
    let threads = request.threads.unwrap_or(0).min(MOST_THREADS);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    // A single thread is the current one, unless it belongs to a pool already.
    let current = (request.threads == Some(1))
        .then(|| rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok())
        .flatten();
    let pool = current.map_or_else(|| pool.build(), Ok);
    let pool = pool.map_err(|error| vec![Diagnostic::new(Code::Io, error.to_string())])?;
    pool.install(|| {
        let (input, ()) = rayon::join(|| Input::load(request), prepare);
        let input = input?;
        let crds = input.crds(request);
        let schemas = crds.and_then(|crds| Schemas::new(crds.as_deref()));
        let schemas = schemas.map_err(|diagnostic| vec![diagnostic])?;
        render(request, &input, &schemas, sink)
    })
}

/// From the input to a tree in the sink.
fn render(
    request: &Request,
    input: &Input,
    schemas: &Schemas,
    sink: &dyn Sink,
) -> Result<RunResult, Vec<Diagnostic>> {
    let (units, names) = (units(&input.envs), Interner::default());
    let waivers = Waivers::used(input.waived.clone());
    let tracer = Tracer {
        layers: &input.layers,
        catalog: &input.catalog,
        manifests: &input.manifests,
        envs: &input.envs,
        units: &units,
    };
    let make = make::Maker { tracer, schemas, names: &names, sink, waivers: &waivers };
    let mut rendered = RenderedUnit::join(
        units.par_iter().enumerate().map(|(index, unit)| make.unit(index, unit)).collect(),
    );
    stop_at_broken_crds(schemas)?;
    stop(&mut rendered.diagnostics)?;
    deliver(&make, &mut rendered);
    stop_at_broken_crds(schemas)?;
    stop(&mut rendered.diagnostics)?;
    let holders = validate_facts(&make, &mut rendered);
    rendered.diagnostics.extend(literals::inputs_in_lock(input, sink.previous_lock()));
    let schemas_missing: Vec<String> = schemas.schemas_missing().into_iter().collect();
    rendered.diagnostics.extend(missing_schemas(request, &schemas_missing));
    let previous = &sink.previous_lock().data;
    rendered.diagnostics.extend(data::validate(request, input, &tracer, previous, &holders));
    stop(&mut rendered.diagnostics)?;
    let warnings =
        fold([std::mem::take(&mut rendered.diagnostics), input.warnings.clone()].concat());
    let report = sink.commit(&input.sections(), data::locked(input, &holders))?;
    Ok(RunResult { report, warnings, schemas_missing, objects: objects(input, &rendered) })
}

/// Writes indexes and objects of the engine, and adds facts about external objects.
fn deliver(make: &make::Maker<'_>, rendered: &mut RenderedUnit) {
    let delivered: Vec<_> = make
        .tracer
        .envs
        .par_iter()
        .enumerate()
        .map(|(index, env)| {
            let objects = delivery::deliver(make, index, env, &rendered.files);
            (objects, make.external_facts(index, env))
        })
        .collect();
    for (objects, facts) in delivered {
        rendered.extend(objects);
        rendered.facts.extend(facts);
    }
}

/// Runs the rules over all facts of each environment. Returns the objects that hold data.
fn validate_facts(make: &make::Maker<'_>, rendered: &mut RenderedUnit) -> Holders {
    let envs = make.tracer.envs;
    let validated = envs.par_iter().enumerate().map(|(index, env)| {
        let facts = rendered.facts_of(index);
        let mut disagreements = agree(&facts, make.names, &declared::of(env));
        disagreements.extend(stage_order::validate(make, index, env, &rendered.files));
        let azure = env.azure();
        let scope = AzureScope {
            subscription: azure.subscription_id.as_str(),
            tenant: azure.tenant_id.as_str(),
        };
        (make.locate(disagreements, &facts), holders(&facts, make.names, scope))
    });
    let (diagnostics, holders): (Vec<_>, Vec<_>) = validated.unzip();
    rendered.diagnostics.extend(diagnostics.into_iter().flatten());
    rendered.diagnostics.extend(make.waivers.unused(envs, &make.tracer));
    holders.into_iter().flatten().collect()
}

/// With `--strict`, kinds without a schema are an error.
fn missing_schemas(request: &Request, kinds: &[String]) -> Option<Diagnostic> {
    let message = format!("no CRDs were given for: {}", kinds.join(", "));
    (request.strict && !kinds.is_empty()).then(|| {
        Diagnostic::new(Code::SchemaMissing, message)
            .help("name them by `[verify] crds`, or by `--crds`")
    })
}

/// Number of objects by environment.
fn objects(input: &Input, rendered: &RenderedUnit) -> Vec<(String, usize)> {
    let count = |index: usize| {
        rendered.objects.iter().filter(|environment| usize::from(**environment) == index).count()
    };
    let envs = input.envs.iter().enumerate();
    envs.map(|(index, env)| (env.name.clone(), count(index))).collect()
}

/// Ends the run if a file with CRDs is broken: kinds of that file seem to be unknown.
fn stop_at_broken_crds(schemas: &Schemas) -> Result<(), Vec<Diagnostic>> {
    let broken = schemas.broken_files();
    if broken.is_empty() { Ok(()) } else { Err(broken) }
}

/// Ends the run after an error; warnings are kept.
fn stop(diagnostics: &mut Vec<Diagnostic>) -> Result<(), Vec<Diagnostic>> {
    if diagnostics.iter().any(Diagnostic::is_error) {
        Err(fold(std::mem::take(diagnostics)))
    } else {
        Ok(())
    }
}
