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
        let install = install(row, output, view, env, catalog);
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

/// The way in which the chart of a component is installed.
fn install(
    row: &ComponentRow,
    output: &Output,
    view: &View,
    env: &Env,
    catalog: &Catalog,
) -> Install {
    let groups = output.groups.as_ref();
    let crd_pattern = groups.map(|ending| rendered_kinds::pattern(ending, view, env, catalog));
    let Some(chart) = &catalog.manifest(row.name).chart else {
        return Install { crd_pattern, after: vec![], rank: 0 };
    };
    let after = chart_order::before(chart, env, catalog);
    let after = after.into_iter().map(str::to_owned).collect();
    Install { crd_pattern, after, rank: chart_order::rank(chart, env, catalog) }
}
