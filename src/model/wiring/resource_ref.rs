//! References to Azure resources. They are resolved after wiring.

/// Refers to an Azure resource that a component describes by `Component::resource`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceRef {
    /// The component.
    pub component: &'static str,
    /// Its instance; empty for a component with one instance.
    pub instance: String,
    /// The referenced part.
    pub part: ResourcePart,
}

/// Part of a resource. The order is the order of role assignments in the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ResourcePart {
    /// A child resource, such as a subnet, by its position in the list of the component.
    Child(usize),
    /// The resource.
    Whole,
    /// The resource group that contains it.
    Group,
}

impl ResourceRef {
    /// The resource of a component with one instance.
    pub fn single(component: &'static str) -> ResourceRef {
        ResourceRef::of(component, "")
    }

    /// The resource of an instance.
    pub fn of(component: &'static str, instance: &str) -> ResourceRef {
        ResourceRef { component, instance: instance.to_owned(), part: ResourcePart::Whole }
    }

    /// A child resource by its position in the list of the component.
    #[must_use]
    pub fn child(self, position: usize) -> ResourceRef {
        ResourceRef { part: ResourcePart::Child(position), ..self }
    }

    /// The resource group that contains the resource.
    #[must_use]
    pub fn resource_group(self) -> ResourceRef {
        ResourceRef { part: ResourcePart::Group, ..self }
    }
}
