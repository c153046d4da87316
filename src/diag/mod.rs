//! Findings: what is wrong, where, and what to do about it. Never knows where a file is on disk,
//! nor prints.

mod code;
mod print;
mod source;

pub use code::{Code, Severity};
pub use print::{Printer, safe};
pub use source::{Label, Source, nearest, reason};

use crate::secret::redact;

/// One mistake, with the lines to blame and the fix.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Which rule was broken.
    pub code: Code,
    /// What is wrong, in one lower-case sentence.
    pub message: String,
    /// What to do about it; empty where the message says it all.
    pub help: String,
    /// The lines to blame, the most important first.
    pub labels: Vec<Label>,
    /// The environments it was seen in; empty where it has nothing to do with one.
    pub environments: Vec<String>,
}

impl Finding {
    /// A finding without a place. Whatever it says of the names that people gave, a credential is
    /// not among it.
    pub fn new(code: Code, message: impl Into<String>) -> Finding {
        Finding {
            code,
            message: redact(&message.into()),
            help: String::new(),
            labels: vec![],
            environments: vec![],
        }
    }

    /// The same with the fix.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.help = redact(&help.into());
        self
    }

    /// The same with one more place to blame.
    #[must_use]
    pub fn at(mut self, label: impl Into<Option<Label>>) -> Finding {
        self.labels.extend(label.into());
        self
    }

    /// The same, seen in one environment.
    #[must_use]
    pub fn within(mut self, environment: &str) -> Finding {
        self.environments = vec![redact(environment)];
        self
    }

    /// Does it stop the run?
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }

    fn key(&self) -> (String, usize, &'static str, &str) {
        let place = self
            .labels
            .first()
            .map_or((String::new(), 0), |l| (l.source.name.clone(), l.span.start));
        (place.0, place.1, self.code.id(), &self.message)
    }
}

/// Sorts findings by place and folds the same mistake seen in several environments into one.
pub fn fold(mut all: Vec<Finding>) -> Vec<Finding> {
    all.sort_by(|a, b| a.key().cmp(&b.key()).then_with(|| a.environments.cmp(&b.environments)));
    let mut out: Vec<Finding> = vec![];
    for finding in all {
        match out.last_mut() {
            Some(last) if last.key() == finding.key() => {
                for environment in finding.environments {
                    if !last.environments.contains(&environment) {
                        last.environments.push(environment);
                    }
                }
            }
            _ => out.push(finding),
        }
    }
    out
}
