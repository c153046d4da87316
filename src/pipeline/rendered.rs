//! Results of units and of the engine: paths, facts and diagnostics, without texts.

use crate::{
    diag::Diagnostic,
    verify::{Fact, ObjectOrigin},
};

/// Result of one or more units.
#[derive(Debug, Default)]
pub(super) struct RenderedUnit {
    /// Files of objects.
    pub files: Vec<ObjectFile>,
    /// Facts that belong to no file.
    pub facts: Vec<Fact>,
    /// Index of the environment of each object.
    pub objects: Vec<u16>,
    /// Diagnostics.
    pub diagnostics: Vec<Diagnostic>,
}

/// The file of an object in all environments that have it.
#[derive(Debug)]
pub(super) struct ObjectFile {
    /// Path below the folder of an environment, or of the base.
    pub below: Box<str>,
    /// The file is in the base, once for all environments.
    pub shared: bool,
    /// The object, if the engine waits until it is ready: apiVersion, kind, namespace, name.
    pub awaited: Option<Box<[String; 4]>>,
    /// Facts, by text of the object.
    pub facts: Box<[SharedFacts]>,
}

/// Facts of one text of an object, which several environments can share.
#[derive(Debug)]
pub(super) struct SharedFacts {
    /// Origin in each environment.
    pub origins: Box<[ObjectOrigin]>,
    /// Facts with the first origin.
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

impl ObjectFile {
    /// Whether an environment has the file.
    pub(super) fn is_in(&self, environment: usize) -> bool {
        self.facts.iter().any(|facts| facts.origin(environment).is_some())
    }
}

impl RenderedUnit {
    /// Joins results in the order of the units.
    pub(super) fn join(all: Vec<RenderedUnit>) -> RenderedUnit {
        let mut joined = RenderedUnit::default();
        all.into_iter().for_each(|rendered| joined.extend(rendered));
        joined
    }

    /// Appends another result.
    pub(super) fn extend(&mut self, more: RenderedUnit) {
        self.files.extend(more.files);
        self.facts.extend(more.facts);
        self.objects.extend(more.objects);
        self.diagnostics.extend(more.diagnostics);
    }

    /// All facts of an environment.
    pub(super) fn facts_of(&self, environment: usize) -> Vec<Fact> {
        let files = self
            .files
            .iter()
            .flat_map(|file| &file.facts)
            .flat_map(|facts| facts.facts(environment));
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
