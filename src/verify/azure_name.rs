//! Name of an Azure resource against the constraint of its kind.

use crate::{
    diag::{Code, Diagnostic, JsonPointer},
    kinds::AzureRecord,
};
use serde_json::Value;

/// A name that Azure refuses. Azure Service Operator uses `metadata.name` where `spec.azureName` is
/// absent.
pub(super) fn validate(object: &Value, azure: &AzureRecord) -> Option<Diagnostic<JsonPointer>> {
    let places = ["/spec/azureName", "/metadata/name"];
    let (pointer, name) =
        places.iter().find_map(|at| Some((*at, object.pointer(at)?.as_str()?)))?;
    let (title, rule) = (&azure.title, &azure.name);
    (!rule.accepts(name)).then(|| {
        let help = format!(
            "set `spec.azureName`: {} to {} characters; {}",
            rule.least, rule.most, rule.words
        );
        Diagnostic::new(Code::AzureName, format!("`{name}` is no name for a {title}"))
            .help(help)
            .at(JsonPointer::from(pointer))
    })
}
