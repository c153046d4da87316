//! Instances that only an environment or `--set` has, and that lack required keys: most are
//! misspelt names of other instances.

use crate::{
    diag::{Code, Diagnostic, SpecPath, nearest},
    spec::{EnvironmentLayer, Layers, Rank, Shape},
};
use std::collections::BTreeSet;

/// The same violation, with the instance that is probably meant.
pub(super) fn explain(
    layers: &Layers,
    stage: &EnvironmentLayer,
    shape: &Shape,
    mut violation: Diagnostic<SpecPath>,
) -> Diagnostic<SpecPath> {
    let keys = violation.places.first().map(|place| place.keys.as_slice());
    let Some([component, name, _]) = keys else { return violation };
    let path = [component.clone(), name.clone()];
    let known = declared(layers, component);
    let is_instance = shape.is_instance(&path) && !known.contains(name.as_str());
    if violation.code != Code::MissingKey || !is_instance {
        return violation;
    }
    let is_set = layers.origins(stage, &path).iter().any(|origin| origin.rank == Rank::Set);
    let only =
        if is_set { "`--set`".to_owned() } else { format!("the environment `{}`", stage.name) };
    let help = nearest(name, known.iter().copied()).map_or_else(
        || format!("declare `[{component}.{name}]` above, or add the key here"),
        |near| format!("did you mean `{component}.{near}`?"),
    );
    violation.message = format!("{}, which only {only} has", violation.message);
    violation.help(help)
}

/// Names of the instances that the spec or a profile declares for all environments.
fn declared<'a>(layers: &'a Layers, component: &str) -> BTreeSet<&'a str> {
    let wide = layers.iter().filter(|layer| matches!(layer.rank, Rank::Profile | Rank::Spec));
    let tables = wide.filter_map(|layer| layer.tree.get(component)?.table());
    tables.flat_map(|table| table.keys().map(String::as_str)).filter(|name| *name != "*").collect()
}
