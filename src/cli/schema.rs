//! `aksgen schema`.

use super::output;
use crate::pipeline;
use std::{path::Path, process::ExitCode};

/// Prints the JSON Schema of `platform.toml` for editors: nothing is required there, because defaults and other layers fill in.
pub(super) fn run(dir: &Path) -> ExitCode {
    output::json(&pipeline::schema(dir))
}
