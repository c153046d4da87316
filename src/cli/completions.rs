//! `aksgen completions`, and the completion of arguments at run time.

use super::{Cli, output};
use crate::{diag::Code, pipeline};
use clap::{Args, CommandFactory, ValueEnum};
use clap_complete::{CompleteEnv, engine::CompletionCandidate, env::Shells};
use std::{ffi::OsStr, path::PathBuf, process::ExitCode};

/// Environment variable that the shell script sets to request completions.
const ASKED: &str = "AKSGEN_COMPLETE";

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell of the script.
    #[arg(value_enum)]
    shell: Shell,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Shell {
    /// In ~/.bashrc: `source <(aksgen completions bash)`.
    Bash,
    /// In ~/.config/elvish/rc.elv: `eval (aksgen completions elvish | slurp)`.
    Elvish,
    /// In ~/.config/fish/config.fish: `aksgen completions fish | source`.
    Fish,
    /// In $PROFILE: `aksgen completions powershell | Out-String | Invoke-Expression`.
    Powershell,
    /// In ~/.zshrc: `source <(aksgen completions zsh)`.
    Zsh,
}

/// Prints the script that requests completions from this program.
pub(super) fn run(arguments: &CompletionsArgs) -> ExitCode {
    let name = arguments.shell.to_possible_value().expect("no shell is hidden");
    let shells = Shells::builtins();
    let mut script = vec![];
    let shell =
        shells.completer(name.get_name()).expect("the names of shells are those of the crate");
    shell
        .write_registration(ASKED, "aksgen", "aksgen", "aksgen", &mut script)
        .expect("writing to memory");
    output::line(String::from_utf8_lossy(&script).trim_end()).err().unwrap_or(ExitCode::SUCCESS)
}

/// Prints completions if a shell requested them; returns whether it did.
pub(super) fn answer() -> bool {
    let here = std::env::current_dir().ok();
    CompleteEnv::with_factory(Cli::command)
        .var(ASKED)
        .try_complete(std::env::args_os(), here.as_deref())
        .unwrap_or(true)
}

/// Directory of `-C` on the current command line.
fn dir() -> PathBuf {
    let typed: Vec<_> = std::env::args_os().skip_while(|word| word != "--").collect();
    let named = typed.iter().position(|word| word == "-C").and_then(|at| typed.get(at + 1));
    named.map_or_else(|| PathBuf::from("."), PathBuf::from)
}

fn offered(all: impl IntoIterator<Item = String>, typed: &OsStr) -> Vec<CompletionCandidate> {
    let typed = typed.to_string_lossy();
    all.into_iter().filter(|name| name.starts_with(&*typed)).map(CompletionCandidate::new).collect()
}

/// Completes environments of the spec.
pub(super) fn environments(typed: &OsStr) -> Vec<CompletionCandidate> {
    offered(pipeline::environments(&dir()), typed)
}

/// Completes keys and codes; the shell completes files.
pub(super) fn topics(typed: &OsStr) -> Vec<CompletionCandidate> {
    let codes = Code::ALL.iter().map(|code| code.id().to_owned());
    offered(pipeline::keys(&dir(), &typed.to_string_lossy()).into_iter().chain(codes), typed)
}

/// Completes the key of `KEY=VALUE`.
pub(super) fn settings(typed: &OsStr) -> Vec<CompletionCandidate> {
    let keys = pipeline::keys(&dir(), &typed.to_string_lossy());
    offered(keys.into_iter().map(|key| if key.ends_with('.') { key } else { key + "=" }), typed)
}
