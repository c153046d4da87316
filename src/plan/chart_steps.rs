//! Steps of a chart. The GitOps engine gives the objects, the component gives the values.

use super::{
    Install, OutputPart, Step, StepForm, StepText, Unit, chart_order, rendered_kinds,
    steps::stage_of,
};
use crate::{
    catalog::{Catalog, Output},
    model::{ComponentRow, Env, View},
};

impl Unit {
    /// Steps of a chart: objects of the GitOps engine, one of which takes the values.
    pub(super) fn chart(
        &self,
        row: &ComponentRow,
        output: &Output,
        values: &str,
        view: &View,
        env: &Env,
        catalog: &Catalog,
    ) -> Vec<Step> {
        let engine = env.gitops().engine.folder();
        let namespace = Some(view.text("engine_namespace").to_owned());
        let crd_pattern = output
            .groups
            .as_ref()
            .map(|ending| rendered_kinds::pattern(ending, view, env, catalog));
        let chart = catalog.manifest(row.name).chart.as_ref();
        let after: Vec<String> = chart
            .iter()
            .flat_map(|chart| chart_order::before(chart, env, catalog))
            .map(str::to_owned)
            .collect();
        let rank = chart.map(|chart| chart_order::rank(chart, env, catalog)).unwrap_or_default();
        let install = Install { crd_pattern, after, rank };
        let part = |pointer| {
            Box::new(OutputPart {
                template: values.to_owned(),
                pointer,
                install: Some(install.clone()),
            })
        };
        let objects = catalog.engine(engine).chart.iter();
        objects
            .map(|object| Step {
                output: None,
                text: StepText::Template(format!("engines/{engine}/{}", object.template)),
                item: None,
                form: StepForm::Object {
                    stage: stage_of(output, view),
                    namespace: namespace.clone(),
                    file: self.file(row, &object.template),
                    protect: false,
                    extract: None,
                    part: object.values.clone().map(part),
                    resources: vec![],
                },
            })
            .collect()
    }
}
