//! Whether what was rendered is accepted, and whether its parts agree. Never changes anything.

mod agree;
mod api_rules;
mod azure_identity;
mod azure_name;
mod data;
mod data_row;
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
pub use azure_identity::{AzureIdentity, AzureScope};
pub use data::{
    DataRows, Holder, Holders, Loss, around, by_identity, holders, is_smaller, lost, parts,
};
pub use data_row::DataRow;
pub use facts::{Collector, Fact, Interner, Name, ObjectOrigin, subjects};
pub use object::validate;
pub use place::ObjectPlace;
pub use schemas::{CrdSource, SchemaMissing, Schemas, prepare};
