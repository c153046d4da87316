//! Azure identities of objects: the id, location and tenant of the resource that each one manages.

use super::facts::{Fact, Interner, Name, ObjectOrigin};
use crate::{
    azure::ids,
    kinds::{self, AzureName, Object},
};
use std::collections::BTreeMap;

/// Identity of an Azure resource. An object with another identity manages another resource, which
/// has none of the data of the first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AzureIdentity {
    /// ARM id.
    pub id: String,
    /// Location; empty where the record of the kind does not name it as identity.
    pub location: String,
    /// Microsoft Entra tenant of the subscription.
    pub tenant: String,
}

/// Subscription and tenant of an environment.
#[derive(Debug, Clone, Copy)]
pub struct AzureScope<'a> {
    /// Subscription.
    pub subscription: &'a str,
    /// Tenant.
    pub tenant: &'a str,
}

impl AzureIdentity {
    /// The identity in lower case: Azure compares ids without case.
    pub fn key(&self) -> [String; 3] {
        [&self.id, &self.location, &self.tenant].map(|text| text.to_lowercase())
    }

    /// Whether the two are the same resource. A placeholder in the former one differs from nothing:
    /// no resource was created there.
    pub fn is_same(&self, now: &AzureIdentity) -> bool {
        let [subscription, other] = [self, now].map(|one| ids::subscription(&one.id));
        let moved = !subscription.eq_ignore_ascii_case(other);
        let tenant =
            ids::is_placeholder(&self.tenant) || self.tenant.eq_ignore_ascii_case(&now.tenant);
        if moved && ids::is_placeholder(subscription) {
            return true;
        }
        self.key()[..2] == now.key()[..2] && tenant
    }
}

/// Objects of Azure resources in one environment, by namespace and name.
#[derive(Debug)]
pub(super) struct AzureObjects<'a> {
    names: &'a Interner,
    scope: AzureScope<'a>,
    by_name: BTreeMap<(Name, Name), Vec<AzureObject>>,
    by_origin: BTreeMap<ObjectOrigin, AzureObject>,
}

/// One of them.
#[derive(Debug, Clone)]
struct AzureObject {
    /// `group/Kind`.
    kind: Name,
    namespace: Name,
    fact: AzureName<Name>,
}

impl<'a> AzureObjects<'a> {
    pub(super) fn new(facts: &[Fact], names: &'a Interner, scope: AzureScope<'a>) -> Self {
        let objects: BTreeMap<ObjectOrigin, &Object<Name>> =
            facts.iter().filter_map(|fact| Some((fact.origin, fact.object()?))).collect();
        let (mut by_name, mut by_origin) = (BTreeMap::new(), BTreeMap::new());
        for fact in facts {
            let Some(azure) = fact.of::<AzureName<Name>>() else { continue };
            let Some(object) = objects.get(&fact.origin) else { continue };
            let own = AzureObject { kind: object.kind, namespace: fact.namespace, fact: *azure };
            let same: &mut Vec<AzureObject> =
                by_name.entry((fact.namespace, object.name)).or_default();
            same.push(own.clone());
            by_origin.insert(fact.origin, own);
        }
        AzureObjects { names, scope, by_name, by_origin }
    }

    /// Identity of the resource of an object; nothing for an object that is no Azure resource.
    pub(super) fn identity(&self, origin: ObjectOrigin) -> Option<AzureIdentity> {
        let object = self.by_origin.get(&origin)?;
        Some(AzureIdentity {
            id: self.id(object, 0),
            location: self.names.text(object.fact.location).to_lowercase().replace(' ', ""),
            tenant: self.scope.tenant.to_owned(),
        })
    }

    fn id(&self, object: &AzureObject, depth: usize) -> String {
        /// Owners of owners; ARM types have at most five levels.
        const DEEPEST: usize = 8;
        let kind = self.names.text(object.kind);
        let record = kinds::of_qualified(&kind).and_then(|record| record.azure.as_ref());
        let arm_type = record.and_then(|azure| azure.arm_type.as_deref()).unwrap_or(&kind);
        let owner = self.names.text(object.fact.owner);
        let subscription = format!("/subscriptions/{}", self.scope.subscription);
        let scope = match self.owner(object, &owner) {
            _ if owner.starts_with("/subscriptions/") => owner,
            _ if owner.is_empty() => String::new(),
            Some(owner) if depth < DEEPEST => self.id(owner, depth + 1),
            _ => format!("{subscription}/{}", owner.trim_start_matches('/')),
        };
        ids::below(&scope, &subscription, arm_type, &self.names.text(object.fact.name))
    }

    /// The object of an owner `Kind/name`. Without a kind, the record names the possible kinds.
    fn owner(&self, object: &AzureObject, owner: &str) -> Option<&AzureObject> {
        let (kind, name) = owner.split_once('/')?;
        let record = kinds::of_qualified(&self.names.text(object.kind))?.azure.as_ref()?;
        let is_owner = |other: &&AzureObject| {
            let own = self.names.text(other.kind);
            if kind.is_empty() {
                record.owners.iter().any(|known| *known == *own)
            } else {
                kinds::short(&own) == kind
            }
        };
        self.by_name.get(&(object.namespace, self.names.name(name)))?.iter().find(is_owner)
    }
}
