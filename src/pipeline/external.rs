//! Facts about objects that aksgen does not render.

use super::make::{Maker, narrow};
use crate::{
    catalog::ChartPod,
    model::{Env, View, text::Plain},
    plan::Unit,
    verify::{Collector, Fact, ObjectOrigin},
};

impl Maker<'_> {
    /// Facts about the pods that the chart of a unit creates.
    pub(super) fn chart_pods(
        &self,
        index: usize,
        number: usize,
        unit: &Unit,
        view: &View,
    ) -> Vec<Fact> {
        let Some(chart) =
            unit.row.and_then(|row| self.tracer.catalog.manifest(row.name).chart.as_ref())
        else {
            return vec![];
        };
        // Each kind of pod has an origin of its own.
        let one = |(step, pod): (usize, &ChartPod)| {
            let origin = ObjectOrigin {
                unit: narrow(index),
                environment: narrow(number),
                step: 1000 + narrow::<u16>(step),
            };
            Collector::new(self.names, origin).chart_pods(
                view.text("namespace"),
                &pod.name,
                &pod.ports,
            )
        };
        chart.pods.iter().enumerate().flat_map(one).collect()
    }

    /// Facts about objects that aksgen does not render: those of `[assume.<name>]`, and those that
    /// other objects create.
    pub(super) fn external_facts(&self, number: usize, env: &Env) -> Vec<Fact> {
        let origin = ObjectOrigin { unit: u32::MAX, environment: narrow(number), step: u16::MAX };
        let assumed = env.assume().values().flat_map(|object| {
            let keys: Vec<&str> = object.keys.iter().map(Plain::as_str).collect();
            let namespace = object.namespace.as_ref().map_or("", |n| n.as_str());
            Collector::new(self.names, origin).assumed(
                object.kind.as_str(),
                namespace,
                object.name.as_str(),
                &keys,
            )
        });
        let external = env.wiring.external_objects.iter().flat_map(|object| {
            let keys: Vec<&str> = object.keys.iter().map(String::as_str).collect();
            Collector::new(self.names, origin).assumed(
                object.kind,
                &object.namespace,
                &object.name,
                &keys,
            )
        });
        assumed.chain(external).collect()
    }
}
