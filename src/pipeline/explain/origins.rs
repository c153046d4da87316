//! Template and spec lines behind many files. The input is read once, and only these files are
//! rendered.

use super::{
    delivered::{roots, template},
    extracted, paths,
};
use crate::{
    diag::{Diagnostic, Label},
    locate::Tracer,
    pipeline::{Input, Request, delivery, make::narrow},
    plan::{Unit, units},
    render::{self, Rendered},
    tree::Root,
    verify::ObjectOrigin,
};
use std::collections::{BTreeMap, BTreeSet};

/// Origins of files of the tree.
#[derive(Debug)]
pub struct FileOrigins {
    input: Input,
    units: Vec<Unit>,
    /// Step by file and environment.
    rendered: BTreeMap<(String, String), ObjectOrigin>,
    /// Roots by environment; empty if no file belongs to the engine.
    roots: BTreeMap<String, Vec<Root>>,
}

impl FileOrigins {
    /// Reads the spec and finds the steps that render files.
    ///
    /// # Errors
    /// Diagnostics of the spec.
    pub fn load(request: &Request, files: &[&str]) -> Result<FileOrigins, Vec<Diagnostic>> {
        let input = Input::load(request)?;
        let of_engine = files.iter().any(|file| file.starts_with("clusters/"));
        let roots = input
            .envs
            .iter()
            .filter(|_| of_engine)
            .map(|env| (env.name.clone(), roots(&input, env)))
            .collect();
        let mut origins =
            FileOrigins { units: units(&input.envs), rendered: BTreeMap::new(), roots, input };
        origins.rendered = origins.find(files);
        Ok(origins)
    }

    fn find(&self, files: &[&str]) -> BTreeMap<(String, String), ObjectOrigin> {
        let (wanted, mut rendered): (BTreeSet<&str>, _) =
            (files.iter().copied().collect(), BTreeMap::new());
        for (index, unit) in self.units.iter().enumerate() {
            for (number, env) in self.input.envs.iter().enumerate() {
                let Some(view) = unit.view(env) else { continue };
                for (step, made_by) in
                    unit.steps(&view, env, &self.input.catalog).iter().enumerate()
                {
                    let origin = ObjectOrigin {
                        unit: narrow(index),
                        environment: narrow(number),
                        step: narrow(step),
                    };
                    let files = paths(&made_by.form, env)
                        .into_iter()
                        .filter(|path| wanted.contains(path.as_str()));
                    rendered.extend(files.map(|path| ((path, env.name.clone()), origin)));
                }
            }
        }
        rendered
    }

    fn tracer(&self) -> Tracer<'_> {
        let input = &self.input;
        Tracer {
            layers: &input.layers,
            catalog: &input.catalog,
            manifests: &input.manifests,
            envs: &input.envs,
            units: &self.units,
        }
    }

    fn origin(&self, environment: &str, file: &str) -> Option<ObjectOrigin> {
        let key = (file.to_owned(), environment.to_owned());
        self.rendered
            .get(&key)
            .or_else(|| {
                self.rendered.iter().find(|((path, _), _)| path == file).map(|(_, origin)| origin)
            })
            .copied()
    }

    /// Names of the environments.
    pub fn environments(&self) -> Vec<String> {
        self.input.envs.iter().map(|env| env.name.clone()).collect()
    }

    /// Spec path of the instance that renders a file.
    pub fn owner(&self, environment: &str, file: &str) -> Option<String> {
        Some(self.units[self.origin(environment, file)?.unit as usize].path().replace('\0', "."))
    }

    /// Rendered text of a file, if an instance renders it.
    pub fn text(&self, environment: &str, file: &str) -> Option<String> {
        let (tracer, origin) = (self.tracer(), self.origin(environment, file)?);
        let (unit, env) =
            (&self.units[origin.unit as usize], &self.input.envs[usize::from(origin.environment)]);
        let view = unit.view(env)?;
        let steps = unit.steps(&view, env, tracer.catalog);
        let step = steps.get(usize::from(origin.step))?;
        match render::render(unit, step, &view, tracer.catalog, tracer.manifests).ok()? {
            Rendered::Object(object, text) => {
                Some(extracted(&step.form, file, &object).map_or(text, |(part, _)| part))
            }
            Rendered::Document(text) => Some(text),
        }
    }

    /// Lines of the platform's own files behind a field. The line of the instance stands for a
    /// whole file.
    pub fn lines(&self, environment: &str, file: &str, pointer: &str) -> Vec<Label> {
        let (tracer, own) =
            (self.tracer(), |label: &Label| !label.source.name.starts_with("aksgen:"));
        let Some(origin) = self.origin(environment, file) else {
            return self.of_engine(environment, file, pointer).into_iter().filter(own).collect();
        };
        let instance = || {
            tracer.in_spec(
                &self.input.envs[usize::from(origin.environment)],
                &self.units[origin.unit as usize].path(),
            )
        };
        if pointer.is_empty() {
            return instance().into_iter().filter(own).collect();
        }
        let labels: Vec<Label> = tracer.labels(origin, pointer).into_iter().filter(own).collect();
        // The line of an override counts only if no key of the spec sets the field.
        let keys: Vec<Label> =
            labels.iter().filter(|label| !label.note.is_empty()).cloned().collect();
        if keys.is_empty() { labels } else { keys }
    }

    /// Lines behind a field of an object of the engine, which are keys of `[gitops]`.
    fn of_engine(&self, environment: &str, file: &str, pointer: &str) -> Vec<Label> {
        let env = self.input.envs.iter().find(|env| env.name == environment);
        let Some((env, roots)) = env.zip(self.roots.get(environment)) else { return vec![] };
        let Some((template, values)) = template(&self.input, env, roots, file) else {
            return vec![];
        };
        let base = delivery::base(env);
        self.tracer().sources(env, &base, &template, &delivery::context(&base, &values), pointer)
    }
}
