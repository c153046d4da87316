//! Name of an Azure resource against the constraint of its kind.

use crate::{
    diag::{Code, Diagnostic, JsonPointer},
    kinds::{AzureRecord, NameScope},
};
use serde_json::Value;

/// A name that Azure refuses. Azure Service Operator uses `metadata.name` where `spec.azureName` is
/// absent, except for role assignments and for resources of which an owner has one.
pub(super) fn validate(object: &Value, azure: &AzureRecord) -> Option<Diagnostic<JsonPointer>> {
    let has_default = azure.name.unique != NameScope::Owner;
    let places = ["/spec/azureName"].into_iter().chain(has_default.then_some("/metadata/name"));
    let (pointer, name) =
        places.into_iter().find_map(|at| Some((at, object.pointer(at)?.as_str()?)))?;
    let (title, rule) = (&azure.title, &azure.name);
    (!rule.accepts(name)).then(|| {
        let help = format!(
            "set `spec.azureName`: {} to {} characters; {}",
            rule.least, rule.most, rule.words
        );
        Diagnostic::new(Code::AzureName, format!("`{name}` is not a valid name of a {title}"))
            .help(help)
            .at(JsonPointer::from(pointer))
    })
}
