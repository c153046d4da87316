//! Component manifests and templates, built-in and overridden.

mod bounds;
mod check;
mod compiled;
mod engine;
mod manifest;
mod overrides;
mod trace;

pub use check::LineNames;
pub use manifest::{
    ChartManifest, ChartPod, EngineManifest, EngineObject, Manifest, Output, OutputKind, PartPlace,
};

use crate::{
    assets::Assets,
    diag::{Diagnostic, Source},
    kinds::ChartFacts,
};
use compiled::Compiled;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tera::Tera;

/// Folder of the parts that several components share.
const SHARED_PARTS: &str = "parts";

/// All manifests, and the engine that renders their templates.
#[derive(Debug, Default)]
pub struct Catalog {
    manifests: BTreeMap<String, Manifest>,
    engines: BTreeMap<String, EngineManifest>,
    sources: BTreeMap<String, Arc<Source>>,
    compiled: Compiled,
    chart_facts: ChartFacts,
}

impl Catalog {
    /// Reads all manifests and templates, and checks the syntax of the overrides. `components` are
    /// the names that a manifest may have.
    pub fn load(assets: &Assets, components: &[&str], findings: &mut Vec<Diagnostic>) -> Catalog {
        let mut catalog = Catalog::default();
        for (path, source) in &assets.builtin {
            let Some(name) = path.strip_prefix("templates/") else { continue };
            if let Some(component) = name.strip_suffix("/component.toml") {
                catalog.add(component, manifest::parse(source));
            } else if let Some(engine) =
                name.strip_prefix("engines/").and_then(|n| n.strip_suffix("/engine.toml"))
            {
                catalog.engines.insert(engine.to_owned(), manifest::parse(source));
            } else if is_template(name) {
                catalog.sources.insert(format!("builtin/{name}"), source.clone());
            }
        }
        catalog.take_overrides(assets, components, findings);
        catalog.compiled = Compiled::new(&catalog.sources, findings);
        catalog.sources.values().for_each(|source| check::values_stand_alone(source, findings));
        catalog
    }

    /// Adds the manifest of a component.
    fn add(&mut self, component: &str, mut manifest: Manifest) {
        if let Some(chart) = &mut manifest.chart {
            self.chart_facts.insert(chart.name.clone(), std::mem::take(&mut chart.facts));
        }
        self.manifests.insert(component.to_owned(), manifest);
    }

    /// Facts of the values of the charts.
    pub fn chart_facts(&self) -> &ChartFacts {
        &self.chart_facts
    }

    /// The manifest of a component.
    ///
    /// # Panics
    /// If there is none. A test compares the table of components with the folders.
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

    /// The template of an instance: an override for the instance, or the one of the component.
    pub fn template(&self, component: &str, instance: &str, file: &str) -> String {
        let own = format!("{component}/{instance}/{file}");
        if self.sources.contains_key(&format!("override/{own}")) {
            own
        } else {
            format!("{component}/{file}")
        }
    }

    /// The template of a part for an instance: an override for the instance, the one of the
    /// component, or the shared one.
    pub fn part(&self, component: &str, instance: &str, file: &str) -> String {
        let [own, common] =
            [format!("{component}/{instance}/{file}"), format!("{component}/{file}")];
        [own, common]
            .into_iter()
            .find(|name| self.is_known(name))
            .unwrap_or_else(|| format!("{SHARED_PARTS}/{file}"))
    }

    fn is_known(&self, template: &str) -> bool {
        ["override", "builtin"]
            .iter()
            .any(|layer| self.sources.contains_key(&format!("{layer}/{template}")))
    }

    /// The parts in the objects of a component.
    fn parts(&self, component: &str) -> impl Iterator<Item = &PartPlace> {
        let outputs = self.manifests.get(component).into_iter().flat_map(|m| &m.outputs);
        outputs.filter_map(|output| output.part.as_ref())
    }

    /// The text of a template.
    pub fn source(&self, template: &str) -> &Arc<Source> {
        self.sources
            .get(&format!("override/{template}"))
            .unwrap_or_else(|| &self.sources[&format!("builtin/{template}")])
    }

    /// All templates of a component, including overrides for one instance.
    pub fn templates<'a>(&'a self, component: &'a str) -> impl Iterator<Item = &'a str> {
        let names = self.sources.keys().filter_map(|k| k.split_once('/')).map(|(_, name)| name);
        names
            .filter(|name| name.split('/').next() == Some(component))
            .collect::<BTreeSet<&str>>()
            .into_iter()
    }

    /// Diagnostics for names in the templates and parts of a component that its view does not have.
    pub fn unknown_variables(&self, component: &str, known: &BTreeSet<&str>) -> Vec<Diagnostic> {
        let shared: BTreeSet<String> =
            self.parts(component).map(|part| self.part(component, "", &part.template)).collect();
        self.templates(component)
            .map(str::to_owned)
            .chain(shared.into_iter().filter(|name| name.starts_with(SHARED_PARTS)))
            .flat_map(|template| {
                check::unknown_variables(
                    self.tera(&template),
                    &template,
                    self.source(&template),
                    known,
                )
            })
            .collect()
    }

    fn tera(&self, template: &str) -> &Tera {
        self.compiled.plain(template, &self.sources)
    }

    /// Names of all values that a template uses, including `item` in a template of an `each`.
    pub fn variables(&self, template: &str) -> BTreeSet<String> {
        compiled::variables(self.tera(template), template).collect()
    }

    /// Names of all values that a built-in template uses, in a fixed order; `None` for an override,
    /// which may read any value.
    pub fn uses(&self, template: &str) -> Option<&[String]> {
        self.compiled.uses(template, &self.sources)
    }

    /// Renders a template.
    ///
    /// # Errors
    /// The error of Tera, with the line of the template.
    pub fn render(&self, template: &str, context: &tera::Context) -> Result<String, Diagnostic> {
        bounds::render(self.tera(template), template, context)
            .map_err(|error| engine::diagnostic(&error, self.source(template)))
    }

    /// The rendered text, and for each of its lines the line of the template. Used by diagnostics.
    pub fn trace(&self, template: &str, context: &tera::Context) -> (String, Vec<Option<usize>>) {
        let traced = self.compiled.traced(template, &self.sources);
        trace::unmark(&bounds::render(traced, template, context).unwrap_or_default())
    }

    /// Names of the values on each line of a template.
    pub fn line_names(&self, template: &str) -> LineNames<'_> {
        LineNames::new(&self.source(template).text)
    }

    /// The names of all components that have a folder.
    pub fn components(&self) -> impl Iterator<Item = (&str, &Manifest)> {
        self.manifests.iter().map(|(name, manifest)| (name.as_str(), manifest))
    }
}

fn is_template(name: &str) -> bool {
    [".yaml", ".md", ".bicep"].iter().any(|end| name.ends_with(end))
}
