//! Findings that were looked at and accepted. A waiver that covers nothing is a finding itself.

use crate::{
    diag::{Code, Diagnostic},
    locate::Tracer,
    model::Env,
};
use std::{collections::BTreeSet, sync::Mutex};

/// The waivers that covered something, by name.
#[derive(Debug, Default)]
pub(super) struct Waivers {
    used: Mutex<BTreeSet<String>>,
}

impl Waivers {
    /// Waivers of which some covered a part of the input.
    pub(super) fn used(names: BTreeSet<String>) -> Waivers {
        Waivers { used: Mutex::new(names) }
    }

    /// Is a finding about this object accepted?
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

    /// Waivers that covered nothing in any environment.
    pub(super) fn unused(&self, envs: &[Env], tracer: &Tracer<'_>) -> Vec<Diagnostic> {
        let used = self.used.lock().expect("no panic while held");
        let mut out = vec![];
        for env in envs {
            for name in env.waive().keys().filter(|name| !used.contains(*name)) {
                let diagnostic = Diagnostic::new(
                    Code::UnusedWaiver,
                    format!("the waiver `{name}` covers nothing"),
                )
                .help("remove it: what it accepted is gone");
                out.push(
                    diagnostic.at(tracer.in_spec(env, &format!("waive.{name}"))).within(&env.name),
                );
            }
        }
        out
    }
}
