//! Pod templates of an object.

use crate::{
    escape,
    kinds::{self, Selectable},
};
use serde_json::Value;

/// Visits each pod template of an object, with its JSON pointer; the object itself if it is a pod.
pub(super) fn visit<'a>(object: &'a Value, found: &mut dyn FnMut(&'a Value, &str)) {
    let text = |key: &str| object[key].as_str().unwrap_or_default();
    let record = kinds::of_object(text("apiVersion"), text("kind"));
    let is_pod = record.is_some_and(|record| record.selectable == Selectable::Pods);
    if is_pod && object["spec"]["containers"].is_array() {
        found(object, "");
    }
    templates(object, "", found);
}

fn templates<'a>(value: &'a Value, pointer: &str, found: &mut dyn FnMut(&'a Value, &str)) {
    let tables = value.as_object().into_iter().flatten().filter(|(_, inner)| inner.is_object());
    for (key, inner) in tables {
        let at = format!("{pointer}/{}", escape::pointer(key));
        if key == "template" && inner["spec"]["containers"].is_array() {
            found(inner, &at);
        } else {
            templates(inner, &at, found);
        }
    }
}
