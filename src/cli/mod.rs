//! The command line: arguments, wording, exit codes. The only module that prints.

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

use crate::pipeline::Request;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{path::PathBuf, process::ExitCode, time::Instant};

/// One TOML file in, a proven GitOps tree for Azure Kubernetes Service out.
#[derive(Debug, Parser)]
#[command(name = "aksgen", version, arg_required_else_help = true)]
struct Cli {
    /// Where platform.toml is; the tree goes there too.
    #[arg(short = 'C', value_name = "DIR", default_value = ".", global = true)]
    dir: PathBuf,
    #[command(flatten)]
    settings: settings::Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Begin a platform: a few questions, then platform.toml, the tree that it describes, and a
    /// workflow that checks it.
    Init(Box<init::InitArgs>),
    /// Write the tree that platform.toml describes.
    Render(render::RenderArgs),
    /// Do everything but write: find every mistake.
    Validate(validate::ValidateArgs),
    /// Is the tree what platform.toml says? Exit 0: yes, 1: no, 2: no tree could be computed.
    Check(check::CheckArgs),
    /// Say what changes in every environment, by resource and field, and what Kubernetes or Azure
    /// does on it. Exit 0: nothing, 1: something, 2: it cannot be said.
    Diff(diff::DiffArgs),
    /// Say what a key means and where it is set, why a file of the tree exists and what is behind a
    /// line of it, or what a finding's code means.
    Explain(explain::ExplainArgs),
    /// List the components and what each is for, or the connections.
    List(list::ListArgs),
    /// Print the JSON Schema of platform.toml, for editors and generators, or that of a report.
    Schema(schema::SchemaArgs),
    /// Print the script that completes commands, environments and keys in a shell.
    Completions(completions::CompletionsArgs),
    /// Print the manual page of a command, as roff.
    #[command(hide = true)]
    Man(man::ManArgs),
}

/// How results are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum OutputFormat {
    /// For people.
    #[default]
    Human,
    /// For programs.
    Json,
}

/// What the commands that judge have in common.
#[derive(Debug, Args)]
struct ValidationArgs {
    /// A directory of CRDs, or one file of `kubectl get crd -o json`.
    #[arg(long, value_name = "PATH")]
    crds: Option<PathBuf>,
    /// Fail if a kind cannot be judged because its CRD was not given.
    #[arg(long)]
    strict: bool,
    /// How many threads to use; as many as there are processors by default.
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
