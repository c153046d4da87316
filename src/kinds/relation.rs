//! Relations: statements of the fields of one object, with named fields per relation.
//!
//! Tables hold them over columns; collected facts hold them over interned names.

use super::{Variant, define::relations};
use serde::Deserialize;

relations! {
    /// The object exists.
    Object { /** `group/Kind`. */ kind, /** `metadata.name`. */ name }
    /// The object has an `apiVersion`.
    ApiVersion { /** `group/version`. */ version }
    /// Another controller creates an object with this key.
    Provides {
        /** `group/Kind`, or `Kind` of any group. */ kind,
        /** Name. */ name,
        /** Key; empty where only the object is known. */ key
    }
    /// It needs an object.
    References { /** `group/Kind`, or `Kind` of any group. */ kind, /** Name. */ name }
    /// It needs a key of an object.
    Reads { /** `group/Kind`. */ kind, /** Name. */ name, /** Key. */ key }
    /// Its pods listen on a port.
    PodPort { /** Name of the port. */ name, /** Number of the port. */ number }
    /// The Service has a port.
    ServicePort { /** Name of the port. */ name, /** Number of the port. */ number }
    /// It runs an image.
    Image { /** Image reference. */ image }
    /// Number of pods.
    Replicas {
        /** Number of pods, or `node` for one per node. */ count,
        /** Additional pods during a rollout or of a second run. */ rollout,
        /** Maximum number of pods, or empty. */ most
    }
    /// `spec.replicas` is set.
    FixedReplicas { /** Number of pods. */ count }
    /// Label of the nodes that a pod selects.
    NodeLabel { /** Key. */ label, /** Value. */ value }
    /// `terminationGracePeriodSeconds`.
    Grace { /** Seconds. */ seconds }
    /// `drainTimeoutInMinutes` of a node pool.
    DrainTimeout { /** Minutes. */ minutes }
    /// An autoscaler of a workload.
    Scales {
        /** Name of the workload. */ target,
        /** Kind of the workload. */ kind,
        /** `minReplicas`. */ least,
        /** `maxReplicas`. */ most
    }
    /// `resources.requests` of one container.
    Requests {
        /** Name of the container. */ container,
        /** `resources.requests.cpu`. */ cpu,
        /** `resources.requests.memory`. */ memory,
        /** `resources.limits.cpu`, which is the request where that is absent. */ cpu_limit,
        /** `resources.limits.memory`, which is the request where that is absent. */ memory_limit,
        /** `app`, `init`, or `Always` for a sidecar. */ phase
    }
    /// A disruption budget over the pods that the object selects.
    Budget { /** `maxUnavailable`. */ unavailable, /** `minAvailable`. */ available }
    /// A quota of the namespace.
    Quota {
        /** `requests.cpu`. */ cpu,
        /** `requests.memory`. */ memory,
        /** `pods`. */ pods
    }
    /// An identity trusts a `ServiceAccount`.
    Federates {
        /** Subject of the token. */ subject,
        /** Object of the identity. */ identity,
        /** `ConfigMap` with the issuer. */ issuer
    }
    /// An identity writes its principal id to a `ConfigMap`.
    Principal { /** Name of the `ConfigMap`. */ config_map, /** Key in it. */ key }
    /// A role assignment.
    Assigns {
        /** `ConfigMap` with the principal id. */ principal,
        /** Scope as `Kind/name`. */ scope,
        /** Id of the role definition. */ role
    }
    /// Name of the resource in Azure.
    AzureName {
        /** `spec.azureName`, or `metadata.name` without it. */ name,
        /** Owner as `Kind/name`, or its Azure id. */ owner,
        /** `spec.location`, where it identifies the resource. */ location
    }
    /// An operator installs the CRDs of some groups.
    Installs {
        /// Patterns as `a/*;b/*`.
        groups
    }
    /// A `ServiceAccount` uses an Azure resource with a role.
    UsesResource {
        /** Name in Azure. */ name,
        /** `group/Kind`. */ kind,
        /** Built-in role. */ role,
        /** Namespace of the account. */ account_namespace,
        /** Account. */ account
    }
    /// Nodes pull an image from a host.
    PullsFrom {
        /// Host of the image reference.
        host,
        /// Suffix of the hosts of a kind of registry; the name in Azure stands before it.
        suffix,
        /// `group/Kind` of the registry.
        kind,
        /// Built-in role that pulls images.
        role
    }
    /// Prometheus selects the object by the label `release`.
    LoadedByLabel {
        /** `metadata.name`. */ name,
        /** Value of the label `release`. */ release
    }
    /// The field must be the namespace of the object.
    SameNamespace { /** Namespace that the field names. */ wanted, /** Field. */ field }
    /// The object reads a key through a secret store.
    UsesStore {
        /** Store. */ store,
        /** Name of the secret in the store. */ key,
        /** Property of the secret. */ property
    }
    /// A store that reads Secrets of a namespace.
    ReadsNamespace {
        /** Store. */ store,
        /** Namespace of the Secrets. */ secret_namespace,
        /** Account of the store as `namespace/name`. */ account
    }
    /// A Role allows reading one object.
    Grants { /** Role. */ role, /** Name of the object. */ secret }
    /// An account has a Role.
    Binds { /** Role. */ role, /** Account as `namespace/name`. */ account }
    /// A backup location.
    Location {
        /** Storage account. */ account,
        /** `group/Kind` of the account. */ kind,
        /** Blob container. */ container
    }
    /// A volume that outlives its pods.
    Volume { /** Name of the claim. */ name }
    /// It holds data.
    Holds {
        /** Part of the object, or empty. */ part,
        /** Size, or empty where it cannot shrink. */ size
    }
    /// A schedule backs up a namespace.
    Covers { /** Namespace. */ covered }
    /// A schedule excludes a resource.
    Excludes { /** Name of the resource in the API. */ resource }
    /// It raises an alert.
    Alerts { /** Name of the alert. */ name, /** Severity label. */ severity }
    /// A blob container.
    Container { /** Name in Azure. */ name, /** Object of its blob service. */ owner }
    /// Pods log in to Azure with the client id of a Secret.
    UsesIdentity {
        /** Secret with the client id. */ client_id,
        /** Namespace of the account. */ account_namespace,
        /** Account. */ account
    }
    /// A Secret has the client id of another Secret.
    Copies {
        /** Secret. */ secret,
        /** Store that reads the other Secret. */ store,
        /** Name of the other Secret. */ source
    }
    /// An identity writes its client id to a Secret.
    Exports { /** Secret. */ secret, /** Object of the identity. */ identity }
    /// Nodes pull images as an identity.
    Pulls { /** Object of the identity. */ identity }
    /// Access from the internet.
    PublicAccess { /** `Enabled` or `Disabled`. */ access }
    /// A private endpoint of a resource.
    ConnectsTo {
        /** Resource as `Kind/name`, or its Azure id. */ target,
        /** Endpoint. */ endpoint,
        /** `group/Kind` of the resource; `/` for an Azure id. */ kind,
        /** Sub-resource, as in `groupIds`. */ part
    }
    /// A private DNS zone holds the address of an endpoint.
    Resolves {
        /** Endpoint. */ endpoint,
        /** Zone. */ zone,
        /** `group/Kind` of the zone; empty for an Azure id. */ kind
    }
    /// A private DNS zone is linked to a network.
    Links { /** Zone. */ zone }
    /// Address range of a virtual network.
    Network { /** Object of the network. */ name, /** Range. */ range }
    /// Address range of a subnet.
    Subnet {
        /** Object of its network. */ network,
        /** Range. */ range,
        /** Object of the subnet. */ name
    }
    /// A namespace enforces a Pod Security Standard.
    Enforces { /** `pod-security.kubernetes.io/enforce`. */ level }
    /// A pod template violates a Pod Security Standard.
    Violates { /** Least strict standard that refuses it. */ level, /** The violation. */ violation }
    /// A store admits namespaces.
    Admits {
        /** `name`, `regex` or `selector`. */ form,
        /** Name or regular expression. */ value
    }
    /// It owns a Secret, and overwrites what others write to it.
    Owns { /** Name of the Secret. */ secret }
    /// A text that External Secrets renders.
    SecretTemplate { /** The text. */ text, /** Its key. */ key }
    /// A key that the templates of the object can use.
    TemplateKey { /** The key. */ key }
    /// The templates of the object can use keys that are not listed.
    OpenTemplateKeys { /** Name of the field. */ field }
    /// Audience of the tokens that a federated credential accepts.
    Audience { /** The audience. */ audience }
    /// Its rank is unique among those of its owner.
    Ranked { /** The rank. */ rank, /** Object of the owner. */ owner }
    /// The account logs in to Azure by the webhook of workload identity.
    LogsIn { /** The account. */ account }
    /// Its pods run as an account.
    RunsAs {
        /** The account. */ account,
        /** Label `azure.workload.identity/use`. */ label
    }
    /// Its pods pull images with a Secret.
    PullSecret { /** The Secret. */ secret }
    /// Pods of an account pull images with a Secret.
    AccountPullSecret { /** The account. */ account, /** The Secret. */ secret }
    /// Azure Service Operator changes the resource with a credential.
    Credential { /** Secret of the credential; `aso-credential` by default. */ secret }
    /// A field that the evaluation of connections does not know.
    Unevaluated { /** The field. */ field }
    /// Its pods have the keys of a `ConfigMap` as variables.
    EnvFrom { /** The `ConfigMap`. */ config_map }
    /// A variable holds the address of a host in the cluster.
    Address {
        /** Host name. */ host,
        /** Port, or empty. */ port,
        /** Scheme of the address, or empty. */ scheme,
        /** Name of the variable. */ variable
    }
    /// The Service forwards a port.
    Forwards {
        /** Number of the port. */ number,
        /** Name of the port. */ name,
        /** Name or number of the port of the pods; empty for the same number. */ target
    }
    /// It routes requests to a Service.
    RoutesTo { /** Host or Service. */ host, /** Number or name of the port. */ port }
    /// Its routes apply at a gateway.
    Enters { /** The gateway. */ gateway }
}
