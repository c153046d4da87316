//! Help for an unknown key: the key that is probably meant, the keys that exist, or an override.

use super::Shape;
use crate::diag::nearest;
use serde_json::Value;

/// Maximum number of near keys to name.
const NEAR: usize = 4;

/// Help for an unknown key of the table at a path. `besides` are keys that only the layer has.
pub(super) fn help(shape: &Shape, path: &[String], key: &str, besides: &[&str]) -> String {
    let known: Vec<&str> = shape.keys(path).into_iter().chain(besides.iter().copied()).collect();
    let meant = named_in_words(shape.at(path), key).or_else(|| nearest(key, known.iter().copied()));
    if let Some(name) = meant {
        return format!("did you mean `{name}`?");
    }
    let near = sharing_a_word(&known, shape.at(path), key);
    let keys = if near.is_empty() {
        format!("known here: {}", known.join(", "))
    } else {
        format!("similar keys: {}", near.join(", "))
    };
    keys + &hatch(shape, path)
}

/// Key whose description names the unknown key as the rendered field, or that has the same words.
fn named_in_words<'a>(schema: &'a Value, key: &str) -> Option<&'a str> {
    let properties = || schema["properties"].as_object().into_iter().flatten();
    let is_field = |property: &Value| {
        let text = property["description"].as_str().unwrap_or_default();
        text.split('`').skip(1).step_by(2).any(|code| code.rsplit('.').next() == Some(key))
    };
    let snake = words(key).join("_");
    let same = properties().find(|(name, _)| **name == snake);
    same.or_else(|| properties().find(|(_, property)| is_field(property)))
        .map(|(name, _)| name.as_str())
}

/// Known keys with a word of the unknown key; without one, keys whose description has such a word.
fn sharing_a_word<'a>(known: &[&'a str], schema: &Value, key: &str) -> Vec<&'a str> {
    const SHORTEST: usize = 4;
    let wanted: Vec<String> = words(key).into_iter().filter(|w| w.len() >= SHORTEST).collect();
    let shares = |name: &&&str| words(name).iter().any(|word| wanted.contains(word));
    let described = |name: &&&str| {
        let text = schema["properties"][**name]["description"].as_str().unwrap_or_default();
        wanted.iter().any(|word| text.to_lowercase().contains(word.as_str()))
    };
    let near: Vec<&str> = known.iter().filter(shares).take(NEAR).copied().collect();
    if near.is_empty() {
        known.iter().filter(described).take(NEAR).copied().collect()
    } else {
        near
    }
}

/// Words of a key in snake case or camel case, in lower case.
fn words(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for letter in key.chars() {
        if matches!(letter, '_' | '-' | '.') || letter.is_ascii_uppercase() {
            words.push(String::new());
        }
        let last = words.last_mut().filter(|_| letter.is_ascii_alphanumeric());
        last.into_iter().for_each(|word| word.push(letter.to_ascii_lowercase()));
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The override for a field of a component that has no key.
fn hatch(shape: &Shape, path: &[String]) -> String {
    match path.first().filter(|_| shape.is_instance(path)) {
        Some(component) => {
            format!(
                "; for a field without a key, override a template below `templates/{component}/`"
            )
        }
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_have_words() {
        assert_eq!(words("livenessProbe"), ["liveness", "probe"]);
        assert_eq!(words("run_as_user"), ["run", "as", "user"]);
        let known = ["run_as_user", "port"];
        let schema = json!({"properties": {"port": {"description": "Port of the container."}}});
        assert_eq!(sharing_a_word(&known, &schema, "user"), ["run_as_user"]);
        assert_eq!(sharing_a_word(&known, &schema, "as"), [""; 0]);
        assert_eq!(sharing_a_word(&known, &schema, "containerName"), ["port"]);
    }
}
