//! Command line: arguments, messages and exit codes. The only module that prints.

mod check;
mod completions;
mod diff;
mod drift;
mod explain;
mod init;
mod list;
mod man;
mod output;
mod progress;
mod render;
mod report;
mod schema;
mod settings;
mod signals;
mod validate;

use crate::{diag::safe, pipeline::Request, secret::redact};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{path::PathBuf, process::ExitCode, time::Instant};

/// Expand one TOML file into a validated GitOps tree for Azure Kubernetes Service.
#[derive(Debug, Parser)]
#[command(name = "aksgen", version, arg_required_else_help = true)]
struct Cli {
    /// Directory of platform.toml; the tree is written there too.
    #[arg(short = 'C', value_name = "DIR", default_value = ".", global = true)]
    dir: PathBuf,
    #[command(flatten)]
    settings: settings::Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Create a platform: ask a few questions, then write platform.toml, its tree and a CI
    /// workflow.
    Init(Box<init::InitArgs>),
    /// Write the tree that platform.toml describes.
    Render(render::RenderArgs),
    /// Validate the spec and all objects without writing.
    Validate(validate::ValidateArgs),
    /// Check that the tree is up to date. Exit codes: 0 up to date, 1 differs, 2 error.
    Check(check::CheckArgs),
    /// Show the changes per environment, object and field, with their effect in Kubernetes or
    /// Azure. Exit codes: 0 no change, 1 changes, 2 error.
    Diff(diff::DiffArgs),
    /// Explain a key of platform.toml, a file or line of the tree, or the code of a diagnostic.
    Explain(explain::ExplainArgs),
    /// List the components with their purpose, or the connections.
    List(list::ListArgs),
    /// Print the JSON Schema of platform.toml, of a report or of a diff.
    Schema(schema::SchemaArgs),
    /// Print the shell script that completes commands, environments and keys.
    Completions(completions::CompletionsArgs),
    /// Print the manual page of a command in roff format.
    #[command(hide = true)]
    Man(man::ManArgs),
}

/// Output format of a command.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// Text for people.
    #[default]
    Human,
    /// JSON for programs.
    Json,
}

/// Arguments of every command that validates objects.
#[derive(Debug, Args)]
struct ValidationArgs {
    /// Read CRDs from a directory, or from a file of `kubectl get crd -o json`.
    #[arg(long, value_name = "PATH")]
    crds: Option<PathBuf>,
    /// Fail if the CRD of a custom kind is missing.
    #[arg(long)]
    strict: bool,
    /// Number of threads, at most 64; the default is the number of processors.
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
}

impl ValidationArgs {
    fn request(self, dir: PathBuf) -> Request {
        Request {
            dir,
            crds: self.crds,
            strict: self.strict,
            threads: self.threads,
            ..Request::default()
        }
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(panicked));
    if completions::answer() {
        return ExitCode::SUCCESS;
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return output::usage(&error),
    };
    settings::keep(cli.settings);
    let start = Instant::now();
    let code = command(cli);
    if settings::get().verbose {
        output::message(&format!("took {:.2} s", start.elapsed().as_secs_f64()));
    }
    code
}

/// Prints an internal error. The message of a panic can quote the input.
fn panicked(info: &std::panic::PanicHookInfo<'_>) {
    output::message(&safe(&redact(&format!("internal error: {info}"))));
}

fn command(cli: Cli) -> ExitCode {
    match cli.command {
        Command::Init(arguments) => init::run(&arguments, cli.dir),
        Command::Render(arguments) => render::run(arguments, cli.dir),
        Command::Validate(arguments) => validate::run(arguments, cli.dir),
        Command::Check(arguments) => check::run(arguments, cli.dir),
        Command::Diff(arguments) => diff::run(arguments, cli.dir),
        Command::Explain(arguments) => explain::run(&arguments, cli.dir),
        Command::List(arguments) => list::run(&arguments, cli.dir),
        Command::Schema(arguments) => schema::run(&arguments, &cli.dir),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    }
}
