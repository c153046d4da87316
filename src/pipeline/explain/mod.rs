//! Explanations. A file of the tree has a unit, a template and lines of the spec. A key of the spec
//! has layers and files. Writes nothing.

mod delivered;
mod key;
mod origins;
mod shapes;
mod spec_line;

pub use key::{LayerValue, OfKey, Setting, key};
pub use origins::FileOrigins;
pub use shapes::ShapedFile;
pub use spec_line::key_at;

use super::{Input, Request, make::narrow};
use crate::{
    catalog::{Catalog, OutputKind},
    diag::{Code, Diagnostic, Label, nearest},
    locate::Tracer,
    model::Env,
    plan::{Step, StepForm, StepText, Unit, units},
    render::{self, Rendered},
    tree,
    verify::ObjectOrigin,
    yaml,
};
use serde_json::Value;

/// Explanation of a file, or of one of its lines.
#[derive(Debug, Default)]
pub struct OfFile {
    /// Type of a file that is no object of a component: "a text", "an index of kustomize".
    pub what: &'static str,
    /// Spec path of the component's instance; empty if no instance renders the file.
    pub unit: String,
    /// Reason of the file; empty for a manifest of `[extra.<name>]`.
    pub why: String,
    /// Source of the reason.
    pub see: String,
    /// Environments with the file.
    pub environments: Vec<String>,
    /// Kind, namespace and name of the object; absent for a document.
    pub object: Option<[String; 3]>,
    /// Line of the template, then lines of the spec.
    pub labels: Vec<Label>,
}

/// Explains a file of the tree by its path; with a line, that line.
///
/// # Errors
/// Diagnostics of the spec, or an unknown file.
pub fn file(request: &Request, path: &str, line: Option<usize>) -> Result<OfFile, Vec<Diagnostic>> {
    let input = Input::load(request)?;
    let units = units(&input.envs);
    let tracer = Tracer {
        layers: &input.layers,
        catalog: &input.catalog,
        manifests: &input.manifests,
        envs: &input.envs,
        units: &units,
    };
    let mut known = vec![];
    let mut found: Option<OfFile> = None;
    for (index, unit) in units.iter().enumerate() {
        for (number, env) in input.envs.iter().enumerate() {
            let Some(step) = step_of(unit, env, &tracer, path, &mut known) else { continue };
            if let Some(found) = &mut found {
                found.environments.push(env.name.clone());
            } else {
                let origin = ObjectOrigin {
                    unit: narrow(index),
                    environment: narrow(number),
                    step: narrow(step),
                };
                found = Some(explained(&tracer, unit, env, origin, path, line));
            }
        }
    }
    found.or_else(|| delivered::file(&input, path)).ok_or_else(|| vec![unknown(path, &known)])
}

/// The step of a unit that renders the file. `known` collects all other paths.
fn step_of(
    unit: &Unit,
    env: &Env,
    tracer: &Tracer<'_>,
    path: &str,
    known: &mut Vec<String>,
) -> Option<usize> {
    let view = unit.view(env)?;
    let steps = unit.steps(&view, env, tracer.catalog);
    let found = steps.iter().position(|step| paths(&step.form, env).iter().any(|p| p == path));
    if found.is_none() {
        known.extend(steps.iter().flat_map(|step| paths(&step.form, env)));
    }
    found
}

/// Paths of the files of a step in the layout.
fn paths(form: &StepForm, env: &Env) -> Vec<String> {
    match form {
        StepForm::Document { path, .. } => vec![path.clone()],
        StepForm::Object { extract, .. } => {
            let below = form.below().unwrap_or_default();
            let own = tree::places(env.gitops().layout, &below, &env.name);
            own.into_iter().chain(extract.iter().map(|(_, path)| path.clone())).collect()
        }
    }
}

fn explained(
    tracer: &Tracer<'_>,
    unit: &Unit,
    env: &Env,
    origin: ObjectOrigin,
    path: &str,
    line: Option<usize>,
) -> OfFile {
    let mut explained = OfFile {
        unit: unit.path().replace('\0', "."),
        environments: vec![env.name.clone()],
        what: "a text",
        ..OfFile::default()
    };
    let Some(view) = unit.view(env) else { return explained };
    let steps = unit.steps(&view, env, tracer.catalog);
    let step = &steps[usize::from(origin.step)];
    (explained.why, explained.see) = reason(unit, step, env, tracer.catalog);
    let mut pointer = String::new();
    let at = |text: &str| Some(yaml::Document::parse(text).ok()?.pointer_at(line?));
    match render::render(unit, step, &view, tracer.catalog, tracer.manifests) {
        Ok(Rendered::Object(object, text)) => {
            let part = |pointer: &str| {
                object.pointer(pointer).and_then(|v| v.as_str()).unwrap_or_default().to_owned()
            };
            explained.object =
                Some([part("/kind"), part("/metadata/namespace"), part("/metadata/name")]);
            let (text, within) = extracted(&step.form, path, &object).unwrap_or((text, ""));
            pointer = at(&text).map(|below| format!("{within}{below}")).unwrap_or_default();
        }
        Ok(Rendered::Document(text)) => pointer = at(&text).unwrap_or_default(),
        Err(_) => {}
    }
    explained.labels = tracer.labels(origin, &pointer);
    explained
}

/// Reason of a file, with its source. An object that installs a chart also has the reason of the
/// chart.
fn reason(unit: &Unit, step: &Step, env: &Env, catalog: &Catalog) -> (String, String) {
    let Some(output) = unit
        .row
        .zip(step.output)
        .and_then(|(row, number)| catalog.manifest(row.name).outputs.get(number))
    else {
        return Default::default();
    };
    let (mut why, see) = (output.why.clone(), output.see.clone());
    if let (OutputKind::Chart, StepText::Template(template)) = (output.kind, &step.text) {
        let mut objects = catalog.engine(env.gitops().engine.folder()).chart.iter();
        let own = objects.find(|object| template.ends_with(&format!("/{}", object.template)));
        own.into_iter().for_each(|object| why = format!("{why} {}", object.why));
    }
    (why, see)
}

/// Text of the field that is copied to `path`, and its JSON pointer.
fn extracted<'a>(form: &'a StepForm, path: &str, object: &Value) -> Option<(String, &'a str)> {
    let StepForm::Object { extract: Some((pointer, place)), .. } = form else { return None };
    (place == path)
        .then(|| object.pointer(pointer).map(|part| (yaml::file(part), pointer.as_str())))?
}

fn unknown(path: &str, known: &[String]) -> Diagnostic {
    let help = match nearest(path, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name a file of the tree, such as one below `environments` or `docs`".into(),
    };
    Diagnostic::new(Code::InputFile, format!("no file of the tree is called `{path}`")).help(help)
}
