//! State of the wizard: answers, the resulting spec, and its validation. Writes only the answers.

use crate::{
    diag::{Code, Diagnostic, Source, reason},
    init::{self, Answers, Question},
    pipeline::{self, Request, RunResult, SPEC},
    sink::{self, Compare, NullSink, Sink},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Answers so far and the existing spec.
#[derive(Debug, Clone)]
pub(super) struct InitState {
    /// Folder of the platform.
    pub(super) dir: PathBuf,
    /// Answers given so far.
    pub(super) given: Answers,
    /// Existing spec with its recorded answers.
    pub(super) before: Option<(String, Answers)>,
}

impl InitState {
    /// Creates a state from answers and an existing spec that `init` created.
    ///
    /// # Errors
    /// If `init` did not create the existing spec.
    pub(super) fn new(dir: PathBuf, given: Answers) -> Result<InitState, Diagnostic> {
        let text = match fs::read_to_string(dir.join(SPEC)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(InitState { dir, given, before: None });
            }
            Err(error) => {
                return Err(Diagnostic::new(
                    Code::InputFile,
                    format!("`{SPEC}` cannot be read: {}", reason(&error)),
                ));
            }
        };
        match init::recorded(&text, |path| dir.join(path).exists()) {
            Some(answers) => Ok(InitState { dir, given, before: Some((text, answers)) }),
            None => Err(Diagnostic::new(
                Code::InputFile,
                format!("`{SPEC}` exists, but `aksgen init` did not create it or cannot read it"),
            )
            .help(
                "edit it by hand and run `aksgen validate`, or use another folder with `-C DIR`",
            )),
        }
    }

    /// Default answer to a question.
    pub(super) fn default(&self, question: &Question) -> String {
        let recorded = self.before.as_ref().and_then(|(_, answers)| answers.of(question));
        recorded.map_or_else(|| (question.default)(&self.given, &self.folder()), str::to_owned)
    }

    /// All answers: given, recorded, then defaults.
    pub(super) fn answers(&self) -> Answers {
        let recorded = self.before.as_ref().map(|(_, answers)| answers.clone()).unwrap_or_default();
        self.given.clone().over(recorded).complete(&self.folder())
    }

    /// Text of the spec for the answers.
    ///
    /// # Errors
    /// If an answer is invalid, or changes a line that was edited by hand.
    pub(super) fn text(&self) -> Result<String, Vec<Diagnostic>> {
        let answers = self.answers();
        let errors = init::validate_answers(&answers);
        if !errors.is_empty() {
            return Err(errors);
        }
        let Some((text, before)) = &self.before else { return Ok(init::spec(&answers)) };
        init::merged(text, before, &answers).map_err(|both| {
            let at = both.find("<<<<<<<").unwrap_or_default();
            let line = both[..at].matches('\n').count() + 1;
            let source = Source::new(SPEC, text.as_str());
            let label = crate::diag::Label::new(&source, source.line(line));
            vec![
                Diagnostic::new(
                    Code::InputFile,
                    "this line was edited by hand, and the answers change it too",
                )
                .help("change it by hand")
                .at(label),
            ]
        })
    }

    /// Validates the platform.
    ///
    /// # Errors
    /// The diagnostics.
    pub(super) fn validate(&self) -> Result<RunResult, Vec<Diagnostic>> {
        self.run(&NullSink)
    }

    /// Compares the platform with the files on disk.
    ///
    /// # Errors
    /// The diagnostics, including unmanaged files.
    pub(super) fn dry_run(&self) -> Result<RunResult, Vec<Diagnostic>> {
        let sink = Compare::new(&self.dir).map_err(|diagnostic| vec![diagnostic])?;
        let outcome = self.run(&sink)?;
        let conflicts = sink.conflicts();
        if conflicts.is_empty() { Ok(outcome) } else { Err(conflicts) }
    }

    fn run(&self, sink: &dyn Sink) -> Result<RunResult, Vec<Diagnostic>> {
        let spec = Some(Source::new(SPEC, self.text()?));
        pipeline::run(&Request { dir: self.dir.clone(), spec, ..Request::default() }, sink)
    }

    /// Files beside the tree, the spec first.
    ///
    /// # Errors
    /// As [`InitState::text`].
    pub(super) fn files(&self) -> Result<Vec<init::InitFile>, Vec<Diagnostic>> {
        let schema = format!("{:#}\n", pipeline::schema(&self.dir));
        let spec = init::InitFile { path: SPEC, text: self.text()? };
        Ok([vec![spec], init::files(&self.answers(), schema)].concat())
    }

    /// Saves the answers for `--resume` in a folder that Git ignores.
    ///
    /// # Errors
    /// If the answers cannot be written.
    pub(super) fn save(&self) -> Result<(), Diagnostic> {
        let text = toml::to_string(&self.given)
            .map_err(|error| Diagnostic::new(Code::Io, error.to_string()))?;
        sink::write_file(&self.dir, &format!("{}/.gitignore", init::STATE), "*\n")?;
        sink::write_file(&self.dir, init::STATE_FILE, &text)
    }

    /// Whether the folder is below the root of a repository.
    pub(super) fn is_below_repository_root(&self) -> bool {
        let full = std::path::absolute(&self.dir).unwrap_or_default();
        full.ancestors()
            .position(|folder| folder.join(".git").exists())
            .is_some_and(|above| above > 0)
    }

    fn folder(&self) -> String {
        let full = std::path::absolute(&self.dir).unwrap_or_default();
        full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }
}

/// Answers from the text of a file.
///
/// # Errors
/// If the text is not a valid answers file.
pub(super) fn answers(name: &str, text: &str) -> Result<Answers, Diagnostic> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map(|span| crate::diag::Label::new(&Source::new(name, text), span));
        Diagnostic::new(
            Code::InputFile,
            format!(
                "`{name}` is not a valid answers file: {}",
                error.message().trim().replace('\n', ", ")
            ),
        )
        .at(at)
    })
}

/// Answers of an interrupted run.
///
/// # Errors
/// If there is no interrupted run.
pub(super) fn resumed(dir: &Path) -> Result<Answers, Diagnostic> {
    let text = fs::read_to_string(dir.join(init::STATE_FILE));
    let text = text.map_err(|_| {
        Diagnostic::new(Code::InputFile, "there is no interrupted run to continue")
            .help("run `aksgen init`")
    })?;
    answers(init::STATE_FILE, &text)
}
