//! The codes of all diagnostics. A code is a row here and a file in `src/reference/codes`: its
//! summary, its explanation, and an example that fails and one that passes.

/// Whether a diagnostic stops the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The run stops, and no tree is written.
    Error,
    /// The diagnostic is printed, and the tree is written.
    Warning,
}

macro_rules! codes {
    ($($name:ident = $id:literal $($severity:ident)?,)+) => {
        /// The stable name of one rule.
        #[allow(
            clippy::doc_markdown,
            clippy::doc_link_with_quotes,
            reason = "the page of a code holds examples in TOML and YAML"
        )]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = include_str!(concat!("../reference/codes/", $id, ".txt"))] $name,)+
        }

        impl Code {
            /// All codes, in the order of the reference.
            pub const ALL: &[Code] = &[$(Code::$name,)+];

            /// The printed name, which `[waive.<name>]` takes.
            pub const fn id(self) -> &'static str {
                match self { $(Code::$name => $id,)+ }
            }

            /// The file of the code: summary, explanation and examples.
            pub const fn page(self) -> &'static str {
                match self {
                    $(Code::$name => include_str!(concat!("../reference/codes/", $id, ".txt")),)+
                }
            }

            /// Whether the code stops the run.
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
    InputFile = "input-file",
    TomlSyntax = "toml-syntax",
    UnknownKey = "unknown-key",
    MissingKey = "missing-key",
    BadValue = "bad-value",
    LiteralSecret = "literal-secret",
    UnknownProfile = "unknown-profile",
    NoEnvironment = "no-environment",
    UnknownEnvironment = "unknown-environment",

    // The meaning of the spec.
    BadName = "bad-name",
    AzureName = "azure-name",
    DuplicateName = "duplicate-name",
    ReservedName = "reserved-name",
    MissingProbe = "missing-probe" Warning,
    DisabledDependency = "disabled-dependency",
    CapabilityMissing = "capability-missing",
    ExclusiveSettings = "exclusive-settings",
    IncompleteTable = "incomplete-table",
    InvertedLimits = "inverted-limits",
    OverlappingRanges = "overlapping-ranges",
    AddressOutsideRange = "address-outside-range",
    IneffectiveRange = "ineffective-range",
    ClosedToCluster = "closed-to-cluster",
    SharedResource = "shared-resource",
    SharedRange = "shared-range" Warning,
    StageOrder = "stage-order",
    MissingDnsZone = "missing-dns-zone",
    HostOutsideZone = "host-outside-zone",
    MissingReceiver = "missing-receiver",
    UnsuitableNodePool = "unsuitable-node-pool",
    VersionMismatch = "version-mismatch",
    VersionSkew = "version-skew",
    MaintenanceOverlap = "maintenance-overlap",
    PartialRender = "partial-render",
    MixedLayouts = "mixed-layouts",
    CidrTooSmall = "cidr-too-small",
    UnsupportedVersion = "unsupported-version",
    UnknownCall = "unknown-call",
    UnknownPort = "unknown-port",
    AmbiguousImage = "ambiguous-image",
    UnusedInstance = "unused-instance",
    DependencyCycle = "dependency-cycle",
    UnknownReference = "unknown-reference",
    UnrestrictedEgress = "unrestricted-egress" Warning,

    // Templates.
    TemplateSyntax = "template-syntax",
    UnknownVariable = "unknown-variable",
    UnescapedValue = "unescaped-value",
    UnusedOverride = "unused-override",

    // Rendered objects, one at a time.
    BadYaml = "bad-yaml",
    AmbiguousScalar = "ambiguous-scalar",
    Schema = "schema",
    UnknownKind = "unknown-kind",
    SchemaMissing = "schema-missing",
    PromqlSyntax = "promql-syntax",
    UnservedVersion = "unserved-version",

    // Agreement between objects.
    IllegalName = "illegal-name",
    IllegalValue = "illegal-value",
    DuplicateObject = "duplicate-object",
    ConflictingObjects = "conflicting-objects",
    Unprotected = "unprotected",
    WrongScope = "wrong-scope",
    UnpinnedImage = "unpinned-image",
    MovingTag = "moving-tag" Warning,
    RegistryAccess = "registry-access" Warning,
    DanglingReference = "dangling-reference",
    DanglingKey = "dangling-key",
    UndocumentedSecret = "undocumented-secret",
    ClosedStore = "closed-store",
    SecretTemplate = "secret-template",
    NotInstalled = "not-installed",
    SelectsNothing = "selects-nothing",
    DanglingPort = "dangling-port",
    UnknownPeer = "unknown-peer",
    NotIsolated = "not-isolated",
    UndeclaredConnection = "undeclared-connection",
    BlockedConnection = "blocked-connection",
    UnevaluatedPolicy = "unevaluated-policy",
    UnexposedRoute = "unexposed-route" Warning,
    BrokenIdentity = "broken-identity",
    PodSecurity = "pod-security",
    BudgetBlocksDrain = "budget-blocks-drain",
    PodExceedsNode = "pod-exceeds-node",
    PrivilegedPort = "privileged-port",
    SplitStore = "split-store",
    AutoscalerConflict = "autoscaler-conflict",
    GraceExceedsDrain = "grace-exceeds-drain",
    QuotaTooSmall = "quota-too-small",
    BadSubnet = "bad-subnet",
    Unreachable = "unreachable",
    BackupTarget = "backup-target",
    BackupOfAzure = "backup-of-azure",
    UnroutedAlert = "unrouted-alert",
    NotLoaded = "not-loaded",
    NoBackup = "no-backup" Warning,
    KustomizeEntry = "kustomize-entry",
    UnusedWaiver = "unused-waiver",

    // The target.
    UnmanagedFile = "unmanaged-file",
    EditedByHand = "edited-by-hand",
    DataLoss = "data-loss",
    Drift = "drift",
    BadLock = "bad-lock",
    TreeLocked = "tree-locked",
    Interrupted = "interrupted",
    Io = "io",
}

impl Code {
    /// The code with this id.
    pub fn named(id: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.id() == id)
    }

    /// One sentence that states the problem: the first paragraph of the file.
    pub fn summary(self) -> String {
        joined(self.prose().split("\n\n").next().unwrap_or_default())
    }

    /// The whole text: the summary, the consequence and the fix.
    pub fn explain(self) -> String {
        joined(self.prose())
    }

    fn prose(self) -> &'static str {
        self.page().split("=== ").next().unwrap_or_default()
    }
}

fn joined(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
