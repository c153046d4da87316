//! The sequence from a spec to a tree, once, for every command. Never prints, and writes only
//! through the sink.

mod connections;
mod data;
mod declared;
mod decode;
mod delivery;
pub mod explain;
mod input;
mod made;
mod make;
mod names;
mod sources;
mod waive;

pub use connections::{Edge, End, connections};
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
use made::Made;
use rayon::prelude::*;
use std::{path::PathBuf, sync::Arc};
use waive::Waivers;

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
    /// How many threads; absent for as many as there are processors.
    pub threads: Option<usize>,
}

/// What came out.
#[derive(Debug, Default)]
pub struct Outcome {
    /// What the sink did, or would do.
    pub report: TreeReport,
    /// Findings that do not stop a run.
    pub warnings: Vec<Diagnostic>,
    /// Kinds that were not judged, because no CRDs were given.
    pub not_judged: Vec<String>,
    /// The number of objects, by environment.
    pub objects: Vec<(String, usize)>,
}

/// From a request to a tree in the sink.
///
/// # Errors
/// All findings of the first stage that has any; then nothing was written.
pub fn run(request: &Request, sink: &dyn Sink) -> Result<Outcome, Vec<Diagnostic>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(request.threads.unwrap_or(0));
    // One thread is the one that is there, unless it belongs to a pool already.
    let alone = (request.threads == Some(1))
        .then(|| rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build().ok())
        .flatten();
    let pool = alone.map_or_else(|| pool.build(), Ok);
    let pool = pool.map_err(|error| vec![Diagnostic::new(Code::Io, error.to_string())])?;
    pool.install(|| {
        let (input, ()) = rayon::join(|| Input::load(request), prepare);
        let input = input?;
        let schemas =
            Schemas::new(input.crds(request).as_deref()).map_err(|diagnostic| vec![diagnostic])?;
        judged(request, &input, &schemas, sink)
    })
}

fn judged(
    request: &Request,
    input: &Input,
    schemas: &Schemas,
    sink: &dyn Sink,
) -> Result<Outcome, Vec<Diagnostic>> {
    let (units, names) = (units(&input.envs), Interner::default());
    let tracer = Tracer {
        layers: &input.layers,
        catalog: &input.catalog,
        manifests: &input.manifests,
        envs: &input.envs,
        units: &units,
    };
    let waivers = Waivers::default();
    let make = make::Maker { tracer, schemas, names: &names, sink, waivers: &waivers };
    let mut made = Made::join(
        units.par_iter().enumerate().map(|(index, unit)| make.unit(index, unit)).collect(),
    );
    stop(&mut made.diagnostics)?;
    let delivered: Vec<_> = input
        .envs
        .par_iter()
        .enumerate()
        .map(|(index, env)| {
            (delivery::deliver(&make, index, env, &made.files), make.surroundings(index, env))
        })
        .collect();
    for (objects, facts) in delivered {
        made.extend(objects);
        made.facts.extend(facts);
    }
    stop(&mut made.diagnostics)?;
    let agreed = input.envs.par_iter().enumerate().map(|(index, env)| {
        let rows = made.facts_of(index);
        (make.explain(agree(&rows, &names, &declared::of(env)), &rows), holders(&rows, &names))
    });
    let (disagreements, held): (Vec<_>, Vec<_>) = agreed.unzip();
    let holders = held.into_iter().flatten().collect();
    made.diagnostics.extend(disagreements.into_iter().flatten());
    made.diagnostics.extend(waivers.unused(&input.envs, &tracer));
    let not_judged: Vec<String> = schemas.not_judged().into_iter().collect();
    if request.strict && !not_judged.is_empty() {
        let message = format!("no CRDs were given for: {}", not_judged.join(", "));
        made.diagnostics.push(
            Diagnostic::new(Code::SchemaMissing, message)
                .help("name them by `[verify] crds`, or by `--crds`"),
        );
    }
    made.diagnostics.extend(data::judge(
        request,
        input,
        &tracer,
        &sink.previous_lock().data,
        &holders,
    ));
    stop(&mut made.diagnostics)?;
    let warnings = fold([made.diagnostics, input.warnings.clone()].concat());
    let report = sink.commit(&input.sections(), data::rows(input, &holders))?;
    let count = |index: usize| {
        made.objects.iter().filter(|environment| usize::from(**environment) == index).count()
    };
    let objects = input
        .envs
        .iter()
        .enumerate()
        .map(|(index, env)| (env.name.clone(), count(index)))
        .collect();
    Ok(Outcome { report, warnings, not_judged, objects })
}

/// Ends the run if there is a mistake; warnings are kept for later.
fn stop(diagnostics: &mut Vec<Diagnostic>) -> Result<(), Vec<Diagnostic>> {
    if diagnostics.iter().any(Diagnostic::is_error) {
        Err(fold(std::mem::take(diagnostics)))
    } else {
        Ok(())
    }
}
