//! Mistakes that no single component can see. Never looks at form.

use super::{Env, Presence, TABLE, text, wiring::ResolveError};
use crate::azure::{regions, versions};
use crate::diag::{Code, Diagnostic, SpecPath, nearest};
use std::collections::BTreeSet;

impl Env {
    /// Every mistake of meaning in this environment.
    pub fn validate(&self) -> Vec<Diagnostic<SpecPath>> {
        let mut out = vec![];
        self.names_are_legal(&mut out);
        self.switches_agree(&mut out);
        self.calls_resolve(&mut out);
        self.hatches_are_used(&mut out);
        self.region_is_known(&mut out);
        let release = self.platform.azure.operator_release.as_str();
        if !versions::OPERATOR.contains(&release) {
            let help = format!("supported: {}", versions::OPERATOR.join(", "));
            out.push(Diagnostic::in_spec(
                Code::UnsupportedVersion,
                "azure.operator_release",
                format!("Azure Service Operator `{release}` is not supported"),
                help,
            ));
        }
        for row in TABLE {
            for (name, component) in self.instances(row) {
                component.validate(name, self, &mut out);
            }
        }
        out
    }

    fn names_are_legal(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        const HELP: &str = "use at most 63 lower-case letters, digits and dashes, a letter first and no dash at the end";
        let components = TABLE.iter().filter(|row| row.many()).flat_map(|row| {
            (row.instances)(&self.platform).into_iter().map(|(n, _)| (row.path(n), n))
        });
        let hatches = self.platform.extra.keys().map(|n| (format!("extra.{n}"), n.as_str()));
        for (path, name) in components.chain(hatches).filter(|(_, name)| !text::is_name(name)) {
            diagnostics.push(Diagnostic::in_spec(
                Code::BadName,
                path,
                format!("`{name}` is not a name that Kubernetes takes"),
                HELP,
            ));
        }
        self.names_leave_room(diagnostics);
        if !text::is_name(&self.name) {
            diagnostics.push(Diagnostic::in_spec(
                Code::BadName,
                "",
                format!("`{}` is not a name that Kubernetes takes", self.name),
                HELP,
            ));
        }
        for (name, first, second) in &self.wiring.clashes {
            let mut diagnostic = Diagnostic::in_spec(
                Code::DuplicateName,
                second,
                format!("two things are called `{name}`"),
                "rename one of them, or move it elsewhere",
            );
            diagnostic = diagnostic.and(first.clone());
            diagnostics.push(diagnostic);
        }
    }

    fn region_is_known(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let region = self.platform.azure.location.as_str();
        let near = || {
            nearest(region, regions::all()).map_or_else(
                || "write it as `az account list-locations` does".into(),
                |near| format!("did you mean `{near}`?"),
            )
        };
        if regions::has_zones(region).is_none() {
            diagnostics.push(Diagnostic::in_spec(
                Code::UnknownReference,
                "azure.location",
                format!("there is no region `{region}`"),
                near(),
            ));
        }
    }

    /// Namespaces and roots are named after platform and environment:
    /// `foundation-azure-shop-production` is one label of 63 characters at most.
    fn names_leave_room(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        const MOST: usize = 40;
        let stem = self.names().stem();
        if stem.len() > MOST {
            let message = format!(
                "`{stem}` has {} characters; platform and environment together have {MOST} at most",
                stem.len()
            );
            diagnostics.push(Diagnostic::in_spec(
                Code::BadName,
                "platform.name",
                message,
                "shorten one of them: many names are made of both",
            ));
        }
    }

    /// What is switched off is not needed, and what is configured is.
    fn switches_agree(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        for ((component, name), sources) in &self.wiring.needs {
            if self.is_present(component, name) {
                continue;
            }
            let path = if name.is_empty() {
                format!("{component}.enabled")
            } else {
                format!("{component}.{name}")
            };
            let mut diagnostic = Diagnostic::in_spec(
                Code::DisabledDependency,
                &path,
                format!("`{path}` is switched off, but something needs it"),
                "remove the switch, or what needs it",
            );
            diagnostic.places.extend(sources.first().cloned().map(SpecPath::from));
            diagnostics.push(diagnostic);
        }
        for row in TABLE.iter().filter(|row| row.presence == Presence::Derived) {
            let needed: BTreeSet<&str> = self
                .wiring
                .needs
                .keys()
                .filter(|(c, _)| *c == row.name)
                .map(|(_, n)| n.as_str())
                .collect();
            for (name, _) in (row.instances)(&self.platform)
                .into_iter()
                .filter(|(name, _)| !needed.contains(name))
            {
                let help = match nearest(name, needed.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!(
                        "needed here: {}",
                        needed.iter().copied().collect::<Vec<_>>().join(", ")
                    ),
                };
                diagnostics.push(Diagnostic::in_spec(
                    Code::UnusedInstance,
                    row.path(name),
                    format!("nothing needs `{}`", row.path(name)),
                    help,
                ));
            }
        }
    }

    fn calls_resolve(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        for call in &self.wiring.calls {
            match self.wiring.resolve(call) {
                Ok(_) => {}
                Err(ResolveError::Endpoint) => {
                    let address = call.port.as_deref().is_some_and(|port| port.starts_with("//"));
                    let message = if address {
                        "an address is no name".to_owned()
                    } else {
                        format!("nothing is called `{}`", call.to)
                    };
                    diagnostics.push(Diagnostic::in_spec(
                        Code::UnknownCall,
                        &call.source,
                        message,
                        self.callable(&call.to, address),
                    ));
                }
                Err(ResolveError::Port) => {
                    let ports: Vec<&str> = self.wiring.endpoints[&call.to]
                        .ports
                        .iter()
                        .map(|p| p.name.as_str())
                        .collect();
                    let message = match &call.port {
                        Some(port) => format!("`{}` has no port `{port}`", call.to),
                        None if ports.is_empty() => format!("`{}` has no port", call.to),
                        None => format!("`{}` has several ports", call.to),
                    };
                    let help = if ports.is_empty() {
                        "give it a port".into()
                    } else {
                        format!("name one of: {}", ports.join(", "))
                    };
                    diagnostics.push(Diagnostic::in_spec(
                        Code::UnknownPort,
                        &call.source,
                        message,
                        help,
                    ));
                }
            }
        }
    }

    /// What could have been called instead of what is not there.
    fn callable(&self, to: &str, address: bool) -> String {
        let known: Vec<&str> = self.wiring.endpoints.keys().map(String::as_str).collect();
        let component = to.split_once('.').and_then(|(component, _)| {
            TABLE.iter().find(|row| row.name == component && row.presence == Presence::Declared)
        });
        match (nearest(to, known.iter().copied()), component) {
            _ if address => format!(
                "name one of: {}; or declare the address by `[external.<name>]` and call `external.<name>`",
                known.join(", ")
            ),
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Some(_)) => format!("declare it: `[{to}]`"),
            (None, None) => format!("there are: {}", known.join(", ")),
        }
    }

    fn hatches_are_used(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        for (name, waiver) in &self.platform.waive {
            let code = waiver.code.as_str();
            if Code::named(code).is_none() {
                let near = nearest(code, Code::ALL.iter().map(|c| c.id()))
                    .map_or_else(String::new, |n| format!("did you mean `{n}`?"));
                diagnostics.push(Diagnostic::in_spec(
                    Code::UnknownReference,
                    format!("waive.{name}.code"),
                    format!("there is no finding `{code}`"),
                    near,
                ));
            }
            let by_path = code == Code::LiteralSecret.id();
            if !by_path && waiver.at.as_str().split('/').count() != 3 {
                diagnostics.push(Diagnostic::in_spec(
                    Code::BadValue,
                    format!("waive.{name}.at"),
                    "`at` is not `Kind/namespace/name`",
                    "write `*` for any part, and nothing between the slashes where there is no namespace",
                ));
            }
        }
    }
}
