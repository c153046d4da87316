//! Values for the templates of a step.

use super::{Step, StepForm, Unit};
use crate::{
    catalog::{Catalog, ChartManifest},
    model::View,
};
use serde_json::Value;
use tera::Context;

impl Unit {
    /// The values of the view that the templates of a step use, and the values of the step itself.
    pub fn context(&self, step: &Step, view: &View, catalog: &Catalog) -> Context {
        let mut context = Context::new();
        step.used_values(view, catalog)
            .for_each(|(name, value)| context.insert(name.to_owned(), value));
        if let Some(ChartManifest { name, repository, .. }) =
            self.row.and_then(|row| catalog.manifest(row.name).chart.as_ref())
        {
            context.insert("chart", name);
            context.insert("repository", repository);
        }
        context.insert("resources", step.resources());
        step.insert_own(view, &mut context);
        context
    }
}

impl Step {
    /// The values of a view that the templates use; all of them for an override. A null is left
    /// out: printing it is an error, like printing an unknown name.
    fn used_values<'a>(
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

    /// Values of this step only: the element of an `each`, and how a chart is installed.
    fn insert_own(&self, view: &View, context: &mut Context) {
        if let Some((list, index)) = &self.item {
            context.insert("item", &view.values[list][*index]);
        }
        let part = match &self.form {
            StepForm::Object { part, .. } => part.as_deref(),
            StepForm::Document { .. } => None,
        };
        if let Some(install) = part.and_then(|part| part.install.as_ref()) {
            context.insert("after", &install.after);
            context.insert("rank", &install.rank.to_string());
            install.crd_pattern.iter().for_each(|pattern| context.insert("crd_pattern", pattern));
        }
    }

    /// Names of the rendered kinds, for an output with `groups`.
    fn resources(&self) -> &[String] {
        match &self.form {
            StepForm::Object { resources, .. } => resources,
            StepForm::Document { .. } => &[],
        }
    }
}
