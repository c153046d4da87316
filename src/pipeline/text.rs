//! Rendered texts of a unit. Environments with equal texts share one.

use super::rendered::{ObjectFile, SharedFacts};
use crate::{
    azure::versions::is_azure,
    diag::{Diagnostic, JsonPointer},
    kinds::{self, HealthSource},
    plan::Step,
    render::RenderedStep,
    verify::{Fact, ObjectOrigin},
};
use serde_json::Value;

/// A rendered text, and the environments that share it.
pub(super) struct RenderedText {
    /// Index of the view that rendered the text first.
    pub view: usize,
    /// The step that rendered it.
    pub step: Step,
    /// The texts before they were parsed.
    pub draft: RenderedStep,
    /// Release of Azure Service Operator, which decides on served versions.
    pub release: String,
    /// The result.
    pub content: RenderedContent,
    /// Steps with this text, one per environment.
    pub origins: Vec<ObjectOrigin>,
}

/// Result of a step.
pub(super) enum RenderedContent {
    /// A validated object.
    Object(ValidatedObject),
    /// Text of a document.
    Document(String),
}

/// An object with its own diagnostics and its facts.
pub(super) struct ValidatedObject {
    /// Text of its file.
    pub text: String,
    /// Text of the field that has a file of its own.
    pub part: Option<String>,
    /// The object, if the engine waits until it is ready: apiVersion, kind, namespace, name.
    awaited: Option<Box<[String; 4]>>,
    /// Kind, namespace and name.
    pub subject: [String; 3],
    /// Problems of the object alone.
    pub diagnostics: Vec<Diagnostic<JsonPointer>>,
    /// Facts for the rules over several objects.
    facts: Box<[Fact]>,
}

impl ValidatedObject {
    /// Validates an object and collects its facts.
    pub(super) fn new(
        object: &Value,
        text: String,
        part: Option<String>,
        diagnostics: Vec<Diagnostic<JsonPointer>>,
        facts: Vec<Fact>,
    ) -> ValidatedObject {
        let subject = ["/kind", "/metadata/namespace", "/metadata/name"]
            .map(|pointer| text_at(object, pointer));
        let awaited = awaited(object);
        ValidatedObject { text, part, awaited, subject, diagnostics, facts: facts.into() }
    }
}

impl RenderedContent {
    /// The object, if the step renders one.
    pub(super) fn object(&self) -> Option<&ValidatedObject> {
        match self {
            RenderedContent::Object(object) => Some(object),
            RenderedContent::Document(_) => None,
        }
    }
}

impl RenderedText {
    /// Facts of the object, if the step renders one.
    fn shared_facts(self) -> Option<SharedFacts> {
        match self.content {
            RenderedContent::Object(object) => {
                Some(SharedFacts { origins: self.origins.into(), facts: object.facts })
            }
            RenderedContent::Document(_) => None,
        }
    }
}

/// The file of an object in all environments; none for a document.
pub(super) fn object_file(
    below: &str,
    texts: Vec<RenderedText>,
    shared: bool,
) -> Option<ObjectFile> {
    let first = texts.iter().find_map(|text| text.content.object())?;
    let awaited = first.awaited.clone();
    let facts = texts.into_iter().filter_map(RenderedText::shared_facts).collect();
    Some(ObjectFile { below: below.into(), shared, awaited, facts })
}

/// Key of the texts to compare between environments: the file of an object, or the template of a
/// document.
pub(super) fn key(step: &Step) -> String {
    step.form.below().unwrap_or_else(|| format!("{:?}", step.text))
}

/// The object, if it reports its health. Other objects are ready when they are applied.
fn awaited(object: &Value) -> Option<Box<[String; 4]>> {
    let (api_version, kind) = (text_at(object, "/apiVersion"), text_at(object, "/kind"));
    let waits = kinds::of_object(&api_version, &kind)
        .map_or_else(|| is_azure(&api_version), |record| record.health == HealthSource::Awaited);
    waits.then(|| {
        Box::new([
            api_version,
            kind,
            text_at(object, "/metadata/namespace"),
            text_at(object, "/metadata/name"),
        ])
    })
}

fn text_at(object: &Value, pointer: &str) -> String {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
