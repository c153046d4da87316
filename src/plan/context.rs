//! What the templates of a step see. Never renders.

use super::{Form, Step, Unit};
use crate::{
    catalog::{Catalog, Chart},
    model::View,
};
use serde_json::Value;
use tera::Context;

impl Unit {
    /// What the templates of a step see: of the view no more than they look at, and what only this
    /// step is told.
    pub fn context(&self, step: &Step, view: &View, catalog: &Catalog) -> Context {
        let mut context = Context::new();
        step.looks_at(view, catalog)
            .for_each(|(name, value)| context.insert(name.to_owned(), value));
        if let Some(Chart { name, repository, .. }) =
            self.row.and_then(|row| catalog.manifest(row.name).chart.as_ref())
        {
            context.insert("chart", name);
            context.insert("repository", repository);
        }
        context.insert("resources", step.resources());
        step.tell(view, &mut context);
        context
    }
}

impl Step {
    /// The values of a view that its templates use; all of them where nobody knows. Who prints a
    /// null makes a mistake, as with a name that does not exist.
    fn looks_at<'a>(
        &'a self,
        view: &'a View,
        catalog: &'a Catalog,
    ) -> Box<dyn Iterator<Item = (&'a str, &'a Value)> + 'a> {
        let known: Option<Vec<&[String]>> =
            self.templates().map(|template| catalog.uses(template)).collect();
        let given = |(_, value): &(&str, &Value)| !value.is_null();
        match known {
            Some(names) => {
                let value = |name: &'a String| Some((name.as_str(), view.values.get(name)?));
                Box::new(names.into_iter().flatten().filter_map(value).filter(given))
            }
            None => Box::new(
                view.values.iter().map(|(name, value)| (name.as_str(), value)).filter(given),
            ),
        }
    }

    /// What only this step is told.
    fn tell(&self, view: &View, context: &mut Context) {
        if let Some((list, index)) = &self.item {
            context.insert("item", &view.values[list][*index]);
        }
        let part = match &self.form {
            Form::Object { part, .. } => part.as_deref(),
            Form::Document { .. } => None,
        };
        if let Some(install) = part.and_then(|part| part.install.as_ref()) {
            context.insert("after", &install.after);
            context.insert("rank", &install.rank.to_string());
            install.crd_pattern.iter().for_each(|pattern| context.insert("crd_pattern", pattern));
        }
    }

    /// The kinds that are rendered, where it wants to be told.
    fn resources(&self) -> &[String] {
        match &self.form {
            Form::Object { resources, .. } => resources,
            Form::Document { .. } => &[],
        }
    }
}
