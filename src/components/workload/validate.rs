//! Checks of the keys that services and jobs share.

use super::{Resources, Workload, network, variables};
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::{
    model::{
        Env,
        text::{Cpu, Memory, Name, cpu, memory},
        wiring::ConnectionPeer,
    },
    secret::is_secret_name,
};
use std::collections::{BTreeMap, BTreeSet};

/// Namespaces of Kubernetes, AKS and operators, and `cluster`, the folder of cluster-scoped
/// objects. Source: AKS documentation on managed namespaces and add-ons.
const RESERVED_NAMESPACES: &[&str] = &[
    "cluster",
    "argocd",
    "cert-manager",
    "azureserviceoperator-system",
    "kube-system",
    "kube-public",
    "kube-node-lease",
    "default",
    "gatekeeper-system",
    "aks-istio-system",
    "aks-istio-ingress",
    "aks-istio-egress",
    "app-routing-system",
    "azure-arc",
    "flux-system",
    "dataprotection-microsoft",
];

impl Workload<'_> {
    /// Reports errors that a schema cannot find. `path` is the table of the workload, and
    /// `namespace` is its own setting.
    pub(crate) fn validate(
        &self,
        path: &str,
        namespace: Option<&Name>,
        env: &Env,
        diagnostics: &mut Vec<Diagnostic<SpecPath>>,
    ) {
        let at = |field: &str| format!("{path}.{field}");
        self.resources.validate(&at, diagnostics);
        self.check_variable_names(&at, diagnostics);
        self.check_plain_variables(&at, diagnostics);
        variables::check(&self.pods, self.env, self.secrets, env, diagnostics);
        self.check_logins(path, env, diagnostics);
        self.check_hosts(env, diagnostics);
        let field = if namespace.is_some() { at("namespace") } else { "platform.name".into() };
        check_namespace(&self.pods.namespace, field, env, diagnostics);
    }

    /// Reports names that a shell refuses.
    fn check_variable_names(
        &self,
        at: &impl Fn(&str) -> String,
        diagnostics: &mut Vec<Diagnostic<SpecPath>>,
    ) {
        let plain = self.env.keys().map(|name| ("env", name));
        for (table, name) in plain.chain(self.secrets.keys().map(|name| ("secrets", name))) {
            let letters = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if !letters || name.is_empty() || name.as_bytes()[0].is_ascii_digit() {
                diagnostics.push(Diagnostic::in_spec(
                    Code::BadName,
                    at(&format!("{table}.{name}")),
                    format!("`{name}` is not a name for an environment variable"),
                    "use letters, digits and `_`, no digit first",
                ));
            }
        }
    }

    /// Reports variables that are in both tables, and secrets in plain text.
    fn check_plain_variables(
        &self,
        at: &impl Fn(&str) -> String,
        diagnostics: &mut Vec<Diagnostic<SpecPath>>,
    ) {
        for (name, value) in self.env {
            let path = at(&format!("env.{name}"));
            if self.secrets.contains_key(name) {
                let message = format!("`{name}` is in `env` and in `secrets`");
                let diagnostic =
                    Diagnostic::in_spec(Code::DuplicateName, path, message, "keep one");
                diagnostics.push(diagnostic.and(at(&format!("secrets.{name}"))));
            } else if is_secret_name(name, value.as_str()) {
                let help = "put the value into the vault, and its name there into `secrets`; if this value was ever committed, rotate it";
                let message = format!("`{name}` is named like a secret, but `env` is plain text");
                diagnostics.push(Diagnostic::in_spec(Code::LiteralSecret, path, message, help));
            }
        }
    }

    /// Reports a login variable that `env`, `secrets` or another call sets as well.
    fn check_logins(&self, path: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let (mut seen, mut reported) = (BTreeMap::new(), BTreeSet::new());
        for (variable, call) in network::logins(self.name, &self.pods, env) {
            let name = variable["name"].as_str().unwrap_or_default().to_owned();
            let first = seen
                .insert(name.clone(), call.clone())
                .or_else(|| self.table_of(&name).map(|table| format!("{path}.{table}.{name}")));
            // Two databases share all variables: one diagnostic is enough.
            let Some(first) = first.filter(|first| reported.insert((call.clone(), first.clone())))
            else {
                continue;
            };
            let message = format!("this call sets `{name}`, which is set already");
            let help = "call one database; rename your own";
            let diagnostic = Diagnostic::in_spec(Code::DuplicateName, call, message, help);
            diagnostics.push(diagnostic.and(first));
        }
    }

    /// Table that declares a variable.
    fn table_of(&self, variable: &str) -> Option<&'static str> {
        let tables = [
            ("env", self.env.contains_key(variable)),
            ("secrets", self.secrets.contains_key(variable)),
        ];
        tables.into_iter().find(|table| table.1).map(|table| table.0)
    }

    /// Reports calls to host names that a `NetworkPolicy` cannot match.
    fn check_hosts(&self, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        if env.shared.cluster.fqdn_policies {
            return;
        }
        for connection in env.connections_from(&self.pods) {
            let ConnectionPeer::Host(host) = connection.to else { continue };
            let message = format!(
                "`{}` calls `{host}` by host name, which a NetworkPolicy cannot match: its policy opens port {} to every address outside the cluster",
                self.name, connection.port
            );
            diagnostics.push(Diagnostic::in_spec(
                Code::UnrestrictedEgress,
                connection.source,
                message,
                "set `cluster.fqdn_policies = true`, or give the dependency a `cidr`",
            ));
        }
    }
}

impl Resources<'_> {
    /// Reports limits below requests.
    fn validate(&self, at: &impl Fn(&str) -> String, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let cpus = |quantity: &Cpu| cpu(quantity.as_str());
        if self.cpu_limit.is_some_and(|limit| cpus(limit) < cpus(self.cpu)) {
            diagnostics.push(inverted("cpu_limit", "cpu", at));
        }
        let bytes = |quantity: &Memory| memory(quantity.as_str());
        if self.memory_limit.is_some_and(|limit| bytes(limit) < bytes(self.memory)) {
            diagnostics.push(inverted("memory_limit", "memory", at));
        }
    }
}

/// Diagnostic of a maximum below its minimum.
pub(crate) fn inverted(
    maximum: &str,
    minimum: &str,
    at: &impl Fn(&str) -> String,
) -> Diagnostic<SpecPath> {
    let message = format!("`{maximum}` is less than `{minimum}`");
    let help = format!("raise `{maximum}`, or lower `{minimum}`");
    Diagnostic::in_spec(Code::InvertedLimits, at(maximum), message, help).and(at(minimum))
}

/// Reports a namespace that belongs to Kubernetes, AKS or an operator.
fn check_namespace(
    namespace: &str,
    field: String,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let others = [
        env.gitops().namespace(),
        env.shared.ingress.namespace.as_str(),
        env.shared.prometheus.namespace.as_str(),
    ];
    if RESERVED_NAMESPACES.contains(&namespace) || others.contains(&namespace) {
        let message = format!(
            "the namespace `{namespace}` is taken: it belongs to Kubernetes, AKS or an operator"
        );
        diagnostics.push(Diagnostic::in_spec(
            Code::ReservedName,
            field,
            message,
            "choose another one",
        ));
    }
}
