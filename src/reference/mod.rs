//! Reference of keys, components and codes, generated from the schema, the manifests and the files
//! of the codes. Reads no spec.

mod codes;
mod key;
mod pages;
mod sample;
mod wrap;

pub use codes::{Example, Files, Page, page as code_page};
pub use key::{KeyReference, Unknown, every, find, parts};
pub use pages::{pages, tables};
pub use sample::path;
