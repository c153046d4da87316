//! Diagnostics: code, message, fix, places and cause. Reads no file and prints nothing.

mod code;
mod fold;
mod place;
mod print;
mod source;

pub use code::{Code, Severity};
pub use fold::{fold, notes};
pub use place::{JsonPointer, LineNumber, SpecPath, segment, segments};
pub use print::{Printer, safe};
pub use source::{Label, Source, nearest, reason};

use crate::secret::redact;

/// One problem of the input or of a rendered object. `P` is the type of its places. The types are
/// spec path, JSON pointer, object with pointer, line number, and labelled span of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic<P = Label> {
    /// Code of the broken rule.
    pub code: Code,
    /// The problem, in one lower-case sentence.
    pub message: String,
    /// The fix; empty if the message states it.
    pub help: String,
    /// Places of the problem, the most important first.
    pub places: Vec<P>,
    /// Place of the cause, where it differs from the first place.
    pub cause: Option<Box<P>>,
    /// Environments with the problem; empty if it belongs to no environment.
    pub environments: Vec<String>,
    /// Effects of the cause.
    pub effects: Box<Effects>,
}

/// Effects of one cause in all environments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Effects {
    /// Objects with the problem, such as ``Deployment `shop/orders` ``.
    pub objects: Vec<String>,
    /// Other messages with the same code and cause.
    pub related: Vec<String>,
    /// Order of messages with the same cause: the message of the greatest weight is printed.
    pub weight: u64,
}

impl<P> Diagnostic<P> {
    /// A diagnostic without a place. Credentials in the message are replaced.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            message: redact(&message.into()),
            help: String::new(),
            places: vec![],
            cause: None,
            environments: vec![],
            effects: Box::default(),
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

    /// The same with the place of the cause.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Option<P>>) -> Self {
        self.cause = cause.into().map(Box::new);
        self
    }

    /// The same, as a problem of an object.
    #[must_use]
    pub fn of_object(mut self, [kind, namespace, name]: &[String; 3]) -> Self {
        self.effects.objects = vec![object_name(kind, namespace, name)];
        self
    }

    /// The same problem at places of another type.
    pub fn with_places<Q>(self, places: Vec<Q>, cause: Option<Q>) -> Diagnostic<Q> {
        let Diagnostic { code, message, help, environments, effects, .. } = self;
        Diagnostic {
            code,
            message,
            help,
            places,
            cause: cause.map(Box::new),
            environments,
            effects,
        }
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

impl Diagnostic {
    /// Notes to print: environments, objects and related messages.
    fn notes(&self) -> Vec<String> {
        notes(&self.environments, &self.effects.objects, &self.effects.related)
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

/// An object in a message: ``Kind `namespace/name` ``.
pub fn object_name(kind: &str, namespace: &str, name: &str) -> String {
    let folder = if namespace.is_empty() { String::new() } else { format!("{namespace}/") };
    format!("{kind} `{folder}{name}`")
}
