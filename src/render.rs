//! From a step to a stamped object, or a document. Never judges it.

use crate::{
    catalog::Catalog,
    diag::{Code, Diagnostic, Label, Source},
    model::View,
    plan::{Form, Graft, Step, Text, Unit},
    yaml,
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// The user's own manifests, by path.
pub type Manifests = BTreeMap<String, Arc<Source>>;

/// What a step makes.
#[derive(Debug)]
pub enum Made {
    /// An object, and the text of its file.
    Object(Value, String),
    /// A text.
    Document(String),
}

/// What the templates of a step say, before anyone reads it. Equal drafts of one step become equal
/// files.
#[derive(Debug, PartialEq, Eq)]
pub struct Draft {
    text: String,
    /// The values of a chart.
    values: Option<String>,
    /// What is stamped on the object: its namespace, its platform, and whether it outlives its
    /// file.
    stamp: (Option<String>, String, bool),
}

/// Makes one step.
///
/// # Errors
/// What is wrong with its template, or with the YAML that came out of it.
pub fn render(
    unit: &Unit,
    step: &Step,
    view: &View,
    catalog: &Catalog,
    manifests: &Manifests,
) -> Result<Made, Diagnostic> {
    let context = unit.context(step, view, catalog);
    let from = From { step, context: &context, catalog, manifests };
    from.draft(view).and_then(|draft| from.finish(&draft))
}

/// Where a step takes its text from.
#[derive(Clone, Copy)]
pub struct From<'a> {
    /// The step.
    pub step: &'a Step,
    /// What its template sees.
    pub context: &'a tera::Context,
    /// The templates.
    pub catalog: &'a Catalog,
    /// The user's own manifests.
    pub manifests: &'a Manifests,
}

impl From<'_> {
    /// What the templates say.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn draft(&self, view: &View) -> Result<Draft, Diagnostic> {
        let text = match &self.step.text {
            Text::Template(template) => self.catalog.render(template, self.context)?,
            Text::File(path) => self.manifests[path].text.clone(),
        };
        let (namespace, protect, graft) = match &self.step.form {
            Form::Object { namespace, protect, graft, .. } => {
                (namespace.clone(), *protect, graft.as_ref())
            }
            Form::Document { .. } => (None, false, None),
        };
        let values =
            graft.map(|graft| self.catalog.render(&graft.template, self.context)).transpose()?;
        Ok(Draft { text, values, stamp: (namespace, view.text("platform").to_owned(), protect) })
    }

    /// What it becomes.
    ///
    /// # Errors
    /// What is wrong with the YAML.
    pub fn finish(&self, draft: &Draft) -> Result<Made, Diagnostic> {
        match &self.step.form {
            // For a program, and not for people: read and written like an object.
            Form::Document { path, .. } if path.ends_with(".yaml") => {
                Ok(Made::Document(yaml::file(&self.parse(&draft.text, &self.step.text)?)))
            }
            Form::Document { .. } => Ok(Made::Document(draft.text.clone())),
            Form::Object { graft, .. } => self.object(draft, graft.as_deref()),
        }
    }

    fn object(&self, draft: &Draft, graft: Option<&Graft>) -> Result<Made, Diagnostic> {
        let mut object = self.parse(&draft.text, &self.step.text)?;
        if let Some((graft, values)) = graft.zip(draft.values.as_ref()) {
            self.put_values(&mut object, graft, values)?;
        }
        let source = match &self.step.text {
            Text::Template(template) => self.catalog.source(template),
            Text::File(path) => &self.manifests[path],
        };
        let (namespace, platform, protect) = &draft.stamp;
        same_namespace(&object, namespace.as_deref(), Label::new(source, 0..0))?;
        stamp(&mut object, namespace.as_deref(), platform, *protect);
        let file = yaml::file(&object);
        Ok(Made::Object(object, file))
    }

    fn put_values(
        &self,
        object: &mut Value,
        graft: &Graft,
        values: &str,
    ) -> Result<(), Diagnostic> {
        let values = self.parse(values, &Text::Template(graft.template.clone()))?;
        let source = self.catalog.source(&graft.template);
        let slot = object.pointer_mut(&graft.pointer);
        *slot.ok_or_else(|| {
            Diagnostic::new(
                Code::TemplateSyntax,
                format!("the engine's object has no `{}`", graft.pointer),
            )
            .at(Label::new(source, 0..0))
        })? = values;
        Ok(())
    }

    fn parse(&self, text: &str, from: &Text) -> Result<Value, Diagnostic> {
        yaml::read(text).map_err(|problem| {
            let (source, line) = match from {
                Text::Template(template) => {
                    let (_, lines) = self.catalog.trace(template, self.context);
                    (
                        self.catalog.source(template),
                        lines
                            .get(problem.line.saturating_sub(1))
                            .copied()
                            .flatten()
                            .unwrap_or(problem.line),
                    )
                }
                Text::File(path) => (&self.manifests[path], problem.line),
            };
            Diagnostic::new(problem.code, problem.message)
                .help(problem.help)
                .at(Label::new(source, source.line(line)))
        })
    }
}

/// What every object carries: its namespace, whose it is, and whether it may be deleted with its
/// file.
pub fn stamp(object: &mut Value, namespace: Option<&str>, platform: &str, protect: bool) {
    let azure = object["apiVersion"].as_str().is_some_and(crate::azure::versions::is_azure);
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let mut own = std::mem::take(metadata);
    let (mut labels, mut annotations) =
        (table(own.shift_remove("labels")), table(own.shift_remove("annotations")));
    labels.insert("app.kubernetes.io/managed-by".into(), "aksgen".into());
    labels.insert("app.kubernetes.io/part-of".into(), platform.into());
    for (key, word) in if protect { keep(azure) } else { vec![] } {
        // A template may say `skip`, which keeps even more; whatever else it says is found by a
        // rule.
        annotations.entry(key).or_insert(word);
    }
    metadata.extend(own.shift_remove("name").map(|name| ("name".to_owned(), name)));
    metadata.extend(namespace.map(|namespace| ("namespace".to_owned(), namespace.into())));
    metadata.insert("labels".into(), labels.into());
    if !annotations.is_empty() {
        metadata.insert("annotations".into(), annotations.into());
    }
    metadata.extend(own.into_iter().filter(|(key, _)| key != "namespace" || namespace.is_none()));
}

/// A manifest may leave its namespace out, but not name another one than the file's folder says.
fn same_namespace(object: &Value, namespace: Option<&str>, at: Label) -> Result<(), Diagnostic> {
    match object.pointer("/metadata/namespace").and_then(Value::as_str) {
        Some(own) if Some(own) != namespace => {
            let expected = namespace
                .map_or_else(|| "no namespace".to_owned(), |n| format!("the namespace `{n}`"));
            Err(Diagnostic::new(
                Code::Conflict,
                format!("the object says `{own}`, but it belongs to {expected}"),
            )
            .help("leave `metadata.namespace` out")
            .at(at))
        }
        _ => Ok(()),
    }
}

fn table(value: Option<Value>) -> Map<String, Value> {
    value.and_then(|v| v.as_object().cloned()).unwrap_or_default()
}

/// Both engines' words for "do not prune", and Azure Service Operator's for "leave the resource
/// alone".
fn keep(azure: bool) -> Vec<(String, Value)> {
    let mut out = vec![];
    if azure {
        out.push((
            "serviceoperator.azure.com/reconcile-policy".to_owned(),
            json!("detach-on-delete"),
        ));
    }
    out.push(("kustomize.toolkit.fluxcd.io/prune".to_owned(), json!("disabled")));
    out.push(("argocd.argoproj.io/sync-options".to_owned(), json!("Prune=false,Delete=false")));
    out
}
