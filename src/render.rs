//! Rendering of a step: an object with labels and namespace, or a document.

use crate::{
    catalog::Catalog,
    diag::{Code, Diagnostic, Label, LineNumber, Source},
    escape,
    model::View,
    plan::{OutputPart, Step, StepForm, StepText, Unit},
    yaml,
};
use serde_json::{Map, Value, json};
use std::{collections::BTreeMap, sync::Arc};

/// Manifests of `[extra.<name>]`, by path.
pub type Manifests = BTreeMap<String, Arc<Source>>;

/// Result of a step.
#[derive(Debug)]
pub enum Rendered {
    /// An object, and the text of its file.
    Object(Value, String),
    /// A text.
    Document(String),
}

/// Rendered texts of a step before they are parsed. Equal drafts of one step become equal files.
#[derive(Debug, PartialEq, Eq)]
pub struct RenderedStep {
    text: String,
    /// The part that is put into it.
    part: Option<String>,
    /// Namespace, platform, and whether the object stays when its file is deleted.
    stamp: (Option<String>, String, bool),
}

/// Renders one step.
///
/// # Errors
/// An error in a template or in the rendered YAML.
pub fn render(
    unit: &Unit,
    step: &Step,
    view: &View,
    catalog: &Catalog,
    manifests: &Manifests,
) -> Result<Rendered, Diagnostic> {
    let context = unit.context(step, view, catalog);
    let input = StepInput { step, context: &context, catalog, manifests };
    input.draft(view).and_then(|draft| input.finish(&draft))
}

/// Inputs of a step.
#[derive(Clone, Copy)]
pub struct StepInput<'a> {
    /// The step.
    pub step: &'a Step,
    /// Values for its templates.
    pub context: &'a tera::Context,
    /// The templates.
    pub catalog: &'a Catalog,
    /// Manifests of `[extra.<name>]`.
    pub manifests: &'a Manifests,
}

impl StepInput<'_> {
    /// Renders the templates.
    ///
    /// # Errors
    /// An error in a template.
    pub fn draft(&self, view: &View) -> Result<RenderedStep, Diagnostic> {
        let text = match &self.step.text {
            StepText::Template(template) => self.catalog.render(template, self.context)?,
            StepText::File(path) => self.manifests[path].text.clone(),
        };
        let (namespace, protect, part) = match &self.step.form {
            StepForm::Object { namespace, protect, part, .. } => {
                (namespace.clone(), *protect, part.as_ref())
            }
            StepForm::Document { .. } => (None, false, None),
        };
        let part =
            part.map(|part| self.catalog.render(&part.template, self.context)).transpose()?;
        Ok(RenderedStep {
            text,
            part,
            stamp: (namespace, view.text("platform").to_owned(), protect),
        })
    }

    /// Parses the texts and puts them together.
    ///
    /// # Errors
    /// An error in the YAML, or a place of a part that is not empty.
    pub fn finish(&self, draft: &RenderedStep) -> Result<Rendered, Diagnostic> {
        match &self.step.form {
            // YAML is parsed and written like an object.
            StepForm::Document { path, .. } if path.ends_with(".yaml") => {
                Ok(Rendered::Document(yaml::file(&self.parse(&draft.text, &self.step.text)?)))
            }
            StepForm::Document { .. } => Ok(Rendered::Document(escape::document(&draft.text))),
            StepForm::Object { part, .. } => self.object(draft, part.as_deref()),
        }
    }

    fn object(
        &self,
        draft: &RenderedStep,
        part: Option<&OutputPart>,
    ) -> Result<Rendered, Diagnostic> {
        let mut object = self.parse(&draft.text, &self.step.text)?;
        if let Some((part, text)) = part.zip(draft.part.as_ref()) {
            self.put_part(&mut object, part, text)?;
        }
        let source = match &self.step.text {
            StepText::Template(template) => self.catalog.source(template),
            StepText::File(path) => &self.manifests[path],
        };
        let (namespace, platform, protect) = &draft.stamp;
        same_namespace(&object, namespace.as_deref(), Label::new(source, 0..0))?;
        stamp(&mut object, namespace.as_deref(), platform, *protect);
        let file = yaml::file(&object);
        Ok(Rendered::Object(object, file))
    }

    /// Puts a part into its place, which has to be an empty map.
    fn put_part(
        &self,
        object: &mut Value,
        part: &OutputPart,
        text: &str,
    ) -> Result<(), Diagnostic> {
        let value = self.parse(text, &StepText::Template(part.template.clone()))?;
        match object.pointer_mut(&part.pointer) {
            Some(place) if is_empty(place) => *place = value,
            Some(_) => return Err(self.filled_place(part)),
            None => return Err(self.missing_place(part)),
        }
        Ok(())
    }

    /// The object has content in the place of a part, which would be lost.
    fn filled_place(&self, part: &OutputPart) -> Diagnostic {
        let message = format!("`{}` is filled by the template `{}`", part.pointer, part.template);
        let help = format!("write `{{}}` here, and override `templates/{}`", part.template);
        let place = self.label(&self.step.text, &part.pointer);
        Diagnostic::new(Code::UnusedOverride, message).help(help).at(place.clone()).caused_by(place)
    }

    fn missing_place(&self, part: &OutputPart) -> Diagnostic {
        let message = format!("the object has no `{}`", part.pointer);
        let help = format!("write `{{}}` there: the template `{}` fills it", part.template);
        Diagnostic::new(Code::TemplateSyntax, message)
            .help(help)
            .at(self.label(&self.step.text, ""))
    }

    /// The line of a template or a manifest that renders a place of its object.
    fn label(&self, text: &StepText, pointer: &str) -> Label {
        match text {
            StepText::Template(template) => {
                let (rendered, lines) = self.catalog.trace(template, self.context);
                let document = yaml::Document::parse(&rendered).ok();
                let line = document.and_then(|document| {
                    lines.get(document.line_of(pointer) - 1).copied().flatten()
                });
                let source = self.catalog.source(template);
                Label::new(source, line.map_or(0..0, |line| source.line(line)))
            }
            StepText::File(path) => Label::new(&self.manifests[path], 0..0),
        }
    }

    fn parse(&self, text: &str, from: &StepText) -> Result<Value, Diagnostic> {
        yaml::read(text).map_err(|error| {
            let label = |place: &LineNumber| self.source_line(from, place.0);
            let places = error.places.iter().map(label).collect();
            error.with_places(places, None)
        })
    }

    /// The line of a template or a manifest that renders a line of the text.
    fn source_line(&self, text: &StepText, line: usize) -> Label {
        let (source, line) = match text {
            StepText::Template(template) => {
                let (_, lines) = self.catalog.trace(template, self.context);
                let traced = lines.get(line.saturating_sub(1)).copied().flatten();
                (self.catalog.source(template), traced.unwrap_or(line))
            }
            StepText::File(path) => (&self.manifests[path], line),
        };
        Label::new(source, source.line(line))
    }
}

/// An empty map or a null: a place that a part may take.
fn is_empty(place: &Value) -> bool {
    place.is_null() || place.as_object().is_some_and(Map::is_empty)
}

/// Sets the namespace, the labels of the platform, and the annotations against deletion.
pub fn stamp(object: &mut Value, namespace: Option<&str>, platform: &str, protect: bool) {
    let azure = object["apiVersion"].as_str().is_some_and(crate::azure::versions::is_azure);
    let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) else { return };
    let mut own = std::mem::take(metadata);
    let (mut labels, mut annotations) =
        (table(own.shift_remove("labels")), table(own.shift_remove("annotations")));
    labels.insert("app.kubernetes.io/managed-by".into(), "aksgen".into());
    labels.insert("app.kubernetes.io/part-of".into(), platform.into());
    for (key, word) in if protect { keep(azure) } else { vec![] } {
        // A template may set `skip`, which is stronger; a rule checks other values.
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

/// Checks that an object has no namespace, or that of its folder.
fn same_namespace(object: &Value, namespace: Option<&str>, at: Label) -> Result<(), Diagnostic> {
    match object.pointer("/metadata/namespace").and_then(Value::as_str) {
        Some(own) if Some(own) != namespace => {
            let expected = namespace
                .map_or_else(|| "no namespace".to_owned(), |n| format!("the namespace `{n}`"));
            Err(Diagnostic::new(
                Code::WrongScope,
                format!("the object has the namespace `{own}`, but it belongs to {expected}"),
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

/// Annotations that stop Flux and Argo CD from pruning, and Azure Service Operator from deleting
/// the resource.
fn keep(azure: bool) -> Vec<(String, Value)> {
    let mut annotations = vec![];
    if azure {
        annotations.push((
            "serviceoperator.azure.com/reconcile-policy".to_owned(),
            json!("detach-on-delete"),
        ));
    }
    annotations.push(("kustomize.toolkit.fluxcd.io/prune".to_owned(), json!("disabled")));
    annotations
        .push(("argocd.argoproj.io/sync-options".to_owned(), json!("Prune=false,Delete=false")));
    annotations
}
