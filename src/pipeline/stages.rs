//! Environments of a run, and diagnostics of their names and profiles.

use super::Request;
use crate::{
    assets::Assets,
    diag::{Code, Diagnostic, Label, nearest},
    sink::SHARED,
    spec::{EnvironmentLayer, Layers, Node, Rank},
};

/// The environments of a request.
pub(super) fn stages(
    request: &Request,
    layers: &Layers,
    assets: &Assets,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<EnvironmentLayer> {
    let all = layers.stages();
    if all.is_empty() {
        diagnostics.push(
            Diagnostic::new(Code::NoEnvironment, "the spec has no environment")
                .help("add `[environments.dev]` with `profile = \"dev\"`"),
        );
    }
    let is_declared = |name: &&String| all.iter().any(|stage| stage.name == **name);
    let unknown = request.environments.iter().filter(|name| !is_declared(name));
    diagnostics.extend(unknown.map(|name| unknown_environment(name, &all)));
    let profiles = assets.profiles();
    let without_profile = all.iter().filter(|stage| !profiles.contains(&stage.profile.as_str()));
    diagnostics.extend(without_profile.map(|stage| unknown_profile(stage, &profiles, layers)));
    if all.iter().any(|stage| stage.name == SHARED) {
        diagnostics.push(reserved_name(layers));
    }
    let is_requested = |stage: &EnvironmentLayer| {
        request.environments.is_empty() || request.environments.contains(&stage.name)
    };
    all.into_iter().filter(is_requested).collect()
}

fn unknown_environment(name: &str, all: &[EnvironmentLayer]) -> Diagnostic {
    let known: Vec<&str> = all.iter().map(|stage| stage.name.as_str()).collect();
    Diagnostic::new(Code::UnknownEnvironment, format!("there is no environment `{name}`"))
        .help(suggestion(name, &known))
}

fn unknown_profile(stage: &EnvironmentLayer, profiles: &[&str], layers: &Layers) -> Diagnostic {
    let (message, help) = if stage.profile.is_empty() {
        let message = format!("the environment `{}` has no profile", stage.name);
        (message, format!("add `profile`, one of: {}", profiles.join(", ")))
    } else {
        let message = format!("there is no profile `{}`", stage.profile);
        (message, suggestion(&stage.profile, profiles))
    };
    let profile = label(layers, &stage.name, |own| own.get("profile").or(Some(own)));
    Diagnostic::new(Code::UnknownProfile, message).help(help).at(profile)
}

/// The name of the lock's section for files of no environment.
fn reserved_name(layers: &Layers) -> Diagnostic {
    Diagnostic::new(Code::BadName, format!("`{SHARED}` is a reserved environment name"))
        .help("`aksgen.lock` keeps what belongs to no environment under that name")
        .at(label(layers, SHARED, Some))
}

/// The nearest known name, or all known names.
fn suggestion(name: &str, known: &[&str]) -> String {
    nearest(name, known.iter().copied()).map_or_else(
        || format!("there are: {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    )
}

/// Key of a table, or value, that `find` selects in the table of an environment.
fn label<'a>(
    layers: &'a Layers,
    environment: &str,
    find: impl Fn(&'a Node) -> Option<&'a Node>,
) -> Option<Label> {
    let spec = layers.iter().find(|layer| layer.rank == Rank::Spec)?;
    let node = find(spec.tree.get("environments")?.get(environment)?)?;
    let span = if node.table().is_some() { &node.key } else { &node.span };
    Some(Label::new(&spec.source, span.clone()))
}
