//! Whether what was rendered is accepted, and whether its parts agree. Never changes anything.

mod agree;
mod data;
mod facts;
pub mod network;
mod object;
mod promql;
mod schemas;
mod secret_values;
mod selector;
mod wrong;

pub use agree::{Declared, Verdict, agree};
pub use data::{DataSizes, Holder, Holders, Loss, around, holders, is_smaller, lost, parts};
pub use facts::{Collector, Fact, Interner, Name, ObjectOrigin, subjects};
pub use object::validate;
pub use schemas::{CrdSource, SchemaMissing, Schemas, prepare};
pub use wrong::Wrong;
