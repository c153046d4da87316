//! Findings: what is wrong, where, and what to do about it. Never knows where a file is on disk,
//! nor prints.

mod code;
mod place;
mod print;
mod source;

pub use code::{Code, Severity};
pub use place::SpecPath;
pub use print::{Printer, safe};
pub use source::{Label, Source, nearest, reason};

use crate::secret::redact;

/// One problem of the input or of what was rendered, with its places and the fix. `P` is the kind
/// of place: a line of text, a path of the spec, a JSON pointer, or an object with a pointer.
#[derive(Debug, Clone)]
pub struct Diagnostic<P = Label> {
    /// Which rule was broken.
    pub code: Code,
    /// What is wrong, in one lower-case sentence.
    pub message: String,
    /// What to do about it; empty where the message says it all.
    pub help: String,
    /// Where it is, the most important place first.
    pub places: Vec<P>,
    /// The environments it was seen in; empty where it has nothing to do with one.
    pub environments: Vec<String>,
}

impl<P> Diagnostic<P> {
    /// A diagnostic without a place. Credentials in the message are replaced.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            message: redact(&message.into()),
            help: String::new(),
            places: vec![],
            environments: vec![],
        }
    }

    /// The same with the fix.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = redact(&help.into());
        self
    }

    /// The same with one more place.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<P>>) -> Self {
        self.places.extend(place.into());
        self
    }

    /// The same, seen in one environment.
    #[must_use]
    pub fn within(mut self, environment: &str) -> Self {
        self.environments = vec![redact(environment)];
        self
    }

    /// Does it stop the run?
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }
}

impl Diagnostic<SpecPath> {
    /// A diagnostic at a path of the spec.
    pub fn in_spec(
        code: Code,
        path: impl Into<SpecPath>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Diagnostic::new(code, message).help(help).at(path.into())
    }

    /// The same with another path that the first one contradicts.
    #[must_use]
    pub fn and(self, path: impl Into<SpecPath>) -> Self {
        self.at(path.into())
    }
}

impl Diagnostic {
    fn key(&self) -> (String, usize, &'static str, &str) {
        let place = self
            .places
            .first()
            .map_or((String::new(), 0), |l| (l.source.name.clone(), l.span.start));
        (place.0, place.1, self.code.id(), &self.message)
    }
}

/// Sorts findings by place and folds the same mistake seen in several environments into one.
pub fn fold(mut all: Vec<Diagnostic>) -> Vec<Diagnostic> {
    all.sort_by(|a, b| a.key().cmp(&b.key()).then_with(|| a.environments.cmp(&b.environments)));
    let mut out: Vec<Diagnostic> = vec![];
    for diagnostic in all {
        match out.last_mut() {
            Some(last) if last.key() == diagnostic.key() => {
                for environment in diagnostic.environments {
                    if !last.environments.contains(&environment) {
                        last.environments.push(environment);
                    }
                }
            }
            _ => out.push(diagnostic),
        }
    }
    out
}
