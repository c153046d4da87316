//! Whether what was rendered is accepted, and whether its parts agree. Never changes anything.

mod agree;
mod data;
mod facts;
pub mod network;
mod object;
mod promql;
mod schemas;
mod selector;
mod wrong;

pub use agree::{Declared, Verdict, agree};
pub use data::{Held, Holder, Holders, Loss, around, holders, is_smaller, lost, parts};
pub use facts::{Collector, Fact, Interner, Name, Origin, subjects};
pub use object::judge;
pub use schemas::{CrdSource, Schemas, Unjudged, prepare};
pub use wrong::Wrong;
