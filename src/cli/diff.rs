//! `aksgen diff`.

use super::{Judging, completions, output, progress::Counted, settings};
use crate::{
    assets,
    diag::{Code, Diagnostic, Label},
    diff::{self, Diff, Place, Side},
    pipeline::{self, Request, explain::Behind},
    sink::{ChangedFile, DiffSink, DigestSink, DiskTree, LOCK, PreviousTree, TextSink},
};
use clap::{Args, ValueEnum};
use clap_complete::ArgValueCompleter;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What it was before: another tree (a directory with aksgen.lock), or another spec (a
    /// directory with platform.toml, or the file). Without it: the tree on disk.
    #[arg(long, value_name = "PATH")]
    against: Option<PathBuf>,
    /// Only these environments.
    #[arg(long = "env", value_name = "ENVIRONMENT", add = ArgValueCompleter::new(completions::environments))]
    environments: Vec<String>,
    /// Try another value, as KEY=VALUE.
    #[arg(long, value_name = "KEY=VALUE", add = ArgValueCompleter::new(completions::settings))]
    set: Vec<String>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    judging: Judging,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Human,
    /// All there is to know, for programs; `aksgen schema --of diff` says what is in it.
    Json,
    /// For a comment on a pull request.
    Markdown,
}

pub(super) fn run(arguments: Arguments, dir: PathBuf) -> ExitCode {
    let (format, against) = (arguments.format, arguments.against);
    let request = Request {
        environments: arguments.environments,
        set: arguments.set,
        ..arguments.judging.request(dir)
    };
    match former(&request, against.as_deref())
        .and_then(|former| compared(&request, &former, against.as_deref()))
    {
        Ok(diff) => print(format, &diff),
        Err(diagnostics) => output::no_answer(&diagnostics),
    }
}

fn print(format: Format, diff: &Diff) -> ExitCode {
    let printed = match format {
        Format::Human if diff.is_empty() => return output::success("no change"),
        Format::Human => output::text(&diff::human(diff, settings::get().verbose)),
        Format::Json => output::text(&format!("{:#}\n", serde_json::json!(diff))),
        Format::Markdown => output::text(&diff::markdown(diff)),
    };
    printed.err().unwrap_or(ExitCode::from(u8::from(!diff.is_empty())))
}

/// What is compared with.
enum Former {
    /// The files of a tree.
    Tree(Box<DiskTree>),
    /// What another spec says.
    Spec(Box<Request>, DigestSink),
}

/// A directory with both is a tree: what was merged, and not what this version makes of it.
fn former(request: &Request, against: Option<&Path>) -> Result<Former, Vec<Diagnostic>> {
    let tree = |root: &Path| {
        DiskTree::new(root)
            .map(|tree| Former::Tree(Box::new(tree)))
            .map_err(|diagnostic| vec![diagnostic])
    };
    let Some(path) = against else { return tree(&request.dir) };
    if path.join(LOCK).exists() {
        return tree(path);
    }
    let former = spec(request, path).map_err(|diagnostic| vec![diagnostic])?;
    let digests = DigestSink::default();
    pipeline::run(&former, &digests)?;
    Ok(Former::Spec(Box::new(former), digests))
}

/// Another spec, in all of its environments: one that is asked for may be new.
fn spec(request: &Request, path: &Path) -> Result<Request, Diagnostic> {
    let all = Request { set: vec![], environments: vec![], ..request.clone() };
    if path.join(pipeline::SPEC).exists() {
        return Ok(Request { dir: path.to_owned(), ..all });
    }
    let Some(name) = path.file_name().filter(|_| path.is_file()) else {
        let message = format!("`{}` has neither `{LOCK}` nor `{}`", path.display(), pipeline::SPEC);
        return Err(Diagnostic::new(Code::InputFile, message)
            .help("name another tree that aksgen wrote, or another spec"));
    };
    let dir = path
        .parent()
        .filter(|dir| !dir.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
        .to_owned();
    let spec = assets::read(&dir, &name.to_string_lossy())?;
    Ok(Request { dir, spec: Some(spec), ..all })
}

fn compared(
    request: &Request,
    former: &Former,
    against: Option<&Path>,
) -> Result<Diff, Vec<Diagnostic>> {
    let before: &dyn PreviousTree = match former {
        Former::Tree(tree) => tree.as_ref(),
        Former::Spec(_, digests) => digests,
    };
    let sink = Counted::new(DiffSink::new(before));
    let outcome = pipeline::run(request, &sink)?;
    output::remarks(&outcome);
    let (mut all, after) = sink.into_inner().found();
    fill(&mut all, former)?;
    let wanted =
        |name: &String| request.environments.is_empty() || request.environments.contains(name);
    let sections: BTreeSet<String> = before.sections().into_iter().filter(wanted).collect();
    let diff = Diff::new(diff::compare(&all, &sections, &after));
    Ok(if diff.is_empty() {
        diff
    } else {
        traced(diff, request, former, &all, &said_before(former, against))
    })
}

/// What differing files were before.
fn fill(all: &mut [ChangedFile], former: &Former) -> Result<(), Vec<Diagnostic>> {
    match former {
        Former::Tree(tree) => {
            for file in all {
                file.before = tree.text(&file.path).map_err(|diagnostic| vec![diagnostic])?;
            }
        }
        Former::Spec(request, _) => {
            let wanted = TextSink::new(all.iter().map(|file| file.path.clone()));
            pipeline::run(request, &wanted)?;
            let mut texts = wanted.texts();
            all.iter_mut().for_each(|file| file.before = texts.remove(&file.path));
        }
    }
    Ok(())
}

/// The same with lines of the spec; of both, where there are two.
fn traced(
    diff: Diff,
    request: &Request,
    former: &Former,
    all: &[ChangedFile],
    known: &BTreeSet<String>,
) -> Diff {
    let files: Vec<&str> = all.iter().map(|file| file.path.as_str()).collect();
    let now = Behind::load(request, &files).ok();
    let then = match former {
        Former::Spec(request, _) => Behind::load(request, &files)
            .ok()
            .map(|behind| (behind, request.dir.display().to_string())),
        Former::Tree(_) => None,
    };
    diff.traced(&|side, env, file, pointer| match side {
        Side::After => place(now.as_ref()?.lines(env, file, pointer), "", known),
        Side::Before => then.as_ref().and_then(|(behind, dir)| {
            place(behind.lines(env, file, pointer), dir, &BTreeSet::new())
        }),
    })
}

/// The lines of the former spec, where there is one: what is behind a change is rather a line that
/// is not among them.
fn said_before(former: &Former, against: Option<&Path>) -> BTreeSet<String> {
    let spec = match (former, against) {
        (Former::Spec(request, _), _) => {
            request.spec.clone().or_else(|| assets::read(&request.dir, pipeline::SPEC).ok())
        }
        (Former::Tree(_), Some(dir)) => assets::read(dir, pipeline::SPEC).ok(),
        (Former::Tree(_), None) => None,
    };
    spec.iter().flat_map(|source| source.text.lines()).map(|line| line.trim().to_owned()).collect()
}

/// The most telling of several lines: what is only tried, then what was not said before.
fn place(mut labels: Vec<Label>, dir: &str, known: &BTreeSet<String>) -> Option<Place> {
    let is_known = |label: &Label| {
        let (line, _) = label.source.position(label.span.start);
        known.contains(label.source.text[label.source.line(line)].trim())
    };
    labels.sort_by_key(|label| (label.source.name != "--set", is_known(label)));
    let label = labels.first()?;
    let (line, column) = label.source.position(label.span.start);
    let name = &label.source.name;
    let file = if dir.is_empty() || name == "--set" {
        name.clone()
    } else {
        format!("{}/{name}", dir.trim_end_matches('/'))
    };
    Some(Place { file, line, column, others: labels.len() - 1 })
}
