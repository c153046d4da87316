//! Values for templates, each with the spec paths that it follows from.

use super::{Env, wiring::SpecKey};
use serde::Serialize;
use serde_json::{Map, Value};
use std::{borrow::Cow, collections::BTreeSet};

/// The values of one component instance in one environment.
#[derive(Debug)]
pub struct View {
    /// Values by name. A null is known but absent: `if` treats it as false, and printing it is an
    /// error.
    pub values: Map<String, Value>,
    /// Sources by the name of a value. Paths are formatted only for diagnostics.
    provenance: Vec<(&'static str, Vec<ValueSource>)>,
    own: SpecKey,
    /// Keys of the table of the component.
    keys: Vec<String>,
}

/// A spec path that a value follows from.
#[derive(Debug, Clone)]
pub enum ValueSource {
    /// A field of the component itself.
    Own(&'static str),
    /// Any other spec path.
    Path(Cow<'static, str>),
}

/// A field of the component itself.
pub(crate) const fn own(field: &'static str) -> ValueSource {
    ValueSource::Own(field)
}

impl From<&'static str> for ValueSource {
    fn from(path: &'static str) -> ValueSource {
        ValueSource::Path(path.into())
    }
}

impl From<SpecKey> for ValueSource {
    fn from(path: SpecKey) -> ValueSource {
        ValueSource::Path(path.into())
    }
}

impl View {
    /// The fields of the table of a component, and the values that every view has.
    ///
    /// # Panics
    /// If `table` is not a struct.
    pub fn new(own: &str, name: &str, table: &impl Serialize, env: &Env) -> View {
        let Ok(Value::Object(mut values)) = serde_json::to_value(table) else {
            unreachable!("a component is a struct")
        };
        let keys = values.keys().cloned().collect();
        values.insert("name".into(), name.into());
        let table = vec![ValueSource::Path(own.to_owned().into())];
        let mut view =
            View { values, provenance: vec![("name", table)], own: own.to_owned(), keys };
        view.common(env);
        view
    }

    fn common(&mut self, env: &Env) {
        let platform = &env.platform;
        self.set("platform", platform.platform.name.as_str(), ["platform.name"]);
        self.set("owner", platform.platform.owner.as_str(), ["platform.owner"]);
        self.set("environment", env.name.as_str(), ["environments"]);
        self.set("location", platform.azure.location.as_str(), ["azure.location"]);
        self.set("tenant_id", platform.azure.tenant_id.as_str(), ["azure.tenant_id"]);
        self.set(
            "subscription_id",
            platform.azure.subscription_id.as_str(),
            ["azure.subscription_id"],
        );
        self.set("azure_namespace", env.names().azure_namespace(), ["platform.name"]);
        let group = env.names().resource_group();
        self.set(
            "resource_group",
            super::names::object(&group),
            ["resource_group.name", "platform.name"],
        );
        self.set("resource_group_name", group, ["resource_group.name", "platform.name"]);
        self.set(
            "engine_namespace",
            platform.gitops.namespace(),
            ["gitops.namespace", "gitops.engine"],
        );
        self.set("vars", Value::Object(platform.vars.clone()), ["vars"]);
    }

    /// Removes sources that are no keys of the table. Services and jobs share the pod, but not all
    /// keys.
    pub(crate) fn drop_foreign_keys(&mut self) {
        let keys = &self.keys;
        let is_key = |source: &ValueSource| match source {
            ValueSource::Own(field) => keys.iter().any(|key| key == field),
            ValueSource::Path(_) => true,
        };
        self.provenance.iter_mut().for_each(|(_, sources)| sources.retain(is_key));
    }

    /// Sets a value with the spec paths that it follows from. Without this call, a value follows
    /// from the field of its name.
    pub fn set<B: Into<ValueSource>>(
        &mut self,
        name: &'static str,
        value: impl Into<Value>,
        sources: impl IntoIterator<Item = B>,
    ) {
        self.values.insert(name.to_owned(), value.into());
        self.provenance.push((name, sources.into_iter().map(Into::into).collect()));
    }

    /// Spec paths that a value follows from.
    pub fn sources(&self, name: &str) -> Vec<SpecKey> {
        let own = |field: &str| format!("{}.{field}", self.own);
        // The last assignment wins.
        let last = self.provenance.iter().rev().find(|(known, _)| *known == name);
        last.map_or_else(
            || vec![own(name)],
            |(_, sources)| {
                let path = |source: &ValueSource| match source {
                    ValueSource::Own(field) => own(field),
                    ValueSource::Path(path) => path.clone().into_owned(),
                };
                sources.iter().map(path).collect()
            },
        )
    }

    /// Spec paths that any of the values follows from.
    pub fn all_sources(&self) -> BTreeSet<SpecKey> {
        self.values.keys().flat_map(|name| self.sources(name)).collect()
    }

    /// A string value; empty without one.
    pub fn text(&self, name: &str) -> &str {
        self.values.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}
