//! Renders the objects of one environment.
//!
//! ```
//! let nobody = "says";
//! ```

/// Destination peer.
fn says() -> &'static str {
    "nobody wants what is asked"
}

/// Whether the service is public (`spec.type`).
const ASKED: bool = true;
