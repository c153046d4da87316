//! `aksgen check`.

use super::{Judging, judged, output, progress::Counted, settings};
use crate::{
    pipeline::{self, Outcome},
    sink::{Compare, File, Sign},
};
use clap::Args;
use std::{path::PathBuf, process::ExitCode};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// How to print what was found.
    #[arg(long, value_enum, default_value_t)]
    format: judged::Format,
    #[command(flatten)]
    judging: Judging,
}

pub(super) fn run(arguments: Arguments, dir: PathBuf) -> ExitCode {
    let format = arguments.format;
    let request = arguments.judging.request(dir);
    let sink = Compare::new(&request.dir).map_err(|finding| vec![finding]);
    match sink.and_then(|sink| pipeline::run(&request, &Counted::new(sink))) {
        Ok(outcome) if format == judged::Format::Human => report(&outcome),
        Ok(outcome) => judged::pass(format, "check", &request.dir, &outcome),
        Err(findings) => judged::fail(format, "check", &request.dir, &findings),
    }
}

fn report(outcome: &Outcome) -> ExitCode {
    output::remarks(outcome);
    let line = |file: File<'_>| match file.sign {
        Sign::Added | Sign::Missing => format!("  missing   {file}"),
        Sign::Removed | Sign::Left => format!("  left over {file}"),
        _ => format!("  different {file}"),
    };
    let lines: Vec<String> = outcome.report.differing().map(line).collect();
    if lines.is_empty() {
        return output::success("in step: the tree is what platform.toml says");
    }
    let limit = if settings::get().verbose { lines.len() } else { 20 };
    let shown = lines.iter().take(limit).try_for_each(|line| output::line(line));
    let more = lines.len().saturating_sub(limit);
    let printed = shown.and_then(|()| if more > 0 { output::line(&format!("  and {more} more")) } else { Ok(()) });
    let files = if lines.len() == 1 { "file differs" } else { "files differ" };
    output::message(&format!("{} {files} from what platform.toml says: run `aksgen render` and commit the result", lines.len()));
    printed.err().unwrap_or(ExitCode::from(1))
}
