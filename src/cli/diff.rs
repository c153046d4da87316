//! `aksgen diff`.

use super::{ValidationArgs, completions, output, progress::ProgressSink, settings};
use crate::{
    assets,
    diag::{Code, Diagnostic, Label},
    diff::{self, Diff, Side, SpecLine},
    pipeline::{self, Request, explain::FileOrigins},
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
pub(super) struct DiffArgs {
    /// Compare with another tree (a directory with aksgen.lock) or another spec (a directory with
    /// platform.toml, or the file). The default is the tree on disk.
    #[arg(long, value_name = "PATH")]
    against: Option<PathBuf>,
    /// Compare only these environments.
    #[arg(long = "env", value_name = "ENVIRONMENT", add = ArgValueCompleter::new(completions::environments))]
    environments: Vec<String>,
    /// Override a value, as KEY=VALUE.
    #[arg(long, value_name = "KEY=VALUE", add = ArgValueCompleter::new(completions::settings))]
    set: Vec<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: DiffFormat,
    #[command(flatten)]
    validation: ValidationArgs,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum DiffFormat {
    /// Text for people.
    #[default]
    Human,
    /// JSON with all details; `aksgen schema --of diff` prints its schema.
    Json,
    /// Markdown for a comment on a pull request.
    Markdown,
}

pub(super) fn run(arguments: DiffArgs, dir: PathBuf) -> ExitCode {
    let (format, against) = (arguments.format, arguments.against);
    let request = Request {
        environments: arguments.environments,
        set: arguments.set,
        ..arguments.validation.request(dir)
    };
    match former(&request, against.as_deref())
        .and_then(|former| compared(&request, &former, against.as_deref()))
    {
        Ok(diff) => print(format, &diff),
        Err(diagnostics) => output::no_answer(&diagnostics),
    }
}

fn print(format: DiffFormat, diff: &Diff) -> ExitCode {
    let printed = match format {
        DiffFormat::Human if diff.is_empty() => return output::success("no change"),
        DiffFormat::Human => output::text(&diff::human(diff, settings::get().verbose)),
        DiffFormat::Json => output::text(&format!("{:#}\n", serde_json::json!(diff))),
        DiffFormat::Markdown => output::text(&diff::markdown(diff)),
    };
    printed.err().unwrap_or(ExitCode::from(u8::from(!diff.is_empty())))
}

/// Base of the comparison.
enum DiffBase {
    /// The files of a tree.
    Tree(Box<DiskTree>),
    /// Another spec, with the digests of its files.
    Spec(Box<Request>, DigestSink),
}

/// Loads the base. A directory with a tree and a spec counts as a tree: that is the merged state.
fn former(request: &Request, against: Option<&Path>) -> Result<DiffBase, Vec<Diagnostic>> {
    let tree = |root: &Path| {
        DiskTree::new(root)
            .map(|tree| DiffBase::Tree(Box::new(tree)))
            .map_err(|diagnostic| vec![diagnostic])
    };
    let Some(path) = against else { return tree(&request.dir) };
    if path.join(LOCK).exists() {
        return tree(path);
    }
    let former = spec(request, path).map_err(|diagnostic| vec![diagnostic])?;
    let digests = DigestSink::default();
    pipeline::run(&former, &digests)?;
    Ok(DiffBase::Spec(Box::new(former), digests))
}

/// Request for another spec with all of its environments: a selected environment can be new.
fn spec(request: &Request, path: &Path) -> Result<Request, Diagnostic> {
    let all = Request { set: vec![], environments: vec![], ..request.clone() };
    if path.join(pipeline::SPEC).exists() {
        return Ok(Request { dir: path.to_owned(), ..all });
    }
    let Some(name) = path.file_name().filter(|_| path.is_file()) else {
        let message = format!("`{}` has neither `{LOCK}` nor `{}`", path.display(), pipeline::SPEC);
        return Err(Diagnostic::new(Code::InputFile, message)
            .help("name a tree written by aksgen, or another spec"));
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
    former: &DiffBase,
    against: Option<&Path>,
) -> Result<Diff, Vec<Diagnostic>> {
    let before: &dyn PreviousTree = match former {
        DiffBase::Tree(tree) => tree.as_ref(),
        DiffBase::Spec(_, digests) => digests,
    };
    let sink = ProgressSink::new(DiffSink::new(before));
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
        traced(diff, request, former, &all, &previous_lines(former, against))
    })
}

/// Adds the previous text of each changed file.
fn fill(all: &mut [ChangedFile], former: &DiffBase) -> Result<(), Vec<Diagnostic>> {
    match former {
        DiffBase::Tree(tree) => {
            for file in all {
                file.before = tree.text(&file.path).map_err(|diagnostic| vec![diagnostic])?;
            }
        }
        DiffBase::Spec(request, _) => {
            let wanted = TextSink::new(all.iter().map(|file| file.path.clone()));
            pipeline::run(request, &wanted)?;
            let mut texts = wanted.texts();
            all.iter_mut().for_each(|file| file.before = texts.remove(&file.path));
        }
    }
    Ok(())
}

/// Adds lines of the spec, and of the base spec where there is one.
fn traced(
    diff: Diff,
    request: &Request,
    former: &DiffBase,
    all: &[ChangedFile],
    known: &BTreeSet<String>,
) -> Diff {
    let files: Vec<&str> = all.iter().map(|file| file.path.as_str()).collect();
    let now = FileOrigins::load(request, &files).ok();
    let then = match former {
        DiffBase::Spec(request, _) => FileOrigins::load(request, &files)
            .ok()
            .map(|provenance| (provenance, request.dir.display().to_string())),
        DiffBase::Tree(_) => None,
    };
    diff.traced(&|side, env, file, pointer| match side {
        Side::After => place(now.as_ref()?.lines(env, file, pointer), "", known),
        Side::Before => then.as_ref().and_then(|(provenance, dir)| {
            place(provenance.lines(env, file, pointer), dir, &BTreeSet::new())
        }),
    })
}

/// Lines of the base spec. A line that is not among them is the more likely cause of a change.
fn previous_lines(former: &DiffBase, against: Option<&Path>) -> BTreeSet<String> {
    let spec = match (former, against) {
        (DiffBase::Spec(request, _), _) => {
            request.spec.clone().or_else(|| assets::read(&request.dir, pipeline::SPEC).ok())
        }
        (DiffBase::Tree(_), Some(dir)) => assets::read(dir, pipeline::SPEC).ok(),
        (DiffBase::Tree(_), None) => None,
    };
    spec.iter().flat_map(|source| source.text.lines()).map(|line| line.trim().to_owned()).collect()
}

/// Selects the most likely cause: values of `--set` first, then lines that are new.
fn place(mut labels: Vec<Label>, dir: &str, known: &BTreeSet<String>) -> Option<SpecLine> {
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
    Some(SpecLine { file, line, column, others: labels.len() - 1 })
}
