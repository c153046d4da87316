//! Name of an Azure resource against the constraint of its kind.

use super::wrong::Wrong;
use crate::{diag::Code, kinds::AzureRecord};
use serde_json::Value;

/// A name that Azure refuses. Azure Service Operator uses `metadata.name` where `spec.azureName` is
/// absent.
pub(super) fn validate(object: &Value, azure: &AzureRecord) -> Option<Wrong> {
    let places = ["/spec/azureName", "/metadata/name"];
    let (pointer, name) =
        places.iter().find_map(|at| Some((*at, object.pointer(at)?.as_str()?)))?;
    let (title, rule) = (&azure.title, &azure.name);
    (!rule.accepts(name)).then(|| Wrong {
        code: Code::AzureName,
        pointer: pointer.to_owned(),
        message: format!("`{name}` is no name for a {title}"),
        help: format!(
            "set `spec.azureName`: {} to {} characters; {}",
            rule.least, rule.most, rule.words
        ),
    })
}
