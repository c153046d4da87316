//! `aksgen man`, for package maintainers.

use super::{Cli, output};
use clap::{Args, CommandFactory};
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Command to describe; the default is the program.
    command: Option<String>,
}

/// Prints a manual page.
pub(super) fn run(arguments: &ManArgs) -> ExitCode {
    let mut program = Cli::command();
    program.build();
    let page = match &arguments.command {
        None => Some(program.clone()),
        Some(name) => program.get_subcommands().find(|command| command.get_name() == name).cloned(),
    };
    let Some(page) = page else {
        output::message(&format!(
            "error: there is no command `{}`: `aksgen --help` lists them",
            arguments.command.as_deref().unwrap_or_default()
        ));
        return ExitCode::from(output::FAILED);
    };
    let mut roff = vec![];
    clap_mangen::Man::new(page).render(&mut roff).expect("writing to memory");
    output::line(String::from_utf8_lossy(&roff).trim_end()).err().unwrap_or(ExitCode::SUCCESS)
}
