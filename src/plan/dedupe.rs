//! Steps of two environments that render the same text are rendered once.

use super::{Step, StepForm, StepText};
use crate::{catalog::Catalog, model::View};
use serde_json::Value;

impl Step {
    /// Checks that a step renders the same text as another step with another view, because all
    /// values that the templates use are equal. `false` means unknown, not different.
    pub fn renders_identically(
        &self,
        view: &View,
        other: &Step,
        seen: &View,
        catalog: &Catalog,
    ) -> bool {
        let same = |name: &str| view.values.get(name) == seen.values.get(name);
        self.text == other.text
            && self.form == other.form
            && self.element(view) == other.element(seen)
            && same("platform")
            && self.templates().all(|template| {
                catalog.uses(template).is_some_and(|names| names.iter().all(|name| same(name)))
            })
    }

    fn element<'a>(&self, view: &'a View) -> Option<&'a Value> {
        self.item.as_ref().map(|(list, index)| &view.values[list][*index])
    }

    /// The templates of the step; none for a manifest beside the spec.
    pub(super) fn templates(&self) -> impl Iterator<Item = &str> {
        let own = match &self.text {
            StepText::Template(template) => Some(template.as_str()),
            StepText::File(_) => None,
        };
        let part = match &self.form {
            StepForm::Object { part, .. } => part.as_ref().map(|part| part.template.as_str()),
            StepForm::Document { .. } => None,
        };
        own.into_iter().chain(part)
    }
}
