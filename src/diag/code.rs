//! The codes of all findings. A code's doc comment is the text that explains it.

/// Does a finding stop the run?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// No tree is written.
    Error,
    /// Printed, and nothing else.
    Warning,
}

macro_rules! codes {
    ($($(#[doc = $text:literal])+ $name:ident = $id:literal $($severity:ident)?,)+) => {
        /// A stable name of one kind of finding.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[doc = $text])+ $name,)+ }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Code] = &[$(Code::$name,)+];

            /// The name that is printed, and that `[waive.<name>]` takes.
            pub const fn id(self) -> &'static str {
                match self { $(Code::$name => $id,)+ }
            }

            /// What it means and what to do about it.
            pub const fn explain(self) -> &'static str {
                match self { $(Code::$name => concat!($($text, "\n",)+),)+ }
            }

            /// Whether it stops the run.
            pub const fn severity(self) -> Severity {
                match self { $(Code::$name => codes!(@severity $($severity)?),)+ }
            }
        }
    };
    (@severity) => { Severity::Error };
    (@severity $severity:ident) => { Severity::$severity };
}

codes! {
    // The spec as a file.
    /// A file that aksgen reads is missing, empty, larger than 10 MiB or not UTF-8.
    InputFile = "input-file",
    /// The spec, a profile or a `--set` is not TOML.
    TomlSyntax = "toml-syntax",
    /// A key that no table knows. Nothing is silently ignored: a key with a typing error would
    /// leave its default in force.
    UnknownKey = "unknown-key",
    /// A key that has no default and that nobody set.
    MissingKey = "missing-key",
    /// A value of the wrong type, or one that its key does not allow.
    BadValue = "bad-value",
    /// A secret stands in the spec. The spec holds references: the name of a secret in the vault.
    /// The value is never echoed; treat it as leaked if it was ever committed.
    LiteralSecret = "literal-secret",
    /// An environment names a profile that is neither built in nor in `profiles/`.
    UnknownProfile = "unknown-profile",
    /// The spec declares no environment, so there is nothing to render.
    NoEnvironment = "no-environment",
    /// `--env` names an environment that the spec does not have.
    UnknownEnvironment = "unknown-environment",

    // What the spec means.
    /// A name that Kubernetes would refuse: instances are named by lower-case letters, digits and
    /// dashes.
    BadName = "bad-name",
    /// A name that Azure would refuse, by its characters or its length.
    AzureName = "azure-name",
    /// Two things would exist under one name.
    DuplicateName = "duplicate-name",
    /// A workload without a port and without `health.command`: the cluster cannot tell whether it
    /// works, and never restarts it.
    MissingProbe = "missing-probe" Warning,
    /// Something that cannot be combined with something else.
    Conflict = "conflict",
    /// A range of addresses does not hold what grows in it: nodes at their maximum while they are
    /// upgraded, endpoints, databases.
    CidrTooSmall = "cidr-too-small",
    /// A version that aksgen, AKS or Azure Service Operator does not support.
    UnsupportedVersion = "unsupported-version",
    /// `calls` names something that nothing offers.
    UnknownCall = "unknown-call",
    /// `calls`, `health`, `metrics` or `expose` names a port that the service does not have, or
    /// names none where there are several.
    UnknownPort = "unknown-port",
    /// An instance is configured that nothing needs, so that the setting has no effect.
    UnusedInstance = "unused-instance",
    /// Steps of the bring-up that wait for each other, so that none can be the first: mostly two
    /// environments of which each owns something that the other needs.
    /// `docs/<environment>/provisioning.md` lists the steps.
    DependencyCycle = "dependency-cycle",
    /// A reference to a vault, namespace or other thing that does not exist.
    UnknownReference = "unknown-reference",
    /// A dependency is known by host name only, and without FQDN policies the cluster cannot tell
    /// hosts apart: the rendered policy opens the port to everything outside the cluster but the
    /// metadata addresses.
    UnrestrictedEgress = "unrestricted-egress" Warning,

    // Templates.
    /// A template is not a Tera template, or it failed while it was rendered.
    TemplateSyntax = "template-syntax",
    /// A template names a value that its component does not offer.
    UnknownVariable = "unknown-variable",
    /// A value is pasted next to other text, where it cannot be escaped. Join inside one
    /// expression, `{{ a ~ "/" ~ b }}`, or end in a filter that escapes for the place: `promql` or
    /// `cel`.
    UnescapedValue = "unescaped-value",
    /// A file in `templates/` overrides nothing: there is no such built-in template, or no such
    /// instance.
    UnusedOverride = "unused-override",

    // What was rendered, one object at a time.
    /// The rendered text is not one YAML document without tags, anchors and duplicate keys.
    BadYaml = "bad-yaml",
    /// A plain scalar that YAML 1.1 and YAML 1.2 read differently, such as `0440` or `yes`. Quote
    /// it, or write it in full.
    AmbiguousScalar = "ambiguous-scalar",
    /// An object has a field, a type or a value that its kind does not have.
    Schema = "schema",
    /// Neither Kubernetes nor the given CRDs know this kind.
    UnknownKind = "unknown-kind",
    /// With `--strict`, a custom kind whose CRD was not given. Name the CRDs by `[verify] crds` or
    /// `--crds`.
    SchemaMissing = "schema-missing",
    /// An expression that Prometheus would refuse.
    PromqlSyntax = "promql-syntax",
    /// The chosen release of Azure Service Operator does not serve this version of the kind.
    UnservedVersion = "unserved-version",

    // Whether the parts agree.
    /// A name, of an object, a label or a port, that the API server would refuse.
    IllegalName = "illegal-name",
    /// Two objects of one kind have the same name in the same namespace.
    DuplicateObject = "duplicate-object",
    /// A resource of Azure, a namespace or a volume that would be deleted with its file. Neither
    /// engine may prune it, and Azure Service Operator has to leave the resource alone. Only rights
    /// may go like that: identities, their credentials and roles.
    Unprotected = "unprotected",
    /// An object names no namespace although its kind lives in one, so that it would land wherever
    /// it happens to be applied; or it names one although its kind belongs to the whole cluster.
    WrongScope = "wrong-scope",
    /// An image is not pinned by a version or a digest: what runs tomorrow is not what was reviewed
    /// today.
    UnpinnedImage = "unpinned-image",
    /// An object refers to another one that does not exist in the tree. Objects that come from
    /// elsewhere are declared by `[assume.<name>]`.
    DanglingReference = "dangling-reference",
    /// An object reads a key that the Secret or ConfigMap does not have.
    DanglingKey = "dangling-key",
    /// A secret is read from a vault, and nobody is told to put it in: it is not on the list in
    /// `docs/<environment>/secrets.md`.
    UndocumentedSecret = "undocumented-secret",
    /// An object is of a kind that its operator was not told to install, so that the API server
    /// would refuse it.
    NotInstalled = "not-installed",
    /// A selector selects nothing.
    SelectsNothing = "selects-nothing",
    /// A port is referred to by a name or number that no selected pod has.
    DanglingPort = "dangling-port",
    /// A policy lets in, or lets out to, a peer that is neither rendered nor known.
    UnknownPeer = "unknown-peer",
    /// A pod takes part in no policy for one direction, so everything is allowed.
    NotIsolated = "not-isolated",
    /// The policies allow a connection that nobody declared.
    UndeclaredConnection = "undeclared-connection",
    /// A declared connection is not allowed at both ends.
    BlockedConnection = "blocked-connection",
    /// The chain ServiceAccount, federated credential, identity, role, vault or container is
    /// broken: the pod would get no token, or the token no access.
    BrokenIdentity = "broken-identity",
    /// A PodDisruptionBudget that never allows an eviction: it blocks every node drain and so every
    /// upgrade.
    BudgetBlocksDrain = "budget-blocks-drain",
    /// A ResourceQuota that does not hold the namespace at its maximum, during a rollout.
    QuotaTooSmall = "quota-too-small",
    /// A subnet lies outside its virtual network, or shares addresses with another one.
    BadSubnet = "bad-subnet",
    /// Something is closed to the internet, and nothing inside the network finds it: it has no
    /// private endpoint, the endpoint no address in a private zone, or the zone no link to the
    /// network.
    Unreachable = "unreachable",
    /// A backup goes to a location that does not exist or cannot be written.
    BackupTarget = "backup-target",
    /// A backup would hold a resource of Azure. Restored into another cluster, two operators would
    /// fight over it; and whoever deletes the restored namespace deletes the resource. Git is where
    /// these come from.
    BackupOfAzure = "backup-of-azure",
    /// An alert without a severity that the platform's own Alertmanager knows: it would fire, and
    /// nobody would be told.
    UnroutedAlert = "unrouted-alert",
    /// A volume is in no backup: what is on it is lost with its disk. The built-in profile for
    /// production backs up every namespace of services.
    NoBackup = "no-backup" Warning,
    /// A kustomization lists a file that was not written, or a written file is listed nowhere or
    /// twice.
    KustomizeEntry = "kustomize-entry",
    /// A waiver matched nothing: the finding it waived is gone.
    UnusedWaiver = "unused-waiver",

    // The target.
    /// A file stands where one has to be written, and aksgen did not write it.
    UnmanagedFile = "unmanaged-file",
    /// A file that aksgen wrote was edited by hand; it is not overwritten.
    EditedByHand = "edited-by-hand",
    /// Something that holds data would be gone, or be smaller, than when the tree was written: a
    /// database, a vault, a volume, a storage account, a location of backups. Neither the engine
    /// nor an operator deletes it, but nothing would use it or look after it any more, and what
    /// takes its place begins empty. Renaming is removing and adding. `render` and `check` take
    /// `--allow-data-loss NAME` where that is meant.
    DataLoss = "data-loss",
    /// A file of the tree is not what the spec says: the spec changed and nobody rendered, somebody
    /// edited or deleted the file, or aksgen is another version. Run `aksgen render`, and commit
    /// what it wrote.
    Drift = "drift",
    /// `aksgen.lock` cannot be read, or names a path outside the tree.
    BadLock = "bad-lock",
    /// Another process is writing the tree, or wrote it while it was looked at. Only one at a time
    /// may.
    TreeLocked = "tree-locked",
    /// A run was interrupted: by Ctrl-C before anything was written, or by a kill while files were
    /// moved into place. The next `aksgen render` finishes the latter, and says so.
    Interrupted = "interrupted",
    /// Reading or writing failed.
    Io = "io",
}

impl Code {
    /// The code of that name.
    pub fn named(id: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.id() == id)
    }
}
