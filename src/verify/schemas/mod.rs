//! Schemas of all kinds: built-in ones of Kubernetes, and those of CRDs of the user.

mod builtin;
mod crd;

pub use crd::CrdSource;

use crate::{diag::Diagnostic, kinds};
use jsonschema::Validator;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex, OnceLock},
};

/// Key of a schema: its kind is namespaced.
const NAMESPACED: &str = "x-namespaced";

/// Why a kind has no schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaMissing {
    /// No CRDs were given, or the given ones lack a kind of the registry.
    NoCrds,
    /// Neither Kubernetes nor the given CRDs have the kind.
    Unknown,
}

/// The schema of one kind.
#[derive(Debug)]
pub struct Schema {
    plain: Value,
    /// The compiled schema.
    pub validator: Validator,
}

impl Schema {
    /// Returns whether the kind is namespaced.
    pub fn is_namespaced(&self) -> bool {
        self.plain[NAMESPACED] == Value::Bool(true)
    }

    /// The fields that a table at a JSON pointer may have.
    pub fn fields(&self, pointer: &str) -> Vec<String> {
        let at = pointer.split('/').skip(1).fold(self.follow(&self.plain), |schema, key| {
            let inner = schema["properties"]
                .get(key)
                .or_else(|| schema.get("items"))
                .unwrap_or(&schema["additionalProperties"]);
            self.follow(inner)
        });
        at["properties"].as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default()
    }

    fn follow<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let wrapped = schema["allOf"].get(0).or_else(|| schema["anyOf"].get(0)).unwrap_or(schema);
        let named = wrapped["$ref"]
            .as_str()
            .and_then(|name| self.plain.pointer(name.trim_start_matches('#')));
        named.unwrap_or(wrapped)
    }
}

type SchemaLookup = Result<Arc<Schema>, SchemaMissing>;

/// Schemas by version and kind. Each is compiled on its first lookup, in parallel with others.
type SchemaTable = Mutex<BTreeMap<(String, String), Arc<OnceLock<SchemaLookup>>>>;

/// Schemas of Kubernetes; they are equal in every run.
static BUILT_IN: SchemaTable = Mutex::new(BTreeMap::new());

/// Kinds that are in every tree and take long to compile.
const USUAL: &[(&str, &str)] = &[
    ("apps/v1", "Deployment"),
    ("networking.k8s.io/v1", "NetworkPolicy"),
    ("batch/v1", "CronJob"),
];

/// Compiles the schemas that every run needs; an idle thread can call it early.
///
/// # Panics
/// If another thread panicked meanwhile.
pub fn prepare() {
    USUAL.iter().for_each(|(api_version, kind)| drop(built_in(api_version, kind)));
}

fn built_in(api_version: &str, kind: &str) -> SchemaLookup {
    let found = cell(&BUILT_IN, api_version, kind);
    found
        .get_or_init(|| {
            builtin::schema(api_version, kind).ok_or(SchemaMissing::Unknown).and_then(compile)
        })
        .clone()
}

/// All schemas.
#[derive(Debug)]
pub struct Schemas {
    crds: Option<CrdSource>,
    custom: SchemaTable,
    broken: Mutex<BTreeMap<String, Diagnostic>>,
}

impl Schemas {
    /// The built-in schemas, and those of a directory or file of CRDs.
    ///
    /// # Errors
    /// If the directory or file cannot be read, or holds no CRD.
    pub fn new(crds: Option<&Path>) -> Result<Schemas, Diagnostic> {
        let crds = crds.map(CrdSource::open).transpose()?;
        Ok(Schemas { crds, custom: SchemaTable::default(), broken: Mutex::default() })
    }

    /// The schema of a kind.
    ///
    /// # Errors
    /// Why there is none.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn of(&self, api_version: &str, kind: &str) -> SchemaLookup {
        built_in(api_version, kind).or_else(|_| {
            cell(&self.custom, api_version, kind)
                .get_or_init(|| self.custom(api_version, kind).and_then(compile))
                .clone()
        })
    }

    fn custom(&self, api_version: &str, kind: &str) -> Result<Value, SchemaMissing> {
        match &self.crds {
            _ if !api_version.split('/').next().is_some_and(|group| group.contains('.')) => {
                Err(SchemaMissing::Unknown)
            }
            Some(crds) => {
                let mut broken = vec![];
                let found = crds.schema(api_version, kind, &mut broken);
                let named = broken.into_iter().map(|found| (found.message.clone(), found));
                self.broken.lock().expect("no panic while held").extend(named);
                let (found, defined) = found;
                // The registry has the version: the CRDs are incomplete, and the kind exists.
                let is_known = !defined && kinds::serves(api_version, kind);
                let missing = if is_known { SchemaMissing::NoCrds } else { SchemaMissing::Unknown };
                found.ok_or(missing)
            }
            None => Err(SchemaMissing::NoCrds),
        }
    }

    /// Kinds that were not validated because no CRDs were given for them.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn schemas_missing(&self) -> BTreeSet<String> {
        let custom = self.custom.lock().expect("no panic while held");
        custom
            .iter()
            .filter(|(_, found)| matches!(found.get(), Some(Err(SchemaMissing::NoCrds))))
            .map(|((_, kind), _)| kind.clone())
            .collect()
    }
}

impl Schemas {
    /// Files with CRDs that could not be read.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn broken_files(&self) -> Vec<Diagnostic> {
        self.broken.lock().expect("no panic while held").values().cloned().collect()
    }
}

fn cell(table: &SchemaTable, api_version: &str, kind: &str) -> Arc<OnceLock<SchemaLookup>> {
    let mut table = table.lock().expect("no panic while held");
    table.entry((api_version.to_owned(), kind.to_owned())).or_default().clone()
}

fn compile(mut schema: Value) -> SchemaLookup {
    close(&mut schema);
    let validator = jsonschema::options().build(&schema).map_err(|_| SchemaMissing::Unknown)?;
    Ok(Arc::new(Schema { plain: schema, validator }))
}

/// Closes every table that lists its fields: Kubernetes drops or refuses unknown fields. Schemas
/// under `allOf`, `anyOf` and `not` narrow a table that is closed already.
fn close(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    let open = object.get("x-kubernetes-preserve-unknown-fields") == Some(&Value::Bool(true))
        || object.contains_key("additionalProperties");
    if object.get("properties").is_some_and(Value::is_object) && !open {
        object.insert("additionalProperties".into(), false.into());
    }
    for key in ["properties", "$defs", "definitions"] {
        object
            .get_mut(key)
            .and_then(Value::as_object_mut)
            .into_iter()
            .flat_map(|o| o.values_mut())
            .for_each(close);
    }
    for key in ["items", "additionalProperties"] {
        object.get_mut(key).into_iter().for_each(close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_table_is_closed_unless_its_schema_opens_it() {
        let inner = json!({"properties": {"a": {}}});
        for (schema, closed) in [
            (inner.clone(), true),
            (json!({"properties": {"a": {}}, "x-kubernetes-preserve-unknown-fields": true}), false),
            (json!({"properties": {"a": {}}, "x-kubernetes-preserve-unknown-fields": false}), true),
            (json!({"properties": {"a": {}}, "additionalProperties": {"type": "string"}}), false),
            (json!({"x-kubernetes-preserve-unknown-fields": true}), false),
            (json!({"type": "object"}), false),
        ] {
            let mut after = schema.clone();
            close(&mut after);
            assert_eq!(after["additionalProperties"] == json!(false), closed, "{schema}");
        }
        for around in
            ["/properties/x", "/$defs/x", "/definitions/x", "/items", "/additionalProperties"]
        {
            let mut schema = around
                .rsplit('/')
                .filter(|key| !key.is_empty())
                .fold(inner.clone(), |inner, key| json!({ key: inner }));
            close(&mut schema);
            assert_eq!(
                schema.pointer(around).expect("what was put there")["additionalProperties"],
                json!(false),
                "{around}"
            );
        }
    }

    #[test]
    fn kinds_without_a_schema_are_reported() {
        let schemas = Schemas::new(None).expect("nothing to read");
        for (api_version, kind, why) in [
            ("x.example/v1", "A", SchemaMissing::NoCrds),
            ("apps/v1", "Deploymnt", SchemaMissing::Unknown),
            ("v1", "A", SchemaMissing::Unknown),
        ] {
            assert_eq!(schemas.of(api_version, kind).err(), Some(why), "{api_version} {kind}");
        }
        assert!(schemas.of("v1", "Pod").is_ok());
        assert_eq!(schemas.schemas_missing(), BTreeSet::from(["A".to_owned()]));
    }
}
