//! Templates beside the spec: each replaces a built-in one.

use super::Catalog;
use crate::{
    assets::Assets,
    diag::{Code, Diagnostic, Label, Source},
};
use std::sync::Arc;

impl Catalog {
    /// Takes the overrides. Each replaces a built-in template or a part, for all instances or for
    /// one.
    pub(super) fn take_overrides(
        &mut self,
        assets: &Assets,
        components: &[&str],
        findings: &mut Vec<Diagnostic>,
    ) {
        for (path, source) in &assets.user {
            let Some(name) = path.strip_prefix("templates/") else { continue };
            let (folder, file) = match name.split('/').collect::<Vec<_>>().as_slice() {
                [component, _, file] if components.contains(component) => (*component, *file),
                _ => name.split_once('/').unwrap_or_default(),
            };
            if self.sources.contains_key(&format!("builtin/{folder}/{file}"))
                || self.parts(folder).any(|part| part.template == file)
            {
                self.sources.insert(format!("override/{name}"), source.clone());
            } else {
                findings.push(self.without_target(path, source, components));
            }
        }
    }

    /// An override that replaces no template.
    fn without_target(&self, path: &str, source: &Arc<Source>, components: &[&str]) -> Diagnostic {
        let folder = path.split('/').nth(1).unwrap_or_default();
        let mut known: Vec<String> = self.templates(folder).map(str::to_owned).collect();
        known.extend(self.parts(folder).map(|part| format!("{folder}/{}", part.template)));
        known.sort();
        known.dedup();
        let help = if known.is_empty() {
            format!("components: {}", components.join(", "))
        } else {
            format!("there are: {}", known.join(", "))
        };
        Diagnostic::new(Code::UnusedOverride, format!("`{path}` overrides nothing"))
            .help(help)
            .at(Label::new(source, 0..0))
    }

    /// Overrides for an instance that does not exist. `exists` takes component and instance.
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
}
