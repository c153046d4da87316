//! Component manifests and templates, built in and overridden. Never knows a model type.

mod check;
mod engine;
mod manifest;
mod trace;

pub use manifest::{Chart, ChartPod, EngineManifest, EngineObject, Kind, Manifest, Output};

use crate::{
    assets::Assets,
    diag::{Code, Diagnostic, Label, Source},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, OnceLock},
};
use tera::Tera;

/// All manifests, and the engine that renders their templates.
#[derive(Debug, Default)]
pub struct Catalog {
    manifests: BTreeMap<String, Manifest>,
    engines: BTreeMap<String, EngineManifest>,
    sources: BTreeMap<String, Arc<Source>>,
    tera: Tera,
    traced: OnceLock<Tera>,
    uses: OnceLock<HashMap<String, Vec<String>>>,
}

impl Catalog {
    /// Reads all manifests and compiles all templates. `components` are the names that a manifest
    /// may have.
    pub fn load(
        assets: &Assets,
        components: &[&str],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Catalog {
        let mut catalog = Catalog::default();
        for (path, source) in &assets.builtin {
            let Some(name) = path.strip_prefix("templates/") else { continue };
            if let Some(component) = name.strip_suffix("/component.toml") {
                catalog.manifests.insert(component.to_owned(), manifest::parse(source));
            } else if let Some(engine) =
                name.strip_prefix("engines/").and_then(|n| n.strip_suffix("/engine.toml"))
            {
                catalog.engines.insert(engine.to_owned(), manifest::parse(source));
            } else if is_template(name) {
                catalog.sources.insert(format!("builtin/{name}"), source.clone());
            }
        }
        catalog.take_overrides(assets, components, diagnostics);
        catalog.tera = engine::compile(&catalog.sources, diagnostics);
        catalog.sources.values().for_each(|source| check::values_stand_alone(source, diagnostics));
        catalog
    }

    /// The user's templates: each must replace a built-in one, for all instances or for one.
    fn take_overrides(
        &mut self,
        assets: &Assets,
        components: &[&str],
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        for (path, source) in &assets.user {
            let Some(name) = path.strip_prefix("templates/") else { continue };
            let parts: Vec<&str> = name.split('/').collect();
            let replaced = match parts.as_slice() {
                [component, _, file] if components.contains(component) => {
                    format!("builtin/{component}/{file}")
                }
                _ => format!("builtin/{name}"),
            };
            if self.sources.contains_key(&replaced) {
                self.sources.insert(format!("override/{name}"), source.clone());
            } else {
                let known: Vec<&str> = self
                    .sources
                    .keys()
                    .filter_map(|k| k.strip_prefix("builtin/"))
                    .filter(|k| k.split('/').next() == parts.first().copied())
                    .collect();
                let help = if known.is_empty() {
                    format!("components: {}", components.join(", "))
                } else {
                    format!("there are: {}", known.join(", "))
                };
                diagnostics.push(
                    Diagnostic::new(Code::UnusedOverride, format!("`{path}` overrides nothing"))
                        .help(help)
                        .at(Label::new(source, 0..0)),
                );
            }
        }
    }

    /// The manifest of a component.
    ///
    /// # Panics
    /// If there is none: a test holds the table of components against the folders.
    pub fn manifest(&self, component: &str) -> &Manifest {
        self.manifests
            .get(component)
            .unwrap_or_else(|| panic!("templates/{component}/component.toml is missing"))
    }

    /// The manifest of an engine.
    ///
    /// # Panics
    /// If there is none.
    pub fn engine(&self, engine: &str) -> &EngineManifest {
        self.engines
            .get(engine)
            .unwrap_or_else(|| panic!("templates/engines/{engine}/engine.toml is missing"))
    }

    /// The template that an instance uses: its own, if there is one.
    pub fn template(&self, component: &str, instance: &str, file: &str) -> String {
        let own = format!("{component}/{instance}/{file}");
        if self.sources.contains_key(&format!("override/{own}")) {
            own
        } else {
            format!("{component}/{file}")
        }
    }

    /// The text of a template.
    pub fn source(&self, template: &str) -> &Arc<Source> {
        self.sources
            .get(&format!("override/{template}"))
            .unwrap_or_else(|| &self.sources[&format!("builtin/{template}")])
    }

    /// Every template of a component, the overrides of single instances included.
    pub fn templates<'a>(&'a self, component: &'a str) -> impl Iterator<Item = &'a str> {
        let names = self.sources.keys().filter_map(|k| k.split_once('/')).map(|(_, name)| name);
        names
            .filter(|name| name.split('/').next() == Some(component))
            .collect::<BTreeSet<&str>>()
            .into_iter()
    }

    /// Overrides for an instance that does not exist. `exists` is asked for component and instance.
    pub fn unused_overrides(
        &self,
        components: &[&str],
        exists: impl Fn(&str, &str) -> bool,
    ) -> Vec<Diagnostic> {
        let mut out = vec![];
        for (name, source) in
            self.sources.iter().filter_map(|(k, s)| Some((k.strip_prefix("override/")?, s)))
        {
            if let [component, instance, _] = name.split('/').collect::<Vec<_>>().as_slice()
                && components.contains(component)
                && !exists(component, instance)
            {
                let message = format!("`{component}` has no instance `{instance}`");
                out.push(
                    Diagnostic::new(Code::UnusedOverride, message)
                        .help("name the folder after an instance, or move the file up to override all")
                        .at(Label::new(source, 0..0)),
                );
            }
        }
        out
    }

    /// Names in the templates of a component that its view does not have.
    pub fn unknown_variables(&self, component: &str, known: &BTreeSet<&str>) -> Vec<Diagnostic> {
        self.templates(component)
            .flat_map(|template| {
                check::unknown_variables(&self.tera, template, self.source(template), known)
            })
            .collect()
    }

    /// The names of all values that a template uses; `item` among them where it is made for the
    /// elements of a list.
    pub fn variables(&self, template: &str) -> BTreeSet<String> {
        self.tera
            .get_template_variables(template)
            .map(|set| set.into_iter().map(Into::into).collect())
            .unwrap_or_default()
    }

    /// The names of all values that a built-in template uses, always in one order. Nothing is known
    /// of a user's own: it may read others.
    pub fn uses(&self, template: &str) -> Option<&[String]> {
        let uses = self.uses.get_or_init(|| {
            let own = |name: &&str| !self.sources.contains_key(&format!("override/{name}"));
            let builtin = self.sources.keys().filter_map(|key| key.strip_prefix("builtin/"));
            builtin
                .filter(own)
                .map(|name| (name.to_owned(), self.variables(name).into_iter().collect()))
                .collect()
        });
        uses.get(template).map(Vec::as_slice)
    }

    /// Renders a template.
    ///
    /// # Errors
    /// What is wrong, with the template's line.
    pub fn render(&self, template: &str, context: &tera::Context) -> Result<String, Diagnostic> {
        self.tera
            .render(template, context)
            .map_err(|error| engine::diagnostic(&error, self.source(template)))
    }

    /// For each line of the rendered text, the line of the template that it came from. Only ever
    /// needed for a finding.
    pub fn trace(&self, template: &str, context: &tera::Context) -> (String, Vec<Option<usize>>) {
        let traced = self.traced.get_or_init(|| {
            let marked: BTreeMap<_, _> = self
                .sources
                .iter()
                .map(|(k, s)| (k.clone(), Source::new(&s.name, trace::mark(&s.text))))
                .collect();
            engine::compile(&marked, &mut vec![])
        });
        trace::unmark(&traced.render(template, context).unwrap_or_default())
    }

    /// The names of values that a line of a template uses.
    pub fn names_on(&self, template: &str, line: usize) -> Vec<String> {
        let source = self.source(template);
        check::names_on(&source.text, source.line(line))
    }

    /// The names of all components that have a folder.
    pub fn components(&self) -> impl Iterator<Item = (&str, &Manifest)> {
        self.manifests.iter().map(|(name, manifest)| (name.as_str(), manifest))
    }
}

fn is_template(name: &str) -> bool {
    [".yaml", ".md", ".bicep"].iter().any(|end| name.ends_with(end))
}
