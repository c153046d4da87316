//! Rules of the API server that schemas do not state.

use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

/// A rule over a field of an object.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiRule {
    /// `group/Kind`, `pod` for any pod template, or `any`. Pointers of `pod` begin at the template.
    pub on: Vec<String>,
    /// JSON pointers of the places, in which `*` is any element.
    pub at: Vec<String>,
    /// Values of fields below the place, with which the rule does not apply.
    #[serde(default)]
    pub unless: BTreeMap<String, String>,
    /// Values of fields below the place, without which the rule does not apply.
    #[serde(default)]
    pub only: BTreeMap<String, String>,
    /// The requirement.
    pub check: ApiCheck,
}

/// Requirement on a value. A field is a pointer from the base (`/x`) or from the place (`x`), with
/// a default behind `|`.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApiCheck {
    /// The number is in a range.
    Range([i64; 2]),
    /// The text has a format.
    Format(ApiFormat),
    /// Each key of the table has a format.
    Keys(ApiFormat),
    /// The text is one of these.
    OneOf(Vec<String>),
    /// No two elements have the same values of these fields. The elements are those of the lists
    /// below the place; an empty name is the place itself.
    Unique {
        /// Lists.
        of: Vec<String>,
        /// Fields of the elements.
        by: Vec<String>,
    },
    /// The first number is not above the second.
    NotAbove([String; 2]),
    /// The first number is below the second.
    Below([String; 2]),
    /// No quantity of the first table is above that of the second.
    Within([String; 2]),
    /// Exactly one of these fields is set.
    ExactlyOne(Vec<String>),
    /// At most one of these fields is set.
    AtMostOne(Vec<String>),
    /// These fields are set.
    Needs(Vec<String>),
    /// None of these fields is set.
    NoneOf(Vec<String>),
    /// Exactly one field is set besides these.
    OneBeside(Vec<String>),
    /// Maximum number of bytes of all values of these tables.
    Bytes {
        /// Tables.
        of: Vec<String>,
        /// Tables with values in Base64.
        encoded: Vec<String>,
        /// Maximum.
        most: usize,
    },
}

/// Format of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApiFormat {
    /// Value of a label.
    LabelValue,
    /// Key of a label or an annotation.
    QualifiedName,
    /// Name of a port of a container, or its number.
    Port,
    /// Name of a port of a container.
    PortName,
    /// RFC 1123 label.
    DnsLabel,
    /// RFC 1123 subdomain.
    Subdomain,
    /// Name of an environment variable.
    EnvName,
    /// Key of a `ConfigMap` or a Secret.
    ConfigKey,
    /// Quantity, such as `250m`.
    Quantity,
    /// Name in the IANA time zone database.
    TimeZone,
    /// Cron schedule.
    Cron,
    /// Path of a mount.
    MountPath,
    /// Relative path without `..`.
    RelativePath,
    /// Path that begins with `/`.
    AbsolutePath,
    /// Address range.
    Cidr,
    /// Whole number, or a percentage.
    CountOrPercent,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApiTable {
    rules: Vec<ApiRule>,
}

static RULES: LazyLock<HashMap<String, Vec<ApiRule>>> = LazyLock::new(|| {
    let table: ApiTable = toml::from_str(include_str!("api_rules.toml")).expect("our own table");
    let mut rules: HashMap<String, Vec<ApiRule>> = HashMap::new();
    for rule in table.rules {
        for subject in &rule.on {
            rules.entry(subject.clone()).or_default().push(rule.clone());
        }
    }
    rules
});

/// Rules of a `group/Kind`, of `pod` or of `any`.
pub fn api_rules(subject: &str) -> &'static [ApiRule] {
    RULES.get(subject).map_or(&[], Vec::as_slice)
}

/// Subjects of all rules.
pub fn api_rule_subjects() -> impl Iterator<Item = &'static str> {
    RULES.keys().map(String::as_str)
}
