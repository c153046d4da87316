//! The sequence from a spec to a tree, once, for every command. Never prints, and writes only
//! through the sink.

mod connections;
mod data;
mod declared;
mod decode;
mod delivery;
pub mod explain;
mod input;
mod literals;
mod make;
mod names;
mod rendered;
mod sources;
mod waive;

pub use connections::{ConnectionEnd, ConnectionRow, connections};
pub use input::{Input, SPEC, schema};
pub use names::{environments, keys};
pub use sources::{ValueSource, sources};

use crate::{
    diag::{Code, Diagnostic, Source, fold},
    locate::Tracer,
    plan::units,
    sink::{Sink, TreeReport},
    verify::{Interner, Schemas, agree, holders, prepare},
};
use rayon::prelude::*;
use rendered::RenderedUnit;
use std::{path::PathBuf, sync::Arc};
use waive::Waivers;

/// Maximum number of threads. More are slower, and each needs memory for its stack.
pub const MOST_THREADS: usize = 64;

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Where `platform.toml` is, and the tree.
    pub dir: PathBuf,
    /// The text of the spec, instead of the file: what somebody is about to write is judged before
    /// it is written.
    pub spec: Option<Arc<Source>>,
    /// The environments; empty for all.
    pub environments: Vec<String>,
    /// Settings that win over the spec, as `key=value`.
    pub set: Vec<String>,
    /// CRDs, instead of those that the spec names.
    pub crds: Option<PathBuf>,
    /// What may get lost: objects that hold data as `Kind/namespace/name`, with `environment/`
    /// before it where only that one is meant; and environments that are gone.
    pub allow_data_loss: Vec<String>,
    /// A kind that cannot be judged is a mistake.
    pub strict: bool,
    /// Number of threads; absent for the number of processors. At most [`MOST_THREADS`].
    pub threads: Option<usize>,
}

/// What came out.
#[derive(Debug, Default)]
pub struct RunResult {
    /// What the sink did, or would do.
    pub report: TreeReport,
    /// Findings that do not stop a run.
    pub warnings: Vec<Diagnostic>,
    /// Kinds that were not judged, because no CRDs were given.
    pub schemas_missing: Vec<String>,
    /// The number of objects, by environment.
    pub objects: Vec<(String, usize)>,
}

/// From a request to a tree in the sink.
///
/// # Errors
/// All findings of the first stage that has any; then nothing was written.
pub fn run(request: &Request, sink: &dyn Sink) -> Result<RunResult, Vec<Diagnostic>> {
    let threads = request.threads.unwrap_or(0).min(MOST_THREADS);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
    // One thread is the one that is there, unless it belongs to a pool already.
    let alone = (request.threads == Some(1))
        .then(|| rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok())
        .flatten();
    let pool = alone.map_or_else(|| pool.build(), Ok);
    let pool = pool.map_err(|error| vec![Diagnostic::new(Code::Io, error.to_string())])?;
    pool.install(|| {
        let (input, ()) = rayon::join(|| Input::load(request), prepare);
        let input = input?;
        let crds = input.crds(request);
        let schemas = crds.and_then(|crds| Schemas::new(crds.as_deref()));
        let schemas = schemas.map_err(|diagnostic| vec![diagnostic])?;
        judged(request, &input, &schemas, sink)
    })
}

fn judged(
    request: &Request,
    input: &Input,
    schemas: &Schemas,
    sink: &dyn Sink,
) -> Result<RunResult, Vec<Diagnostic>> {
    let (units, names) = (units(&input.envs), Interner::default());
    let tracer = Tracer {
        layers: &input.layers,
        catalog: &input.catalog,
        manifests: &input.manifests,
        envs: &input.envs,
        units: &units,
    };
    let waivers = Waivers::used(input.waived.clone());
    let make = make::Maker { tracer, schemas, names: &names, sink, waivers: &waivers };
    let mut rendered = RenderedUnit::join(
        units.par_iter().enumerate().map(|(index, unit)| make.unit(index, unit)).collect(),
    );
    readable(schemas)?;
    stop(&mut rendered.diagnostics)?;
    let delivered: Vec<_> = input
        .envs
        .par_iter()
        .enumerate()
        .map(|(index, env)| {
            (delivery::deliver(&make, index, env, &rendered.files), make.surroundings(index, env))
        })
        .collect();
    for (objects, facts) in delivered {
        rendered.extend(objects);
        rendered.facts.extend(facts);
    }
    readable(schemas)?;
    stop(&mut rendered.diagnostics)?;
    let agreed = input.envs.par_iter().enumerate().map(|(index, env)| {
        let rows = rendered.facts_of(index);
        (make.explain(agree(&rows, &names, &declared::of(env)), &rows), holders(&rows, &names))
    });
    let (disagreements, held): (Vec<_>, Vec<_>) = agreed.unzip();
    let holders = held.into_iter().flatten().collect();
    rendered.diagnostics.extend(disagreements.into_iter().flatten());
    rendered.diagnostics.extend(waivers.unused(&input.envs, &tracer));
    rendered.diagnostics.extend(literals::inputs_in_lock(input, sink.previous_lock()));
    let schemas_missing: Vec<String> = schemas.schemas_missing().into_iter().collect();
    if request.strict && !schemas_missing.is_empty() {
        let message = format!("no CRDs were given for: {}", schemas_missing.join(", "));
        rendered.diagnostics.push(
            Diagnostic::new(Code::SchemaMissing, message)
                .help("name them by `[verify] crds`, or by `--crds`"),
        );
    }
    rendered.diagnostics.extend(data::validate(
        request,
        input,
        &tracer,
        &sink.previous_lock().data,
        &holders,
    ));
    stop(&mut rendered.diagnostics)?;
    let warnings = fold([rendered.diagnostics, input.warnings.clone()].concat());
    let report = sink.commit(&input.sections(), data::rows(input, &holders))?;
    let count = |index: usize| {
        rendered.objects.iter().filter(|environment| usize::from(**environment) == index).count()
    };
    let objects = input
        .envs
        .iter()
        .enumerate()
        .map(|(index, env)| (env.name.clone(), count(index)))
        .collect();
    Ok(RunResult { report, warnings, schemas_missing, objects })
}

/// Ends the run if a file with CRDs is broken: kinds of that file seem to be unknown.
fn readable(schemas: &Schemas) -> Result<(), Vec<Diagnostic>> {
    let broken = schemas.broken_files();
    if broken.is_empty() { Ok(()) } else { Err(broken) }
}

/// Ends the run if there is a mistake; warnings are kept for later.
fn stop(diagnostics: &mut Vec<Diagnostic>) -> Result<(), Vec<Diagnostic>> {
    if diagnostics.iter().any(Diagnostic::is_error) {
        Err(fold(std::mem::take(diagnostics)))
    } else {
        Ok(())
    }
}
