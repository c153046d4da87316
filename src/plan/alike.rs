//! What a template cannot tell apart does not have to be rendered twice. Never renders.

use super::{Form, Step, Text};
use crate::{catalog::Catalog, model::View};
use serde_json::Value;

impl Step {
    /// Does it say in one view what another step said in another, because all that it looks at is
    /// equal? A no means only that nobody knows.
    pub fn is_alike(&self, view: &View, other: &Step, seen: &View, catalog: &Catalog) -> bool {
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

    /// The templates that it is made of; a file of the user's own says the same everywhere.
    pub(super) fn templates(&self) -> impl Iterator<Item = &str> {
        let own = match &self.text {
            Text::Template(template) => Some(template.as_str()),
            Text::File(_) => None,
        };
        let part = match &self.form {
            Form::Object { part, .. } => part.as_ref().map(|part| part.template.as_str()),
            Form::Document { .. } => None,
        };
        own.into_iter().chain(part)
    }
}
