//! From layers to decoded environments: merged, judged, and wired. Never reads a file.

use crate::{
    diag::{Code, Diagnostic, Label},
    model::{self, Env},
    spec::{EnvironmentLayer, Judge, Layers, Mistake, Rank},
};
use rayon::prelude::*;
use std::sync::LazyLock;

/// Decodes every environment.
pub(super) fn decode(
    layers: &Layers,
    stages: &[EnvironmentLayer],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Env> {
    let judge = judge();
    let all: Vec<String> = layers.stages().into_iter().map(|stage| stage.name).collect();
    diagnostics.extend(unknown_keys(layers, judge));
    let decoded: Vec<_> = stages
        .par_iter()
        .map(|stage| {
            model::decode(&stage.name, &stage.profile, &all, &Judged { layers, stage, judge })
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
struct Judged<'a> {
    layers: &'a Layers,
    stage: &'a EnvironmentLayer,
    judge: &'a Judge,
}

impl model::Spec for Judged<'_> {
    fn whole(&self) -> model::Shaped {
        let tree = self.layers.resolve(self.stage, self.judge.shape());
        let mistakes = self.judge.mistakes(&tree);
        if mistakes.is_empty() { Ok(tree) } else { Err(mistakes) }
    }

    fn table(&self, component: &str, instances: &[&str]) -> model::Shaped {
        let tree = self.layers.resolve_table(self.stage, component, instances, self.judge.shape());
        let mistakes = self.judge.mistakes_in(component, &tree);
        if mistakes.is_empty() { Ok(tree) } else { Err(mistakes) }
    }
}

/// The schema of a resolved spec: the same in every run.
pub(super) fn judge() -> &'static Judge {
    static JUDGE: LazyLock<Judge> = LazyLock::new(|| Judge::new(model::shape()));
    &JUDGE
}

/// Keys that no table knows, in the files as they were written: what `"*"` or an unused profile
/// says is judged too.
fn unknown_keys(layers: &Layers, judge: &Judge) -> Vec<Diagnostic> {
    let mut out = vec![];
    for layer in
        layers.iter().filter(|layer| matches!(layer.rank, Rank::Profile | Rank::Spec | Rank::Set))
    {
        for mistake in judge.strangers(&layer.tree.plain()) {
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
