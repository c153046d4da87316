//! Label selectors, and their only evaluator.

use serde_json::{Map, Value};
use std::{collections::BTreeMap, fmt};

/// Labels of an object.
pub(super) type LabelMap = BTreeMap<String, String>;

/// A condition on one label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Requirement {
    /// Key of the label.
    pub key: String,
    /// Condition on its value.
    pub operator: Operator,
}

/// Operator of a requirement. Source: Kubernetes documentation on labels and selectors.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Operator {
    /// The value is one of these.
    In(Vec<String>),
    /// The label is absent, or its value is none of these.
    NotIn(Vec<String>),
    /// The label is present.
    Exists,
    /// The label is absent.
    DoesNotExist,
}

/// A label selector: every requirement must hold. An empty selector selects everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Selector(Vec<Requirement>);

impl Selector {
    /// Reads `matchLabels` and `matchExpressions`, or a plain table of labels.
    pub(super) fn read(value: &Value) -> Selector {
        let expressions = value["matchExpressions"].as_array();
        let labels = match value["matchLabels"].as_object() {
            None if expressions.is_none() => value.as_object(),
            labels => labels,
        };
        let labels = labels.into_iter().flatten().filter_map(|(key, value)| {
            let operator = Operator::In(vec![value.as_str()?.to_owned()]);
            Some(Requirement { key: plain(key), operator })
        });
        let expressions = expressions.into_iter().flatten().filter_map(requirement);
        let mut all: Vec<Requirement> = labels.chain(expressions).collect();
        all.sort();
        Selector(all)
    }

    /// Returns whether there are no requirements.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether labels meet every requirement.
    pub(super) fn matches(&self, labels: &LabelMap) -> bool {
        self.0.iter().all(|requirement| requirement.holds(labels))
    }

    /// Labels that every selected object has.
    pub(super) fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(Requirement::label)
    }

    /// The only value that a label may have.
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.labels().find(|(known, _)| *known == key).map(|(_, value)| value)
    }

    /// Removes the requirements on a label.
    pub(super) fn without(mut self, key: &str) -> Selector {
        self.0.retain(|requirement| requirement.key != key);
        self
    }

    /// Requirements in words, such as `app=shop` and `tier in (a, b)`.
    pub(super) fn words(&self, separator: &str) -> String {
        self.0.iter().map(ToString::to_string).collect::<Vec<_>>().join(separator)
    }
}

impl Requirement {
    fn holds(&self, labels: &LabelMap) -> bool {
        let value = labels.get(&self.key);
        match &self.operator {
            Operator::In(values) => value.is_some_and(|value| values.contains(value)),
            Operator::NotIn(values) => value.is_none_or(|value| !values.contains(value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }

    fn label(&self) -> Option<(&str, &str)> {
        match &self.operator {
            Operator::In(values) if values.len() == 1 => Some((&self.key, &values[0])),
            _ => None,
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = &self.key;
        match &self.operator {
            Operator::In(values) if values.len() == 1 => write!(f, "{key}={}", values[0]),
            Operator::In(values) => write!(f, "{key} in ({})", values.join(", ")),
            Operator::NotIn(values) => write!(f, "{key} notin ({})", values.join(", ")),
            Operator::Exists => write!(f, "{key}"),
            Operator::DoesNotExist => write!(f, "!{key}"),
        }
    }
}

fn requirement(expression: &Value) -> Option<Requirement> {
    let values = || {
        let list = expression["values"].as_array().into_iter().flatten();
        let mut all: Vec<String> =
            list.filter_map(|value| value.as_str().map(str::to_owned)).collect();
        all.sort();
        all
    };
    let operator = match expression["operator"].as_str()? {
        "In" => Operator::In(values()),
        "NotIn" => Operator::NotIn(values()),
        "Exists" => Operator::Exists,
        "DoesNotExist" => Operator::DoesNotExist,
        _ => return None,
    };
    Some(Requirement { key: plain(expression["key"].as_str()?), operator })
}

/// Cilium marks labels of Kubernetes by the source `k8s`.
fn plain(key: &str) -> String {
    key.strip_prefix("k8s:").unwrap_or(key).to_owned()
}

/// Labels of a table.
pub(super) fn labels(table: &Map<String, Value>) -> LabelMap {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    table.iter().map(|(key, value)| (key.clone(), text(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn matches(selector: &Value) -> bool {
        let labels = json!({"app": "shop", "tier": "web"});
        Selector::read(selector).matches(&super::labels(labels.as_object().expect("a table")))
    }

    fn expression(key: &str, operator: &str, values: &[&str]) -> Value {
        json!({"matchExpressions": [{"key": key, "operator": operator, "values": values}]})
    }

    #[test]
    fn every_operator_is_evaluated() {
        for (selector, wanted) in [
            (json!({}), true),
            (json!({"app": "shop"}), true),
            (json!({"app": "cart"}), false),
            (json!({"matchLabels": {"app": "shop", "tier": "web"}}), true),
            (json!({"matchLabels": {"app": "shop", "tier": "data"}}), false),
            (expression("app", "In", &["cart", "shop"]), true),
            (expression("app", "In", &["cart"]), false),
            (expression("zone", "In", &["a"]), false),
            (expression("app", "NotIn", &["shop"]), false),
            (expression("zone", "NotIn", &["a"]), true),
            (expression("app", "Exists", &[]), true),
            (expression("zone", "Exists", &[]), false),
            (expression("app", "DoesNotExist", &[]), false),
            (expression("zone", "DoesNotExist", &[]), true),
            (
                json!({"matchLabels": {"app": "shop"}, "matchExpressions": [{"key": "zone", "operator": "Exists"}]}),
                false,
            ),
        ] {
            assert_eq!(matches(&selector), wanted, "{selector}");
        }
    }

    #[test]
    fn requirements_are_written_as_kubectl_writes_them() {
        let selector = json!({"matchLabels": {"b": "1"}, "matchExpressions": [
            {"key": "a", "operator": "In", "values": ["y", "x"]}, {"key": "c", "operator": "NotIn", "values": ["z"]},
            {"key": "d", "operator": "Exists"}, {"key": "e", "operator": "DoesNotExist"}]});
        assert_eq!(Selector::read(&selector).words(" "), "a in (x, y) b=1 c notin (z) d !e");
    }
}
