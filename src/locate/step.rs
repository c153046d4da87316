//! One step, rendered once more with the line of the template behind each line of the text.

use super::Tracer;
use crate::{
    catalog::{Catalog, LineNames},
    diag::{Label, Source},
    model::{Env, View},
    plan::{StepForm, StepText, Unit},
    yaml,
};
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};
use tera::Context;

/// A rendered step that finds the lines of many fields.
pub struct TracedStep<'a> {
    tracer: Tracer<'a>,
    env: &'a Env,
    view: View,
    /// The list whose element is `item` in the template.
    list: Option<String>,
    /// Text of the object or document.
    whole: TracedText<'a>,
    /// JSON pointer and text of the part.
    part: Option<(String, TracedText<'a>)>,
    /// Labels by text and line: true for the text of the part.
    known: BTreeMap<(bool, usize), Vec<Label>>,
}

impl<'a> TracedStep<'a> {
    /// Renders a step of a unit.
    pub(super) fn new(
        tracer: Tracer<'a>,
        unit: &'a Unit,
        env: &'a Env,
        number: usize,
    ) -> Option<TracedStep<'a>> {
        let view = unit.view(env)?;
        let step = unit.steps(&view, env, tracer.catalog).into_iter().nth(number)?;
        let (whole, part) = match &step.text {
            StepText::File(path) => (TracedText::manifest(&tracer.manifests[path]), None),
            StepText::Template(template) => {
                let context = unit.context(&step, &view, tracer.catalog);
                let traced =
                    |template: &str| TracedText::template(tracer.catalog, template, &context);
                let part = match &step.form {
                    StepForm::Object { part: Some(part), .. } => {
                        Some((part.pointer.clone(), traced(&part.template)))
                    }
                    _ => None,
                };
                (traced(template), part)
            }
        };
        let list = step.item.map(|(list, _)| list);
        Some(TracedStep { tracer, env, view, list, whole, part, known: BTreeMap::new() })
    }

    /// Lines of a field: first that of the template, then those of the spec.
    pub fn labels(&mut self, pointer: &str) -> Vec<Label> {
        let in_part = self
            .part
            .as_ref()
            .and_then(|(at, text)| pointer.strip_prefix(at.as_str()).map(|inner| (text, inner)));
        let (text, inner) = in_part.unwrap_or((&self.whole, pointer));
        let Some(line) = text.line(inner) else { return vec![] };
        let values = ValueSources {
            tracer: self.tracer,
            env: self.env,
            view: &self.view,
            list: self.list.as_deref(),
        };
        let find = || text.labels(line, &values);
        self.known.entry((in_part.is_some(), line)).or_insert_with(find).clone()
    }
}

/// The values of a template, with the spec paths that set them.
pub(super) struct ValueSources<'a> {
    /// The inputs of the run.
    pub tracer: Tracer<'a>,
    /// The environment.
    pub env: &'a Env,
    /// The values.
    pub view: &'a View,
    /// The list whose element is `item` in the template.
    pub list: Option<&'a str>,
}

impl ValueSources<'_> {
    /// Lines of the spec that set values; each line once.
    fn labels(&self, mut names: Vec<String>) -> Vec<Label> {
        if let Some(list) = self.list.filter(|_| names.iter().any(|name| name == "item")) {
            names.push(list.to_owned());
        }
        let mut seen = HashSet::new();
        names
            .iter()
            .filter(|name| self.view.values.contains_key(*name))
            .flat_map(|name| self.view.sources(name))
            .filter_map(|path| self.tracer.in_spec(self.env, &path))
            .filter(|label| {
                seen.insert((label.source.name.clone(), label.span.start, label.note.clone()))
            })
            .collect()
    }
}

/// A text, from which lines of its source are found.
pub(super) struct TracedText<'a> {
    source: &'a Arc<Source>,
    document: Option<yaml::Document>,
    /// None for a manifest, which is the text itself.
    template: Option<TemplateLines<'a>>,
}

/// Lines of a template.
struct TemplateLines<'a> {
    /// Line of the template, by line of the text.
    lines: Vec<Option<usize>>,
    names: LineNames<'a>,
}

impl<'a> TracedText<'a> {
    /// Renders a template.
    pub(super) fn template(
        catalog: &'a Catalog,
        template: &str,
        context: &Context,
    ) -> TracedText<'a> {
        let (text, lines) = catalog.trace(template, context);
        TracedText {
            source: catalog.source(template),
            document: yaml::Document::parse(&text).ok(),
            template: Some(TemplateLines { lines, names: catalog.line_names(template) }),
        }
    }

    fn manifest(source: &'a Arc<Source>) -> TracedText<'a> {
        TracedText { source, document: yaml::Document::parse(&source.text).ok(), template: None }
    }

    /// Line of the source that renders a field.
    pub(super) fn line(&self, pointer: &str) -> Option<usize> {
        let line = self.document.as_ref().map(|document| document.line_of(pointer));
        match &self.template {
            Some(template) => template.lines.get(line? - 1).copied().flatten(),
            None => Some(line.unwrap_or(1)),
        }
    }

    /// A line of the source, and the lines of the spec that set its values.
    pub(super) fn labels(&self, line: usize, values: &ValueSources<'_>) -> Vec<Label> {
        let span = self.source.line(line);
        let names = self.template.as_ref().map(|template| template.names.on(span.clone()));
        let own = Label::new(self.source, span);
        [own].into_iter().chain(values.labels(names.unwrap_or_default())).collect()
    }
}
