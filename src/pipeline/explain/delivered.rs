//! Files of no component: the lock, indexes, and objects of the engine. Renders nothing.

use super::{OfFile, paths};
use crate::{
    catalog::EngineObject,
    model::Env,
    pipeline::{Input, delivery},
    plan::units,
    tree::{self, Root},
};
use serde_json::{Value, json};

const INDEX: (&str, &str) = (
    "Lists the files of its folder, so that the engine applies exactly these. An unlisted file is in Git, but not in the cluster.",
    "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/",
);

const LOCK: (&str, &str) = (
    "Lists the files that aksgen wrote, with their digests. aksgen changes and removes only these files, and detects edits by hand.",
    "https://opengitops.dev/",
);

/// Explanation of such a file.
pub(super) fn file(input: &Input, path: &str) -> Option<OfFile> {
    let mut explained: Option<OfFile> = None;
    for env in &input.envs {
        let Some((what, (why, see))) = rendered(input, env, path) else { continue };
        let found = explained.get_or_insert_with(|| OfFile {
            what,
            why: why.to_owned(),
            see: see.to_owned(),
            ..OfFile::default()
        });
        found.environments.push(env.name.clone());
    }
    explained
}

fn rendered<'a>(
    input: &'a Input,
    env: &Env,
    path: &str,
) -> Option<(&'static str, (&'a str, &'a str))> {
    let roots = roots(input, env);
    if path == "aksgen.lock" {
        return Some(("the list of aksgen's own files", LOCK));
    }
    if path == format!("clusters/{}/kustomization.yaml", env.name)
        || roots.iter().any(|root| root.index() == path)
    {
        return Some(("an index of kustomize", INDEX));
    }
    let (object, _) = object(input, env, &roots, path)?;
    Some(("an object of the engine", (&object.why, &object.see)))
}

/// The engine's object in a file, and its root.
fn object<'a, 'r>(
    input: &'a Input,
    env: &Env,
    roots: &'r [Root],
    path: &str,
) -> Option<(&'a EngineObject, Option<&'r Root>)> {
    let engine = input.catalog.engine(env.gitops().engine.folder());
    let file = path.strip_prefix(&format!("clusters/{}/", env.name))?.strip_suffix(".yaml")?;
    let own = engine
        .environment
        .iter()
        .find(|object| object.template.trim_end_matches(".yaml") == file)
        .map(|object| (object, None));
    own.or_else(|| Some((&engine.root, Some(roots.iter().find(|root| root.name == file)?))))
}

/// Template of such a file with its values, except the keys of `[gitops]` and the health checks.
pub(super) fn template(
    input: &Input,
    env: &Env,
    roots: &[Root],
    path: &str,
) -> Option<(String, Value)> {
    let (object, root) = object(input, env, roots, path)?;
    let template = format!("engines/{}/{}", env.gitops().engine.folder(), object.template);
    Some((
        template,
        root.map_or(json!({"charts": []}), |root| delivery::described(root, roots, &[], env)),
    ))
}

/// Roots of an environment, and the indexes of its bases.
pub(super) fn roots(input: &Input, env: &Env) -> Vec<Root> {
    let mut files = vec![];
    for unit in units(&input.envs) {
        let Some(view) = unit.view(env) else { continue };
        let steps = unit.steps(&view, env, &input.catalog);
        files.extend(
            steps
                .iter()
                .filter(|step| step.form.below().is_some())
                .flat_map(|step| paths(&step.form, env)),
        );
    }
    let (roots, besides) =
        tree::roots(env.gitops().layout, &env.name, files.iter().map(String::as_str));
    roots.into_iter().chain(besides).collect()
}
