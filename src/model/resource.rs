//! Azure resources that components describe, for role assignments, references and addresses.

use super::{Env, TABLE, wiring::ResourcePart, wiring::ResourceRef};
use crate::azure::ids;
use serde_json::{Value, json};

/// Type of an Azure resource.
#[derive(Debug, PartialEq, Eq)]
pub struct ResourceType {
    /// API group of its kind in Azure Service Operator.
    pub group: &'static str,
    /// Its kind in Azure Service Operator.
    pub kind: &'static str,
    /// ARM type, such as `Microsoft.KeyVault/vaults`.
    pub arm: &'static str,
    /// API version that Bicep refers to.
    pub version: &'static str,
}

/// The type of a resource group.
pub const RESOURCE_GROUP: ResourceType = ResourceType {
    group: "resources.azure.com",
    kind: "ResourceGroup",
    arm: "Microsoft.Resources/resourceGroups",
    version: "2024-03-01",
};

/// An Azure resource.
#[derive(Debug)]
pub struct Resource {
    /// Its type.
    pub kind: &'static ResourceType,
    /// `metadata.name` of its Kubernetes object.
    pub object: String,
    /// Name in Azure.
    pub azure_name: String,
    /// DNS name that clients connect to; empty without an endpoint.
    pub host: String,
    /// ARM id.
    pub id: String,
    /// The owner.
    pub owner: ResourceOwner,
}

/// Owner of a resource: it renders the resource and assigns roles on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResourceOwner {
    /// This environment.
    Here,
    /// Another environment.
    Environment {
        /// Its name.
        name: String,
        /// The spec path that selects it.
        path: &'static str,
    },
    /// Another team; the resource exists already.
    External,
}

impl Resource {
    /// A resource that this environment renders in its resource group.
    pub fn new(
        kind: &'static ResourceType,
        object: impl Into<String>,
        azure_name: String,
        env: &Env,
    ) -> Resource {
        let id = env.names().id(kind.arm, &azure_name);
        let (object, host) = (object.into(), String::new());
        Resource { kind, object, azure_name, host, id, owner: ResourceOwner::Here }
    }

    /// The existing resource with an ARM id, if there is an id.
    #[must_use]
    pub fn or_existing(self, id: Option<&str>) -> Resource {
        let Some(id) = id else { return self };
        let azure_name = ids::name(id).to_owned();
        Resource { azure_name, id: id.to_owned(), owner: ResourceOwner::External, ..self }
    }

    /// The resource of the environment that a spec path selects, if it selects another one.
    #[must_use]
    pub fn of_environment(self, owner: Option<&str>, path: &'static str, env: &Env) -> Resource {
        let Some(owner) = owner.filter(|owner| *owner != env.name) else { return self };
        Resource {
            id: env.names().id_in(owner, self.kind.arm, &self.azure_name),
            owner: ResourceOwner::Environment { name: owner.to_owned(), path },
            ..self
        }
    }

    /// The resource with the DNS name that its suffix gives it.
    #[must_use]
    pub fn with_host(self, suffix: &str) -> Resource {
        Resource { host: format!("{}.{suffix}", self.azure_name), ..self }
    }

    /// This environment renders the resource, so its Azure Service Operator can assign roles on it.
    pub fn is_own(&self) -> bool {
        self.owner == ResourceOwner::Here
    }

    /// A reference for templates: the object, or the ARM id of an external resource.
    pub fn reference(&self) -> Value {
        let id = if self.is_own() { "" } else { &self.id };
        json!({"name": self.object, "id": id})
    }

    /// Type and version as Bicep writes them; absent for a resource group, which is the scope of
    /// its own deployment.
    pub fn bicep_type(&self) -> Option<String> {
        (*self.kind != RESOURCE_GROUP).then(|| format!("{}@{}", self.kind.arm, self.kind.version))
    }

    /// The resource group of the resource.
    fn resource_group(self, env: &Env) -> Resource {
        Resource {
            kind: &RESOURCE_GROUP,
            object: super::names::object(&env.names().resource_group()),
            azure_name: ids::group(&self.id).to_owned(),
            host: String::new(),
            id: ids::scope_of_group(&self.id).to_owned(),
            owner: self.owner,
        }
    }
}

impl Env {
    /// A resource of a component; absent if the spec has no such instance.
    pub fn resource(&self, of: &ResourceRef) -> Option<Resource> {
        let row = TABLE.iter().find(|row| row.name == of.component)?;
        let component = (row.instance)(&self.platform, &of.instance)?;
        match of.part {
            ResourcePart::Whole => component.resource(&of.instance, self),
            ResourcePart::Child(child) => component.child_resource(child, self),
            ResourcePart::Group => {
                Some(component.resource(&of.instance, self)?.resource_group(self))
            }
        }
    }

    /// The resource of a component with one instance.
    ///
    /// # Panics
    /// If the component has several instances, or describes no resource.
    pub fn single_resource(&self, component: &'static str) -> Resource {
        self.resource(&ResourceRef::single(component)).expect("a component with one resource")
    }

    /// This environment renders the resource.
    pub fn owns(&self, resource: &ResourceRef) -> bool {
        self.resource(resource).is_some_and(|resource| resource.is_own())
    }

    /// Resources of present components, each with the spec path of its component.
    pub fn resources(&self) -> impl Iterator<Item = (ResourceRef, Resource)> {
        let present = TABLE.iter().flat_map(|row| {
            self.instances(row).into_iter().map(move |(name, component)| (row, name, component))
        });
        present.filter_map(|(row, name, component)| {
            let resource = component.resource(name, self)?;
            Some((ResourceRef::of(row.name, name), resource))
        })
    }
}
