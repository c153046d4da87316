//! `aksgen schema`.

use super::output;
use crate::{diff, pipeline, report};
use clap::{Args, ValueEnum};
use std::{path::Path, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Document to describe.
    #[arg(long, value_enum, default_value_t)]
    of: SchemaTopic,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum SchemaTopic {
    /// platform.toml, for editors. No key is required, because defaults and layers add values.
    #[default]
    Spec,
    /// Output of `validate` and `check` with `--format json`.
    Report,
    /// Output of `diff` with `--format json`.
    Diff,
}

/// Prints a JSON Schema.
pub(super) fn run(arguments: &SchemaArgs, dir: &Path) -> ExitCode {
    output::json(&match arguments.of {
        SchemaTopic::Spec => pipeline::schema(dir),
        SchemaTopic::Report => report::schema(),
        SchemaTopic::Diff => diff::schema(),
    })
}
