//! Accepted diagnostics. A waiver without an effect is an error.

use crate::{
    diag::{Code, Diagnostic},
    locate::Tracer,
    model::Env,
};
use std::{collections::BTreeSet, sync::Mutex};

/// Names of the waivers that had an effect.
#[derive(Debug, Default)]
pub(super) struct Waivers {
    used: Mutex<BTreeSet<String>>,
}

impl Waivers {
    /// Waivers that covered a part of the input already.
    pub(super) fn used(names: BTreeSet<String>) -> Waivers {
        Waivers { used: Mutex::new(names) }
    }

    /// Whether a waiver accepts a code for an object.
    pub(super) fn covers(
        &self,
        env: &Env,
        code: Code,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> bool {
        let fits = |at: &str| {
            at.split('/')
                .zip([kind, namespace, name])
                .all(|(pattern, part)| pattern == "*" || pattern == part)
        };
        let found = env
            .waive()
            .iter()
            .find(|(_, waiver)| waiver.code.as_str() == code.id() && fits(waiver.at.as_str()));
        found.is_some_and(|(name, _)| {
            self.used.lock().expect("no panic while held").insert(name.clone());
            true
        })
    }

    /// Waivers without an effect in any environment.
    pub(super) fn unused(&self, envs: &[Env], tracer: &Tracer<'_>) -> Vec<Diagnostic> {
        let used = self.used.lock().expect("no panic while held");
        let mut diagnostics = vec![];
        for env in envs {
            for name in env.waive().keys().filter(|name| !used.contains(*name)) {
                let diagnostic = Diagnostic::new(
                    Code::UnusedWaiver,
                    format!("the waiver `{name}` matches no finding"),
                )
                .help("remove it: what it accepted is gone");
                diagnostics.push(
                    diagnostic.at(tracer.in_spec(env, &format!("waive.{name}"))).within(&env.name),
                );
            }
        }
        diagnostics
    }
}
