//! Validation of one environment, beyond the rules of single components and the schema.

use super::{
    Env, Presence, TABLE, names, text,
    wiring::{Call, ResolveError, segment},
};
use crate::azure::{regions, versions};
use crate::diag::{Code, Diagnostic, SpecPath, nearest};
use std::collections::BTreeSet;

impl Env {
    /// All diagnostics about the spec of this environment.
    pub fn validate(&self) -> Vec<Diagnostic<SpecPath>> {
        let mut out = vec![];
        self.check_names(&mut out);
        self.check_disabled(&mut out);
        self.check_unused_instances(&mut out);
        self.check_calls(&mut out);
        self.check_waivers(&mut out);
        self.check_region(&mut out);
        self.check_repository(&mut out);
        self.check_environments(&mut out);
        self.check_operator_release(&mut out);
        for row in TABLE {
            for (name, component) in self.instances(row) {
                component.validate(name, self, &mut out);
            }
        }
        out
    }

    /// Reports names that Kubernetes refuses, and names that are defined twice.
    fn check_names(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        const HELP: &str = "use at most 63 lower-case letters, digits and dashes, a letter first and no dash at the end";
        let components = TABLE.iter().filter(|row| row.many()).flat_map(|row| {
            (row.instances)(&self.platform).into_iter().map(|(n, _)| (row.path(n), n))
        });
        let hatches = self.platform.extra.keys().map(|n| (format!("extra.{n}"), n.as_str()));
        let is_long = self.check_name_length(diagnostics);
        let stem = self.names().stem();
        for (path, name) in components
            .chain(hatches)
            .chain([(String::new(), self.name.as_str())])
            .filter(|(_, name)| !(text::is_name(name) || is_long && name.contains(&stem)))
        {
            let message = names::why_refused(name);
            diagnostics.push(Diagnostic::in_spec(Code::BadName, path, message, HELP));
        }
        for (name, first, second) in &self.wiring.clashes {
            let mut diagnostic = Diagnostic::in_spec(
                Code::DuplicateName,
                second,
                format!("`{name}` is defined twice"),
                "rename one of them, or move it to another namespace",
            );
            diagnostic = diagnostic.and(first.clone());
            diagnostics.push(diagnostic);
        }
    }

    /// Flux reads an ssh address with an identity and known hosts from a Secret only.
    fn check_repository(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let gitops = &self.platform.gitops;
        if gitops.repository.as_str().starts_with("ssh://") && gitops.secret.is_none() {
            let diagnostic = Diagnostic::in_spec(
                Code::IncompleteTable,
                "gitops.repository",
                "an ssh address needs a credential",
                "name the Secret with `identity` and `known_hosts` by `gitops.secret`, or write an https address",
            );
            diagnostics.push(diagnostic);
        }
    }

    /// Lists of environments name environments of the spec.
    fn check_environments(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        for (name, extra) in &self.platform.extra {
            let unknown = extra.environments.iter().enumerate();
            for (index, one) in unknown.filter(|(_, one)| !self.has_environment(one.as_str())) {
                let known = self.environments.iter().map(String::as_str);
                let help = nearest(one.as_str(), known).map_or_else(
                    || format!("there are: {}", self.environments.join(", ")),
                    |near| format!("did you mean `{near}`?"),
                );
                let path = format!("extra.{}.environments.{index}", segment(name));
                let message = format!("there is no environment `{}`", one.as_str());
                diagnostics.push(Diagnostic::in_spec(
                    Code::UnknownEnvironment,
                    path,
                    message,
                    help,
                ));
            }
        }
    }

    fn has_environment(&self, name: &str) -> bool {
        self.environments.iter().any(|known| known == name)
    }

    fn check_operator_release(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let release = self.platform.azure.operator_release.as_str();
        if !versions::OPERATOR.contains(&release) {
            let message = format!("Azure Service Operator `{release}` is not supported");
            let help = format!("supported: {}", versions::OPERATOR.join(", "));
            let path = "azure.operator_release";
            diagnostics.push(Diagnostic::in_spec(Code::UnsupportedVersion, path, message, help));
        }
    }

    fn check_region(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
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

    /// Names of namespaces and roots contain platform and environment. A name such as
    /// `namespaces-azure-shop-production` is a DNS label of at most 63 characters. Returns whether
    /// they are too long: then all derived names are too long as well.
    fn check_name_length(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) -> bool {
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
                "shorten one of them, because many names contain both",
            ));
        }
        stem.len() > MOST
    }

    /// Reports required instances that are disabled.
    fn check_disabled(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let absent =
            self.wiring.needs.iter().filter(|((row, name), _)| !self.is_present(row, name));
        for ((component, name), sources) in absent {
            let path = if name.is_empty() {
                format!("{component}.enabled")
            } else {
                format!("{component}.{name}")
            };
            let mut diagnostic = Diagnostic::in_spec(
                Code::DisabledDependency,
                &path,
                format!("`{path}` is disabled, but the spec needs it"),
                "enable it, or remove the setting that needs it",
            );
            diagnostic.places.extend(sources.first().cloned().map(SpecPath::from));
            diagnostics.push(diagnostic);
        }
    }

    /// Reports tables of derived instances that no component requires.
    fn check_unused_instances(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        for row in TABLE.iter().filter(|row| row.presence == Presence::Derived) {
            let needs = self.wiring.needs.keys().filter(|(component, _)| *component == row.name);
            let needed: BTreeSet<&str> = needs.map(|(_, name)| name.as_str()).collect();
            let instances = (row.instances)(&self.platform).into_iter();
            for (name, _) in instances.filter(|(name, _)| !needed.contains(name)) {
                let help = nearest(name, needed.iter().copied()).map_or_else(
                    || format!("needed here: {}", joined(&needed)),
                    |near| format!("did you mean `{near}`?"),
                );
                diagnostics.push(Diagnostic::in_spec(
                    Code::UnusedInstance,
                    row.path(name),
                    format!("`{}` is not used", row.path(name)),
                    help,
                ));
            }
        }
    }

    /// Reports calls without an endpoint or a port.
    fn check_calls(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        for call in &self.wiring.calls {
            match self.wiring.resolve(call) {
                Ok(_) => {}
                Err(ResolveError::Endpoint) => diagnostics.push(self.unknown_call(call)),
                Err(ResolveError::Port) => diagnostics.push(self.unknown_port(call)),
            }
        }
    }

    fn unknown_call(&self, call: &Call) -> Diagnostic<SpecPath> {
        let address = call.port.as_deref().is_some_and(|port| port.starts_with("//"));
        let message = if address {
            "a call takes a name, not an address".to_owned()
        } else {
            format!("there is no endpoint `{}`", call.to)
        };
        let help = self.callable(&call.to, address);
        Diagnostic::in_spec(Code::UnknownCall, &call.source, message, help)
    }

    fn unknown_port(&self, call: &Call) -> Diagnostic<SpecPath> {
        let ports = &self.wiring.endpoints[&call.to].ports;
        let ports: Vec<&str> = ports.iter().map(|port| port.name.as_str()).collect();
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
        Diagnostic::in_spec(Code::UnknownPort, &call.source, message, help)
    }

    /// Help for a call without an endpoint: names that exist.
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

    /// Reports waivers with an unknown code or a malformed object.
    fn check_waivers(&self, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
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
                    "write `*` for any part, and no namespace for a cluster-scoped object",
                ));
            }
        }
    }
}

fn joined(names: &BTreeSet<&str>) -> String {
    names.iter().copied().collect::<Vec<_>>().join(", ")
}
