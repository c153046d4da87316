//! `aksgen schema`.

use super::output;
use crate::{diff, pipeline, report};
use clap::{Args, ValueEnum};
use std::{path::Path, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Of what.
    #[arg(long, value_enum, default_value_t)]
    of: SchemaTopic,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum SchemaTopic {
    /// platform.toml, for editors: nothing is required there, because defaults and other layers
    /// fill in.
    #[default]
    Spec,
    /// What `--format json` of `validate` and `check` prints.
    Report,
    /// What `--format json` of `diff` prints.
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
