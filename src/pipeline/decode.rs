//! From layers to decoded environments: merged, judged, and wired. Never reads a file.

use super::literals::LiteralWaivers;
use crate::{
    diag::{Code, Diagnostic, Label},
    model::{self, Env},
    spec::{EnvironmentLayer, Layers, Mistake, Rank, SchemaValidator},
};
use rayon::prelude::*;
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
            Err(mistakes) => diagnostics
                .extend(mistakes.into_iter().map(|mistake| formal(layers, stage, mistake))),
        }
    }
    envs
}

/// The layers of one environment, merged and judged.
struct ValidatedSpec<'a> {
    layers: &'a Layers,
    stage: &'a EnvironmentLayer,
    schema_validator: &'a SchemaValidator,
    waivers: &'a LiteralWaivers,
}

impl ValidatedSpec<'_> {
    /// Whether a mistake is a credential that the spec waives.
    fn is_waived(&self, mistake: &Mistake) -> bool {
        mistake.code == Code::LiteralSecret && self.waivers.covers(&mistake.path.join("."))
    }
}

impl model::Spec for ValidatedSpec<'_> {
    fn whole(&self) -> model::ShapeResult {
        let tree = self.layers.resolve(self.stage, self.schema_validator.shape());
        let mut mistakes = self.schema_validator.mistakes(&tree);
        mistakes.retain(|mistake| !self.is_waived(mistake));
        if mistakes.is_empty() { Ok(tree) } else { Err(mistakes) }
    }

    fn table(&self, component: &str, instances: &[&str]) -> model::ShapeResult {
        let tree = self.layers.resolve_table(
            self.stage,
            component,
            instances,
            self.schema_validator.shape(),
        );
        let mut mistakes = self.schema_validator.mistakes_in(component, &tree);
        mistakes.retain(|mistake| !self.is_waived(mistake));
        if mistakes.is_empty() { Ok(tree) } else { Err(mistakes) }
    }
}

/// The schema of a resolved spec: the same in every run.
pub(super) fn schema_validator() -> &'static SchemaValidator {
    static JUDGE: LazyLock<SchemaValidator> =
        LazyLock::new(|| SchemaValidator::new(model::shape()));
    &JUDGE
}

/// Keys that no table knows, in the files as they were written: what `"*"` or an unused profile
/// says is judged too.
fn unknown_keys(layers: &Layers, schema_validator: &SchemaValidator) -> Vec<Diagnostic> {
    let mut out = vec![];
    for layer in
        layers.iter().filter(|layer| matches!(layer.rank, Rank::Profile | Rank::Spec | Rank::Set))
    {
        for mistake in schema_validator.unknown_keys(&layer.tree.plain()) {
            let node = mistake.path.iter().try_fold(&layer.tree, |node, key| node.get(key));
            let at = node.map(|node| Label::new(&layer.source, node.key.clone()));
            out.push(Diagnostic::new(mistake.code, mistake.message).help(mistake.help).at(at));
        }
    }
    out
}

fn formal(layers: &Layers, stage: &EnvironmentLayer, mistake: Mistake) -> Diagnostic {
    let label = if mistake.value {
        layers.blame_value(stage, &mistake.path)
    } else {
        layers.blame(stage, &mistake.path)
    };
    let secret = mistake.code == Code::LiteralSecret;
    let diagnostic = Diagnostic::new(mistake.code, mistake.message)
        .help(mistake.help)
        .at(label.map(|label| Label { secret, ..label }));
    // An unknown key was reported where it stands, whatever the environment.
    if mistake.code == Code::UnknownKey { diagnostic } else { diagnostic.within(&stage.name) }
}
