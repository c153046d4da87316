//! `aksgen check`.

use super::{Judging, output};
use crate::{
    pipeline::{self, Outcome},
    sink::Compare,
};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    judging: Judging,
}

pub(super) fn run(arguments: Arguments, dir: PathBuf) -> ExitCode {
    let request = arguments.judging.request(dir);
    match Compare::new(&request.dir).map_err(|finding| vec![finding]).and_then(|sink| pipeline::run(&request, &sink)) {
        Ok(outcome) => report(&outcome),
        Err(findings) => output::fail(&findings),
    }
}

fn report(outcome: &Outcome) -> ExitCode {
    output::remarks(outcome);
    let differ = |word: &'static str, files: &[String]| files.iter().map(|file| format!("  {word} {file}")).collect::<Vec<_>>();
    let lines: Vec<String> = outcome
        .report
        .values()
        .flat_map(|c| [differ("missing  ", &c.added), differ("different", &c.changed), differ("left over", &c.removed)].concat())
        .collect();
    if lines.is_empty() {
        return output::line("in step: the tree is what platform.toml says").err().unwrap_or(ExitCode::SUCCESS);
    }
    let shown = lines.iter().take(20).try_for_each(|line| output::line(line));
    let more = lines.len().saturating_sub(20);
    let printed = shown.and_then(|()| if more > 0 { output::line(&format!("  and {more} more")) } else { Ok(()) });
    let files = if lines.len() == 1 { "file differs" } else { "files differ" };
    output::message(&format!("{} {files} from what platform.toml says: run `aksgen render` and commit the result", lines.len()));
    printed.err().unwrap_or(ExitCode::from(1))
}
