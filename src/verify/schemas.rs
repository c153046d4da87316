//! The schemas of all kinds: Kubernetes' own, built in, and those of the CRDs that the user names. Never judges by itself.

mod builtin;
mod crd;

pub use crd::CrdSource;

use crate::diag::Finding;
use jsonschema::Validator;
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, Mutex},
};

/// Where a schema says whether objects of its kind live in a namespace.
const NAMESPACED: &str = "x-namespaced";

/// Why a kind has no schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unjudged {
    /// No CRDs were given.
    NoCrds,
    /// Neither Kubernetes nor the given CRDs know it.
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
    /// Do objects of this kind live in a namespace?
    pub fn is_namespaced(&self) -> bool {
        self.plain[NAMESPACED] == Value::Bool(true)
    }

    /// The fields that a table at a JSON pointer may have.
    pub fn fields(&self, pointer: &str) -> Vec<String> {
        let at = pointer.split('/').skip(1).fold(self.follow(&self.plain), |schema, key| {
            let inner = schema["properties"].get(key).or_else(|| schema.get("items")).unwrap_or(&schema["additionalProperties"]);
            self.follow(inner)
        });
        at["properties"].as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default()
    }

    fn follow<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let wrapped = schema["allOf"].get(0).or_else(|| schema["anyOf"].get(0)).unwrap_or(schema);
        let named = wrapped["$ref"].as_str().and_then(|name| self.plain.pointer(name.trim_start_matches('#')));
        named.unwrap_or(wrapped)
    }
}

type Found = Result<Arc<Schema>, Unjudged>;

/// All schemas, compiled when they are first asked for.
#[derive(Debug)]
pub struct Schemas {
    crds: Option<CrdSource>,
    compiled: Mutex<BTreeMap<(String, String), Found>>,
}

impl Schemas {
    /// The built-in schemas, and those of a directory or file of CRDs.
    ///
    /// # Errors
    /// If the directory or file cannot be read, or holds no CRD.
    pub fn new(crds: Option<&Path>) -> Result<Schemas, Finding> {
        Ok(Schemas { crds: crds.map(CrdSource::open).transpose()?, compiled: Mutex::default() })
    }

    /// The schema of a kind.
    ///
    /// # Errors
    /// Why there is none.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn of(&self, api_version: &str, kind: &str) -> Found {
        let key = (api_version.to_owned(), kind.to_owned());
        let mut compiled = self.compiled.lock().expect("no panic while held");
        compiled.entry(key).or_insert_with(|| self.compile(api_version, kind)).clone()
    }

    fn compile(&self, api_version: &str, kind: &str) -> Found {
        let schema = match (builtin::schema(api_version, kind), &self.crds) {
            (Some(schema), _) => Ok(schema),
            (None, _) if !api_version.split('/').next().is_some_and(|group| group.contains('.')) => Err(Unjudged::Unknown),
            (None, Some(crds)) => crds.schema(api_version, kind).ok_or(Unjudged::Unknown),
            (None, None) => Err(Unjudged::NoCrds),
        };
        let mut schema = schema?;
        close(&mut schema);
        let validator = jsonschema::options().build(&schema).map_err(|_| Unjudged::Unknown)?;
        Ok(Arc::new(Schema { plain: schema, validator }))
    }

    /// The kinds that were asked for and could not be judged, because no CRDs were given.
    ///
    /// # Panics
    /// If another thread panicked meanwhile.
    pub fn not_judged(&self) -> BTreeSet<String> {
        let compiled = self.compiled.lock().expect("no panic while held");
        compiled.iter().filter(|(_, found)| matches!(found, Err(Unjudged::NoCrds))).map(|((_, kind), _)| kind.clone()).collect()
    }
}

/// Closes every table that lists its fields: Kubernetes drops unknown fields, or refuses them, but never means them. What stands under
/// `allOf`, `anyOf` and `not` only narrows a table that is closed already.
fn close(schema: &mut Value) {
    let Some(object) = schema.as_object_mut() else { return };
    let open = object.get("x-kubernetes-preserve-unknown-fields") == Some(&Value::Bool(true)) || object.contains_key("additionalProperties");
    if object.get("properties").is_some_and(Value::is_object) && !open {
        object.insert("additionalProperties".into(), false.into());
    }
    for key in ["properties", "$defs", "definitions"] {
        object.get_mut(key).and_then(Value::as_object_mut).into_iter().flat_map(|o| o.values_mut()).for_each(close);
    }
    for key in ["items", "additionalProperties"] {
        object.get_mut(key).into_iter().for_each(close);
    }
}
