//! Compiled templates. The templates of a folder are compiled on the first use of one of them,
//! because a platform uses few components.

use super::{engine, trace};
use crate::diag::{Diagnostic, Source};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, OnceLock},
};
use tera::Tera;

/// Templates by layer and name, such as `builtin/services/deployment.yaml`.
pub(super) type Sources = BTreeMap<String, Arc<Source>>;

/// Tags that read another template, which may be in another folder.
const LINKS: &[&str] = &["include", "extends", "import"];

/// The compiled templates of all folders.
#[derive(Debug, Default)]
pub(super) struct Compiled {
    folders: BTreeMap<String, Folder>,
}

/// The compiled templates of one folder.
#[derive(Debug, Default)]
struct Folder {
    /// A template of the folder reads others: all templates are compiled together.
    is_linked: bool,
    plain: OnceLock<Tera>,
    traced: OnceLock<Tera>,
    uses: OnceLock<HashMap<String, Vec<String>>>,
}

impl Compiled {
    /// Checks the syntax of all overrides. Compiles only those that read other templates.
    pub(super) fn new(sources: &Sources, diagnostics: &mut Vec<Diagnostic>) -> Compiled {
        let mut out = Compiled::default();
        let before = diagnostics.len();
        for (name, source) in sources {
            let folder = out.folders.entry(folder(name).to_owned()).or_default();
            if name.starts_with("override/") {
                folder.is_linked |= is_linked(&source.text);
                diagnostics.extend(engine::syntax_error(name, source));
            }
        }
        if diagnostics.len() == before && out.folders.values().any(|folder| folder.is_linked) {
            engine::compile(sources, diagnostics);
        }
        out
    }

    /// The templates of the folder of a template.
    pub(super) fn plain(&self, template: &str, sources: &Sources) -> &Tera {
        let (name, folder) = self.folder(template);
        folder.plain.get_or_init(|| engine::compile(&folder.sources(name, sources), &mut vec![]))
    }

    /// The same templates with a mark at the end of each line.
    pub(super) fn traced(&self, template: &str, sources: &Sources) -> &Tera {
        let (name, folder) = self.folder(template);
        let marked = |(key, source): (String, Arc<Source>)| {
            (key, Source::new(&source.name, trace::mark(&source.text)))
        };
        folder.traced.get_or_init(|| {
            let marked = folder.sources(name, sources).into_iter().map(marked).collect();
            engine::compile(&marked, &mut vec![])
        })
    }

    /// The names of the values that a built-in template uses; none for an override.
    pub(super) fn uses(&self, template: &str, sources: &Sources) -> Option<&[String]> {
        let (name, folder) = self.folder(template);
        let uses = folder.uses.get_or_init(|| {
            let tera = self.plain(template, sources);
            let builtin = of_folder("builtin", name, sources)
                .filter_map(|(key, _)| key.strip_prefix("builtin/"))
                .filter(|name| !sources.contains_key(&format!("override/{name}")));
            builtin.map(|name| (name.to_owned(), variables(tera, name).collect())).collect()
        });
        uses.get(template).map(Vec::as_slice)
    }

    fn folder<'a>(&self, template: &'a str) -> (&'a str, &Folder) {
        let name = template.split('/').next().unwrap_or_default();
        (name, &self.folders[name])
    }
}

impl Folder {
    fn sources(&self, name: &str, all: &Sources) -> Sources {
        if self.is_linked {
            return all.clone();
        }
        ["builtin", "override"]
            .into_iter()
            .flat_map(|layer| of_folder(layer, name, all))
            .map(|(key, source)| (key.clone(), source.clone()))
            .collect()
    }
}

/// The names of the values that a template uses, in order.
pub(super) fn variables(tera: &Tera, template: &str) -> impl Iterator<Item = String> {
    let names = tera.get_template_variables(template).into_iter().flatten();
    names.map(Into::into).collect::<std::collections::BTreeSet<String>>().into_iter()
}

fn of_folder<'a>(
    layer: &str,
    name: &str,
    all: &'a Sources,
) -> impl Iterator<Item = (&'a String, &'a Arc<Source>)> + use<'a> {
    let prefix = format!("{layer}/{name}/");
    all.range(prefix.clone()..).take_while(move |(key, _)| key.starts_with(&prefix))
}

/// `services` for `override/services/orders/service.yaml`.
fn folder(key: &str) -> &str {
    key.split('/').nth(1).unwrap_or_default()
}

fn is_linked(text: &str) -> bool {
    text.split("{%").skip(1).any(|tag| {
        let tag = tag.trim_start_matches('-').trim_start();
        LINKS.iter().any(|word| tag.starts_with(word))
    })
}

#[cfg(test)]
mod tests {
    use super::{Compiled, Source, Sources, is_linked};

    fn sources() -> Sources {
        ["builtin/a/one.yaml", "builtin/b/two.yaml", "override/b/x/two.yaml"]
            .into_iter()
            .map(|name| (name.to_owned(), Source::new(name, "x: {{ x }}\n")))
            .collect()
    }

    #[test]
    fn only_the_folder_of_a_used_template_is_compiled() {
        let (sources, mut diagnostics) = (sources(), vec![]);
        let compiled = Compiled::new(&sources, &mut diagnostics);
        assert!(diagnostics.is_empty());
        compiled.plain("b/x/two.yaml", &sources);
        assert_eq!(compiled.uses("b/two.yaml", &sources), Some(&["x".to_owned()][..]));
        assert!(compiled.folders["b"].plain.get().is_some());
        assert!(compiled.folders["a"].plain.get().is_none());
    }

    #[test]
    fn an_override_in_an_unused_folder_is_checked() {
        let (mut sources, mut diagnostics) = (sources(), vec![]);
        sources.insert("override/a/one.yaml".into(), Source::new("one.yaml", "x: {{ x\n"));
        Compiled::new(&sources, &mut diagnostics);
        assert_eq!(diagnostics.len(), 1);
    }

    #[test]
    fn an_override_may_include_a_template_of_another_folder() {
        let (mut sources, mut diagnostics) = (sources(), vec![]);
        let text = "{% include \"b/two.yaml\" %}";
        assert!(is_linked(text) && !is_linked("{%- if included %}"));
        sources.insert("override/a/one.yaml".into(), Source::new("one.yaml", text));
        let compiled = Compiled::new(&sources, &mut diagnostics);
        let mut context = tera::Context::new();
        context.insert("x", "1");
        let text = compiled.plain("a/one.yaml", &sources).render("a/one.yaml", &context);
        assert_eq!((text.unwrap_or_default().as_str(), diagnostics.len()), ("x: \"1\"\n", 0));
    }
}
