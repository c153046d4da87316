//! Whether what was rendered is accepted, and whether its parts agree. Never changes anything.

mod agree;
mod api_rules;
mod azure_name;
mod data;
mod facts;
mod go_template;
mod mounts;
pub mod network;
mod object;
mod place;
mod pods;
mod ports;
mod promql;
mod quantity;
mod schemas;
mod secret_values;
mod selector;

pub use agree::{Declared, agree};
pub use data::{DataSizes, Holder, Holders, Loss, around, holders, is_smaller, lost, parts};
pub use facts::{Collector, Fact, Interner, Name, ObjectOrigin, subjects};
pub use object::validate;
pub use place::ObjectPlace;
pub use schemas::{CrdSource, SchemaMissing, Schemas, prepare};
