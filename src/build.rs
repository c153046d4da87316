//! Embedding has no change tracking of its own: without these lines a new template folder would be
//! silently absent.
fn main() {
    println!("cargo:rerun-if-changed=templates");
    println!("cargo:rerun-if-changed=profiles");
    println!("cargo:rerun-if-changed=src/kinds/groups");
    println!("cargo:rerun-if-changed=src/reference/codes");
}
