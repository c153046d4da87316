//! The stage of each object against the stages of its namespace and of the operator of its kind. An
//! object in an earlier stage waits for objects that wait for its own stage.

use super::{
    charts::{self, objects},
    make::Maker,
    rendered::ObjectFile,
};
use crate::{
    diag::{Code, Diagnostic},
    model::Env,
    stage::Stage,
    verify::{Name, ObjectPlace},
};
use std::collections::BTreeMap;

/// Reports objects that are applied before their namespace or their kind exists.
pub(super) fn validate(
    make: &Maker<'_>,
    number: usize,
    env: &Env,
    files: &[ObjectFile],
) -> Vec<Diagnostic<ObjectPlace>> {
    let namespaces = namespaces(make, number, files);
    let sources = charts::kind_sources(make, number, env, files);
    let mut diagnostics = vec![];
    for (file, fact, object) in objects(files, number) {
        let Some(own) = stage(file) else { continue };
        let place = || ObjectPlace::new(fact.origin, "");
        if let Some(later) = namespaces.get(&fact.namespace).filter(|one| one.waits_for(own)) {
            let needed = format!("its namespace `{}`", make.names.text(fact.namespace));
            diagnostics.push(early(own, &needed, *later, *later).at(place()));
        }
        let source = sources.get(&object.kind);
        if let Some(source) = source.filter(|one| one.stage == own || one.stage.waits_for(own)) {
            let needed = format!("the chart `{}` of its kind", source.chart);
            let right = source.stage.following();
            diagnostics.push(early(own, &needed, source.stage, right).at(place()));
        }
    }
    diagnostics
}

/// Stage of a file: the first folder of its path.
fn stage(file: &ObjectFile) -> Option<Stage> {
    file.below.split('/').next().and_then(Stage::of_name)
}

/// Stages of the rendered namespaces.
fn namespaces(make: &Maker<'_>, number: usize, files: &[ObjectFile]) -> BTreeMap<Name, Stage> {
    let namespace = make.names.name("core/Namespace");
    let all = objects(files, number).filter(|(.., object)| object.kind == namespace);
    all.filter_map(|(file, _, object)| Some((object.name, stage(file)?))).collect()
}

fn early(own: Stage, needed: &str, later: Stage, right: Stage) -> Diagnostic<ObjectPlace> {
    let [own_name, later_name] = [own, later].map(Stage::name);
    let message = if own == later {
        format!("the object and {needed} are both in the stage `{own_name}`")
    } else {
        format!("the object is in the stage `{own_name}`, but {needed} is in `{later_name}`")
    };
    let help = format!("set the stage of the object to `{}`, or to a later one", right.name());
    Diagnostic::new(Code::StageOrder, message).help(help)
}
