//! Decoding: layers are merged, validated and wired into environments. Reads no file.

use super::{literals::LiteralWaivers, unknown_instance};
use crate::{
    diag::{Diagnostic, Label, SpecPath},
    locate,
    model::{self, Env},
    spec::{EnvironmentLayer, Layer, Layers, Rank, SchemaValidator},
};
use rayon::prelude::*;
use serde_json::Value;
use std::sync::LazyLock;

/// Decodes every environment.
pub(super) fn decode(
    layers: &Layers,
    stages: &[EnvironmentLayer],
    waivers: &LiteralWaivers,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Env> {
    let schema_validator = schema_validator();
    let all: Vec<String> = layers.stages().into_iter().map(|stage| stage.name).collect();
    diagnostics.extend(unknown_keys(layers, schema_validator));
    let decoded: Vec<_> = stages
        .par_iter()
        .map(|stage| {
            model::decode(
                &stage.name,
                &stage.profile,
                &all,
                &ValidatedSpec { layers, stage, schema_validator, waivers },
            )
        })
        .collect();
    let mut envs = vec![];
    for (stage, decoded) in stages.iter().zip(decoded) {
        match decoded {
            Ok(env) => envs.push(env),
            Err(violations) => diagnostics
                .extend(violations.into_iter().map(|found| locate::in_spec(layers, stage, found))),
        }
    }
    envs
}

/// Violations of the schema although the environments have errors. An environment without a valid
/// profile is validated with another one; a spec without environments, as one environment.
pub(super) fn violations_anyway(
    layers: &Layers,
    mut stages: Vec<EnvironmentLayer>,
    profiles: &[&str],
) -> Vec<Diagnostic> {
    let none = stages.is_empty();
    if none {
        stages.push(EnvironmentLayer { name: String::new(), profile: String::new() });
    }
    for stage in stages.iter_mut().filter(|stage| !profiles.contains(&stage.profile.as_str())) {
        profiles.first().copied().unwrap_or_default().clone_into(&mut stage.profile);
    }
    let mut found = vec![];
    decode(layers, &stages, &LiteralWaivers::of(layers), &mut found);
    if none {
        found.iter_mut().for_each(|diagnostic| diagnostic.environments.clear());
    }
    found
}

/// The layers of one environment, merged and validated.
struct ValidatedSpec<'a> {
    layers: &'a Layers,
    stage: &'a EnvironmentLayer,
    schema_validator: &'a SchemaValidator,
    waivers: &'a LiteralWaivers,
}

impl model::Spec for ValidatedSpec<'_> {
    fn whole(&self) -> model::ShapeResult {
        let tree = self.layers.resolve(self.stage, self.schema_validator.shape());
        let violations = self.schema_validator.violations(&tree);
        self.accepted(tree, violations)
    }

    fn table(&self, component: &str, instances: &[&str]) -> model::ShapeResult {
        let tree = self.layers.resolve_table(
            self.stage,
            component,
            instances,
            self.schema_validator.shape(),
        );
        let violations = self.schema_validator.violations_in(component, &tree);
        self.accepted(tree, violations)
    }
}

impl ValidatedSpec<'_> {
    /// The tree, or the violations that no waiver accepts.
    fn accepted(
        &self,
        tree: Value,
        mut violations: Vec<Diagnostic<SpecPath>>,
    ) -> model::ShapeResult {
        violations.retain(|violation| !self.waivers.accept(violation));
        if violations.is_empty() {
            return Ok(tree);
        }
        let (layers, shape) = (self.layers, self.schema_validator.shape());
        let explained = violations
            .into_iter()
            .map(|found| unknown_instance::explain(layers, self.stage, shape, found));
        Err(explained.collect())
    }
}

/// The schema of a resolved spec, compiled once per process.
pub(super) fn schema_validator() -> &'static SchemaValidator {
    static VALIDATOR: LazyLock<SchemaValidator> =
        LazyLock::new(|| SchemaValidator::new(model::shape()));
    &VALIDATOR
}

/// Unknown keys in each layer before the merge, so that `"*"` and unused profiles are validated.
fn unknown_keys(layers: &Layers, schema_validator: &SchemaValidator) -> Vec<Diagnostic> {
    let written = |layer: &&Layer| matches!(layer.rank, Rank::Profile | Rank::Spec | Rank::Set);
    layers
        .iter()
        .filter(written)
        .flat_map(|layer| {
            let unknown = schema_validator.unknown_keys(&layer.tree.plain());
            unknown.into_iter().map(|diagnostic| in_layer(layer, diagnostic))
        })
        .collect()
}

/// The same diagnostic at the keys of one layer.
fn in_layer(layer: &Layer, diagnostic: Diagnostic<SpecPath>) -> Diagnostic {
    let label = |path: &SpecPath| {
        let node = path.keys.iter().try_fold(&layer.tree, |node, key| node.get(key))?;
        Some(Label::new(&layer.source, node.key.clone()))
    };
    let places = diagnostic.places.iter().filter_map(label).collect();
    diagnostic.with_places(places, None)
}
