//! What can be asked about: the keys of the spec, and the codes of findings with their examples.
//! Made from the schema and the files beside this one; never reads a spec.

mod codes;
mod key;
mod pages;
mod sample;

pub use codes::{Example, Files, Page, page as code_page};
pub use key::{KeyReference, Unknown, every, find, parts};
pub use pages::pages;
pub use sample::path;
