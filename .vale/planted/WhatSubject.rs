//! What one object needs.

/// What the file
/// contains.
fn example() {}
