//! Chain from the token of a pod to its right: `ServiceAccount`, federated credential, identity,
//! role and resource.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    azure::roles,
    diag::{Code, Diagnostic},
    kinds::{
        AccountPullSecret, Assigns, AzureName, Federates, Object, Principal, Provides, PullSecret,
        Pulls, PullsFrom, RunsAs, UsesResource,
    },
    verify::facts::{Name, ObjectOrigin},
};
use std::collections::{BTreeMap, BTreeSet};

/// Kind of the accounts that a subject of a token names.
const SERVICE_ACCOUNT: &str = "ServiceAccount";

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let chain = Chain::new(facts);
    let accounts = accounts(facts);
    let mut out: Vec<Diagnostic<ObjectPlace>> = facts
        .all::<Federates<Name>>()
        .filter_map(|row| account_exists(facts, &accounts, row))
        .collect();
    let used = facts.all::<UsesResource<Name>>();
    out.extend(used.filter_map(|row| without_role(facts, &chain, row)));
    let secrets = pull_secrets(facts);
    let images = facts.all::<PullsFrom<Name>>().filter(|row| !secrets.contains(&row.origin));
    out.extend(images.filter_map(|row| pulled(facts, &chain, row)));
    out
}

/// Workloads whose pods pull images with a Secret: their own, or one of their account.
fn pull_secrets(facts: &Facts<'_>) -> BTreeSet<ObjectOrigin> {
    let accounts: BTreeSet<(Name, Name)> =
        facts.all::<AccountPullSecret<Name>>().map(|row| (row.namespace, row.account)).collect();
    let by_account = facts.all::<RunsAs<Name>>();
    let by_account = by_account.filter(|row| accounts.contains(&(row.namespace, row.account)));
    let own = facts.all::<PullSecret<Name>>().map(|row| row.origin);
    own.chain(by_account.map(|row| row.origin)).collect()
}

/// An account uses a resource without the role that it needs.
fn without_role(
    facts: &Facts<'_>,
    chain: &Chain,
    row: StatedFact<'_, UsesResource<Name>>,
) -> Option<Diagnostic<ObjectPlace>> {
    // The default account of a chart is unknown.
    if facts.text(row.account).is_empty() {
        return None;
    }
    let subject = subject(&facts.text(row.account_namespace), &facts.text(row.account));
    let (kind, name) = (facts.short(row.kind), facts.text(row.name));
    let (message, help) = chain.broken(&subject, &kind, &name, &facts.text(row.role))?;
    Some(facts.diagnostic(row, Code::BrokenIdentity, message, help))
}

/// The nodes pull an image without a right: from a registry of this tree without its role, or from
/// another private registry.
fn pulled(
    facts: &Facts<'_>,
    chain: &Chain,
    row: StatedFact<'_, PullsFrom<Name>>,
) -> Option<Diagnostic<ObjectPlace>> {
    let (host, suffix, role) = (facts.text(row.host), facts.text(row.suffix), facts.text(row.role));
    let registry = host.strip_suffix(&suffix)?;
    let object = (facts.short(row.kind), registry.to_owned());
    let Some(scope) = chain.objects.get(&object) else {
        return (!chain.foreign.contains(&object)).then(|| unknown_registry(facts, row));
    };
    let definition = roles::definition(&role);
    let may =
        |identity: &String| {
            chain.principals.get(identity).into_iter().flatten().any(|p| {
                chain.assignments.contains(&(p.clone(), scope.clone(), definition.clone()))
            })
        };
    let pullers: Vec<String> =
        facts.all::<Pulls<Name>>().map(|row| facts.text(row.identity)).collect();
    (!pullers.iter().any(may)).then(|| {
        let message = format!(
            "the nodes pull this image as `{}`, which does not have the role `{role}` on {scope}",
            pullers.join("`, `"),
        );
        facts.diagnostic(row, Code::BrokenIdentity, message, "assign the role on that scope")
    })
}

/// An image of a private registry that the nodes have no right to pull from.
fn unknown_registry(
    facts: &Facts<'_>,
    row: StatedFact<'_, PullsFrom<Name>>,
) -> Diagnostic<ObjectPlace> {
    let host = facts.text(row.host);
    let message =
        format!("the nodes have no role on the registry `{host}`, and the pod has no pull secret");
    let help = "set `registry.existing` to the id of the registry, or add `imagePullSecrets`; waive this warning if another team assigned the role to the kubelet identity";
    facts.diagnostic(row, Code::RegistryAccess, message, help)
}

fn subject(namespace: &str, account: &str) -> String {
    format!("system:serviceaccount:{namespace}:{account}")
}

/// Subjects of the `ServiceAccount`s that exist.
fn accounts(facts: &Facts<'_>) -> BTreeSet<String> {
    let rendered = facts.all::<Object<Name>>().map(|row| (row.kind, row.namespace, row.name));
    let provided = facts.all::<Provides<Name>>().map(|row| (row.kind, row.namespace, row.name));
    rendered
        .chain(provided)
        .filter(|(kind, ..)| facts.short(*kind) == SERVICE_ACCOUNT)
        .map(|(_, namespace, name)| subject(&facts.text(namespace), &facts.text(name)))
        .collect()
}

/// A federated credential trusts an account that exists.
fn account_exists(
    facts: &Facts<'_>,
    accounts: &BTreeSet<String>,
    row: StatedFact<'_, Federates<Name>>,
) -> Option<Diagnostic<ObjectPlace>> {
    let subject_text = facts.text(row.subject);
    let known = accounts.contains(&subject_text);
    (!known).then(|| {
        let message =
            format!("the credential trusts `{subject_text}`, but there is no such ServiceAccount");
        facts.diagnostic(
            row,
            Code::BrokenIdentity,
            message,
            "compare it with the ServiceAccount's namespace and name",
        )
    })
}

/// Links between tokens and rights.
struct Chain {
    /// Subject to identities.
    identities: BTreeMap<String, BTreeSet<String>>,
    /// Identity to the `ConfigMaps` that hold its principal id.
    principals: BTreeMap<String, BTreeSet<String>>,
    /// `ConfigMap` of a principal, scope and role definition.
    assignments: BTreeSet<(String, String, String)>,
    /// Kind and name in Azure to `Kind/object`.
    objects: BTreeMap<(String, String), String>,
    /// Kind and name in Azure of resources that other teams own and assign roles on.
    foreign: BTreeSet<(String, String)>,
}

impl Chain {
    fn new(facts: &Facts<'_>) -> Chain {
        let foreign = facts
            .declared
            .foreign
            .iter()
            .map(|(kind, name)| ((*kind).to_owned(), name.clone()))
            .collect();
        let objects = facts.objects();
        let object_of = |origin| objects.get(&origin).cloned().unwrap_or_default();
        let mut chain = Chain {
            identities: BTreeMap::new(),
            principals: BTreeMap::new(),
            assignments: BTreeSet::new(),
            objects: BTreeMap::new(),
            foreign,
        };
        for row in facts.all::<Federates<Name>>().filter(|row| !facts.text(row.issuer).is_empty()) {
            chain
                .identities
                .entry(facts.text(row.subject))
                .or_default()
                .insert(facts.text(row.identity));
        }
        for row in facts.all::<Principal<Name>>() {
            chain
                .principals
                .entry(object_of(row.origin).1)
                .or_default()
                .insert(facts.text(row.config_map));
        }
        for row in facts.all::<Assigns<Name>>() {
            chain.assignments.insert((
                facts.text(row.principal),
                facts.text(row.scope),
                facts.text(row.role),
            ));
        }
        for row in facts.all::<AzureName<Name>>() {
            let (kind, name) = object_of(row.origin);
            chain.objects.insert((kind.clone(), facts.text(row.name)), format!("{kind}/{name}"));
        }
        chain
    }

    /// Broken link of the chain, and the fix; nothing if the account has the right.
    fn broken(
        &self,
        subject: &str,
        kind: &str,
        azure_name: &str,
        role: &str,
    ) -> Option<(String, String)> {
        let Some(identities) = self.identities.get(subject) else {
            return Some((
                format!("no identity trusts `{subject}`"),
                "its federated credential names another subject, or no issuer".into(),
            ));
        };
        let object = (kind.to_owned(), azure_name.to_owned());
        if self.foreign.contains(&object) {
            return None;
        }
        let Some(scope) = self.objects.get(&object) else {
            return Some((
                format!("no {kind} of this tree is called `{azure_name}` in Azure"),
                "compare it with `azureName`".into(),
            ));
        };
        let definition = roles::definition(role);
        let granted = |principal: &String| {
            self.assignments.contains(&(principal.clone(), scope.clone(), definition.clone()))
        };
        let all = identities.iter().filter_map(|identity| self.principals.get(identity)).flatten();
        let names = identities.iter().map(|i| format!("`{i}`")).collect::<Vec<_>>().join(", ");
        (!all.clone().any(granted)).then(|| {
            (format!("the identity {names}, which `{subject}` becomes, does not have the role `{role}` on {scope}"), "assign the role on that scope".into())
        })
    }
}
