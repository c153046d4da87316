//! Nobody reads the file.

/// Somebody's resource.
fn example() {
    // Whoever calls this function owns the result.
}
