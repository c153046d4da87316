//! Old names and their replacements, one row per name.

/// An old name, and the advice for a new one.
pub(super) type Row = (&'static str, &'static str);

/// Types.
pub(super) const TYPES: &[Row] = &[
    ("Blame", "`Diagnostic`"),
    ("Mistake", "`Diagnostic`"),
    ("Wrong", "`Diagnostic`"),
    ("Verdict", "`Diagnostic`"),
    ("Problem", "`Diagnostic`"),
    ("Finding", "`Diagnostic`"),
    ("Judge", "a name with `validate`"),
    ("Judged", "a name with `validate`"),
    ("Judging", "a name with `validate`"),
    ("Ground", "`WireContext` or `Shared`"),
    ("Because", "`Provenance`"),
    ("Behind", "`Provenance`"),
    ("Row", "`ObjectFact`"),
    ("Relation", "`ObjectFact`"),
    ("Made", "`RenderedUnit`"),
    ("Said", "`RenderedText`"),
    ("Saying", "`RenderedText`"),
    ("Seen", "`RenderedStep`"),
    ("Draft", "`Manifest` or `Document`"),
    ("Thing", "`Manifest` or `Document`"),
    ("Hold", "`StageLock`"),
    ("Held", "`StageLock`"),
    ("Met", "`PathResult`"),
    ("Obstacle", "`PathError`"),
    ("Sign", "`FileStatus`"),
    ("Wishes", "`EditPolicy`"),
    ("Nowhere", "`NullSink`"),
    ("Differ", "`DiffSink`"),
    ("Wanted", "a qualified name"),
    ("Given", "`ExternalObject`"),
    ("Seed", "`RequiredSecret`"),
    ("Opening", "`AllowedPort`"),
    ("Miss", "`ResolveError`"),
];

/// Functions.
pub(super) const FUNCTIONS: &[Row] = &[
    ("rules", "`validate`"),
    ("judge", "`validate`"),
    ("because", "`sources`"),
    ("behind", "`sources`"),
    ("newly", "`render_new`"),
    ("told", "`render_new`"),
    ("past", "`previous_lock`"),
    ("put", "`write`"),
    ("keeps", "`secret_namespaces`"),
    ("copy", "`replicate_client_id`"),
    ("wish", "`use_if_enabled`"),
    ("guarded", "`set_access_values`"),
    ("unreached", "`check_ranges_unused`"),
    ("locked_out", "`check_registry_reachable`"),
    ("abroad", "`cross_environment_deps`"),
    ("dead_ends", "`check_egress`"),
    ("homeless", "`missing_namespace`"),
    ("strangers", "`unknown_peers`"),
    ("grave", "`is_severe`"),
    ("hushed", "`redact`"),
    ("mend", "`suggest`"),
    ("patience", "`test_timing`"),
    ("is_alike", "`renders_identically`"),
    ("legal", "`check_azure_name`"),
];

/// Words that no name of a function, field, variable or parameter has. A name is split at `_`.
pub(super) const WORDS: &[&str] = &[
    "asked", "asks", "because", "behind", "blame", "blamed", "grave", "hushed", "judge", "judged",
    "knows", "mistake", "mistakes", "nobody", "obstacle", "said", "says", "somebody", "speaks",
    "tells", "told", "whoever", "wish",
];

/// Constants and statics.
pub(super) const VALUES: &[Row] = &[("KEPT", "`RESERVED_USERS`")];

/// Modules.
pub(super) const MODULES: &[Row] = &[
    ("judged", "`report`"),
    ("judge", "`validate`"),
    ("founding", "`init_write`"),
    ("draft", "`init_state`"),
    ("interview", "`init_prompts`"),
    ("across", "`cross_environment`"),
    ("mistakes", "`validate`"),
    ("limits", "`alert_test_values`"),
    ("existing", "`external_resources`"),
    ("peers", "`policy_peers`"),
    ("bring_up", "`provisioning`"),
    ("alike", "`dedupe`"),
    ("made", "`rendered`"),
    ("rules", "`operator_alerts` or the checked subject"),
    ("alerts", "`azure_monitor_alerts`"),
    ("monitoring", "`prometheus`"),
];

/// Top-level tables of a spec.
pub(super) const TABLES: &[Row] = &[
    ("rules", "`[operator_alerts]`"),
    ("alerts", "`[azure_monitor_alerts]`"),
    ("monitoring", "`[prometheus]`"),
];

/// Keys of a spec.
pub(super) const KEYS: &[Row] = &[
    ("late", "`starting_deadline`"),
    ("overlap", "`concurrency_policy`"),
    ("suspended", "`suspend`"),
    ("disk", "`ephemeral_storage`"),
    ("user", "`run_as_user`"),
    ("standby", "`high_availability`"),
    ("backup_days", "`backup_retention_days`"),
    ("drain_seconds", "`pre_stop_seconds`"),
    ("keep_failed", "`failed_jobs_history_limit`"),
];

/// Stages.
pub(super) const STAGES: &[Row] = &[
    ("core", "`operators`"),
    ("foundation", "`namespaces`"),
    ("config", "`operator-config`"),
    ("azure-slow", "`azure-long-running`"),
];

/// Codes of diagnostics.
pub(super) const CODES: &[Row] = &[
    ("unheard-alert", "`unrouted-alert`"),
    ("unseeded", "`undocumented-secret`"),
    ("not-ours", "`unmanaged-file`"),
    ("unneeded", "`unused-instance`"),
    ("same-name", "`duplicate-name`"),
    ("host-not-filtered", "`unrestricted-egress`"),
    ("deadlock", "`dependency-cycle`"),
    ("busy", "`tree-locked`"),
    ("not-judged", "`schema-missing`"),
    ("no-health", "`missing-probe`"),
];

/// Headings of pages.
pub(super) const HEADINGS: &[Row] = &[
    ("Begin", "Getting started"),
    ("See it work", "Try the examples"),
    ("What is proved", "Checks"),
    ("When the default is not yours", "Customising"),
];
