//! Writes the files of a unit.

use super::{make::Maker, rendered::RenderedUnit, text::RenderedText};
use crate::{
    model::Env,
    plan::{Step, StepForm},
    sink::SHARED,
    tree::{self, PlacedFile},
};
use indexmap::IndexMap;
use std::collections::BTreeSet;

impl Maker<'_> {
    /// Writes a document. A shared one is written by the first of all environments.
    pub(super) fn document(&self, env: &Env, step: &Step, text: &str, rendered: &mut RenderedUnit) {
        let StepForm::Document { path, shared } = &step.form else { return };
        let whole = self.tracer.envs.len() == env.environments.len();
        let is_first =
            whole && self.tracer.envs.first().is_some_and(|first| first.name == env.name);
        if is_first || !shared {
            rendered.diagnostics.extend(
                self.sink.write(if *shared { SHARED } else { &env.name }, path, text).err(),
            );
        }
    }

    /// Writes the files of all objects in the order of their folders, so that each folder is
    /// opened once. Returns the files in the base.
    pub(super) fn write(
        &self,
        texts: &IndexMap<String, Vec<RenderedText>>,
        rendered: &mut RenderedUnit,
    ) -> BTreeSet<String> {
        let mut placed: Vec<(&str, PlacedFile<'_>)> =
            texts.iter().flat_map(|(below, texts)| self.placed(below, texts)).collect();
        placed.sort_by(|(_, a), (_, b)| a.path.cmp(&b.path));
        for (_, file) in &placed {
            rendered.diagnostics.extend(
                self.sink.write(file.environment.unwrap_or(SHARED), &file.path, file.text).err(),
            );
        }
        placed
            .iter()
            .filter(|(_, file)| file.environment.is_none())
            .map(|(below, _)| (*below).to_owned())
            .collect()
    }

    /// The files of one object: one in the base, or one per environment.
    fn placed<'a>(
        &'a self,
        below: &'a str,
        rendered: &'a [RenderedText],
    ) -> Vec<(&'a str, PlacedFile<'a>)> {
        let envs = self.tracer.envs;
        let Some(layout) = envs.first().map(|env| env.gitops().layout) else {
            return vec![];
        };
        let objects =
            rendered.iter().filter_map(|text| Some((text.content.object()?, &text.origins)));
        let mut texts: Vec<(u16, &str)> = objects
            .flat_map(|(object, origins)| {
                origins.iter().map(|o| (o.environment, object.text.as_str()))
            })
            .collect();
        texts.sort_unstable_by_key(|(environment, _)| *environment);
        let named: Vec<(&str, &str)> = texts
            .iter()
            .map(|(environment, text)| (envs[usize::from(*environment)].name.as_str(), *text))
            .collect();
        tree::factor(layout, below, &named, envs.len())
            .into_iter()
            .map(|file| (below, file))
            .collect()
    }
}
