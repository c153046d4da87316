//! What can be asked about: the keys of the spec, and the codes of findings with their examples. Made from the schema and the files beside
//! this one; never reads a spec.

mod codes;
mod key;
mod sample;

pub use codes::{Example, Files, Page, page};
pub use key::{Key, Unknown, find, parts};
