//! What stays of the units, and of the engine's objects: paths, rows and findings. Never texts.

use crate::{
    diag::Diagnostic,
    verify::{Fact, ObjectOrigin},
};

/// What stays.
#[derive(Debug, Default)]
pub(super) struct RenderedUnit {
    /// The files of objects.
    pub files: Vec<File>,
    /// What is said by things that have no such file.
    pub facts: Vec<Fact>,
    /// The environment of every object.
    pub objects: Vec<u16>,
    /// What is wrong.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file with an object, in whichever environments it exists.
#[derive(Debug)]
pub(super) struct File {
    /// Its path below the folder of an environment, or of the base.
    pub below: Box<str>,
    /// It stands in the base, once for all.
    pub shared: bool,
    /// What it holds, where an engine may have to wait for it: apiVersion, kind, namespace, name.
    pub awaited: Option<Box<[String; 4]>>,
    /// What it says, each with the environments where it says that.
    pub sayings: Box<[SharedFacts]>,
}

/// Facts, which stand once for all environments that agree on them: each has an origin of its own.
#[derive(Debug)]
pub(super) struct SharedFacts {
    /// Where it is said.
    pub origins: Box<[ObjectOrigin]>,
    /// What is said, as if by the first.
    pub facts: Box<[Fact]>,
}

impl SharedFacts {
    pub(super) fn origin(&self, environment: usize) -> Option<ObjectOrigin> {
        self.origins.iter().find(|origin| usize::from(origin.environment) == environment).copied()
    }

    fn facts(&self, environment: usize) -> impl Iterator<Item = Fact> {
        self.origin(environment)
            .into_iter()
            .flat_map(|origin| self.facts.iter().map(move |row| Fact { origin, ..*row }))
    }
}

impl File {
    /// Does an environment have it?
    pub(super) fn is_in(&self, environment: usize) -> bool {
        self.sayings.iter().any(|saying| saying.origin(environment).is_some())
    }
}

impl RenderedUnit {
    /// All of them, in the order of the units.
    pub(super) fn join(all: Vec<RenderedUnit>) -> RenderedUnit {
        let mut out = RenderedUnit::default();
        all.into_iter().for_each(|rendered| out.extend(rendered));
        out
    }

    /// This and then that.
    pub(super) fn extend(&mut self, more: RenderedUnit) {
        self.files.extend(more.files);
        self.facts.extend(more.facts);
        self.objects.extend(more.objects);
        self.diagnostics.extend(more.diagnostics);
    }

    /// All that is said in an environment.
    pub(super) fn facts_of(&self, environment: usize) -> Vec<Fact> {
        let files = self
            .files
            .iter()
            .flat_map(|file| &file.sayings)
            .flat_map(|saying| saying.facts(environment));
        files
            .chain(
                self.facts
                    .iter()
                    .filter(|row| usize::from(row.origin.environment) == environment)
                    .copied(),
            )
            .collect()
    }
}
