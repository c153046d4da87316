//! A platform that is about to be: answers, the spec that they make, and what is thought of it.
//! Never asks, and writes answers only.

use crate::{
    diag::{Code, Diagnostic, Source, reason},
    init::{self, Answers, Question},
    pipeline::{self, Outcome, Request, SPEC},
    sink::{self, Compare, NullSink, Sink},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// The answers so far, and what they are added to.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// Where it will be.
    pub(super) dir: PathBuf,
    /// What was answered.
    pub(super) said: Answers,
    /// The spec that is there, and the answers that it stands for.
    pub(super) before: Option<(String, Answers)>,
}

impl Draft {
    /// With these answers, in a folder that may hold a spec that `init` began.
    ///
    /// # Errors
    /// If the spec that is there was begun by a person.
    pub(super) fn new(dir: PathBuf, said: Answers) -> Result<Draft, Diagnostic> {
        let text = match fs::read_to_string(dir.join(SPEC)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Draft { dir, said, before: None });
            }
            Err(error) => {
                return Err(Diagnostic::new(
                    Code::InputFile,
                    format!("`{SPEC}` cannot be read: {}", reason(&error)),
                ));
            }
        };
        match init::recorded(&text, |path| dir.join(path).exists()) {
            Some(answers) => Ok(Draft { dir, said, before: Some((text, answers)) }),
            None => Err(Diagnostic::new(Code::InputFile, format!("`{SPEC}` is there, and `aksgen init` did not begin it, or cannot read it any more"))
                .help("change it by hand, and ask `aksgen validate`; or begin in another folder by `-C DIR`")),
        }
    }

    /// What is taken where nothing is said.
    pub(super) fn default(&self, question: &Question) -> String {
        let recorded = self.before.as_ref().and_then(|(_, answers)| answers.of(question));
        recorded.map_or_else(|| (question.default)(&self.said, &self.folder()), str::to_owned)
    }

    /// All answers: said, recorded, defaults.
    pub(super) fn answers(&self) -> Answers {
        let recorded = self.before.as_ref().map(|(_, answers)| answers.clone()).unwrap_or_default();
        self.said.clone().over(recorded).complete(&self.folder())
    }

    /// The spec that the answers make.
    ///
    /// # Errors
    /// If an answer is none of those that are possible, or changes a line that people changed too.
    pub(super) fn text(&self) -> Result<String, Vec<Diagnostic>> {
        let answers = self.answers();
        let mistakes = init::mistakes(&answers);
        if !mistakes.is_empty() {
            return Err(mistakes);
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
                    "this line was changed by hand, and the answers would change it too",
                )
                .help("change it by hand")
                .at(label),
            ]
        })
    }

    /// What `validate` would say of it.
    ///
    /// # Errors
    /// The mistakes.
    pub(super) fn judged(&self) -> Result<Outcome, Vec<Diagnostic>> {
        self.run(&NullSink)
    }

    /// What `render` would write.
    ///
    /// # Errors
    /// The mistakes, and what stands in the way.
    pub(super) fn compared(&self) -> Result<Outcome, Vec<Diagnostic>> {
        let sink = Compare::new(&self.dir).map_err(|diagnostic| vec![diagnostic])?;
        let outcome = self.run(&sink)?;
        let conflicts = sink.conflicts();
        if conflicts.is_empty() { Ok(outcome) } else { Err(conflicts) }
    }

    fn run(&self, sink: &dyn Sink) -> Result<Outcome, Vec<Diagnostic>> {
        let spec = Some(Source::new(SPEC, self.text()?));
        pipeline::run(&Request { dir: self.dir.clone(), spec, ..Request::default() }, sink)
    }

    /// The files that are not the tree, as they should be; the spec first.
    ///
    /// # Errors
    /// As [`Draft::text`].
    pub(super) fn files(&self) -> Result<Vec<init::File>, Vec<Diagnostic>> {
        let schema = format!("{:#}\n", pipeline::schema(&self.dir));
        let spec = init::File { path: SPEC, text: self.text()? };
        Ok([vec![spec], init::files(&self.answers(), schema)].concat())
    }

    /// Keeps the answers for `--resume`, in a folder that Git does not see.
    ///
    /// # Errors
    /// If they cannot be written.
    pub(super) fn keep(&self) -> Result<(), Diagnostic> {
        let text = toml::to_string(&self.said)
            .map_err(|error| Diagnostic::new(Code::Io, error.to_string()))?;
        sink::write_file(&self.dir, &format!("{}/.gitignore", init::STATE), "*\n")?;
        sink::write_file(&self.dir, init::STATE_FILE, &text)
    }

    /// Is the root of the repository further up?
    pub(super) fn is_within_a_repository(&self) -> bool {
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
/// If it is no file of answers.
pub(super) fn answers(name: &str, text: &str) -> Result<Answers, Diagnostic> {
    toml::from_str(text).map_err(|error| {
        let at = error.span().map(|span| crate::diag::Label::new(&Source::new(name, text), span));
        Diagnostic::new(
            Code::InputFile,
            format!(
                "`{name}` is no file of answers: {}",
                error.message().trim().replace('\n', ", ")
            ),
        )
        .at(at)
    })
}

/// The answers of an interrupted run.
///
/// # Errors
/// If there are none.
pub(super) fn resumed(dir: &Path) -> Result<Answers, Diagnostic> {
    let text = fs::read_to_string(dir.join(init::STATE_FILE));
    let text = text.map_err(|_| {
        Diagnostic::new(Code::InputFile, "there is no interrupted run to go on with")
            .help("begin with `aksgen init`")
    })?;
    answers(init::STATE_FILE, &text)
}
