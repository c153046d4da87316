//! Texts with a format: images, quantities, times and names. The schema refuses an invalid text
//! before decoding.

use super::{
    cron::CronLine,
    git,
    image::{self, Tag},
};
use crate::{azure::ids, secret::looks_secret, spec::TextFormat};
use regex_lite::Regex;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::{net::Ipv4Addr, sync::OnceLock};

macro_rules! texts {
    ($($(#[doc = $doc:literal])+ $name:ident = $format:literal, $what:literal $([$most:literal])?, $is:expr $(, $secret:literal)?;)+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
            #[serde(transparent)]
            #[schemars(inline, extend("format" = $format))]
            pub struct $name(String);

            impl $name {
                /// The text.
                pub fn as_str(&self) -> &str { &self.0 }
            }
        )+
        /// All formats, for the schema.
        pub const FORMATS: &[TextFormat] = &[$(TextFormat { name: $format, is: $is, what: $what, most: texts!(@ $($most)?), secret: texts!(@ $($secret)?) },)+];
    };
    (@) => { None };
    (@ $secret:literal) => { Some($secret) };
}

texts! {
    /// A Kubernetes name: one label of a DNS name.
    Name = "name", "a name of at most 63 lower-case letters, digits and dashes, a letter first and no dash at the end" [63], is_name;
    /// A region of Azure.
    Location = "location", "a region such as `uksouth`, as `az account list-locations --query '[].name'` prints them",
        |s| is_name(s) && !s.contains('-');
    /// A container image, pinned by tag or digest. Without a registry, the image is in the registry
    /// of the platform.
    OwnImage = "own-image", "an image with a version, such as `ghcr.io/team/app:1.4.2`, or `app:1.4.2` in the platform's own registry; `latest`, `main` and `stable` are no versions",
        |s| is_image(s) || is_image(&format!("own.azurecr.io/{s}"));
    /// A container image with its registry, pinned by tag or digest.
    Image = "image", "an image with its registry and a version, such as `ghcr.io/team/app:1.4.2`; `latest`, `main` and `stable` are no versions", is_image;
    /// An amount of CPU, such as `250m` or `2`.
    Cpu = "cpu", "an amount of CPU such as `250m` or `2`", |s| cpu(s).is_some_and(|milli| milli > 0);
    /// A size in bytes with a unit: `128Mi`.
    Memory = "memory", "a size with a unit, such as `128Mi` or `2Gi`", |s| memory(s).is_some_and(|bytes| bytes > 0) && !s.ends_with(|last: char| last.is_ascii_digit());
    /// A time of the clock, five fields, UTC.
    Cron = "cron", "a cron line that Kubernetes accepts: five fields in UTC, such as `17 2 * * *`; weekdays are 0 to 6, and `L`, `W` and `#` are not supported; the date must exist", is_cron;
    /// A length of time in the form that controllers write back: `1h0m0s`.
    Duration = "duration", "a length of time above zero, such as `30s`, `15m` or `720h`", |s| seconds(s).is_some_and(|seconds| seconds > 0);
    /// An exact version of a chart.
    ChartVersion = "chart-version", "one exact version of a chart, such as `1.4.2` or `v1.4.2`; a range would install unreviewed versions", is_chart_version;
    /// A host name.
    Host = "host", "a host name such as `api.example.com`" [253], is_host;
    /// A host name, or the first label of one.
    HostLabel = "host-label", "a host name such as `api.example.com`, or its first label", |s| is_name(s) || is_host(s);
    /// Addresses in CIDR notation, without host bits.
    Cidr = "cidr", "a network such as `10.0.0.0/16`, without host bits", |s| s.parse::<ipnet::Ipv4Net>().is_ok_and(|net| net.trunc() == net);
    /// An IPv4 address.
    Address = "address", "an IPv4 address", |s| s.parse::<Ipv4Addr>().is_ok();
    /// A GUID.
    Guid = "guid", "a GUID, such as Azure prints for tenants, subscriptions and groups", is_guid;
    /// ARM id of a key vault.
    VaultId = "vault-id", "the id of a key vault, as `az keyvault show --query id` prints it", |s| ids::is_of("Microsoft.KeyVault/vaults", s);
    /// ARM id of a storage account.
    AccountId = "account-id", "the id of a storage account, as `az storage account show --query id` prints it",
        |s| ids::is_of("Microsoft.Storage/storageAccounts", s);
    /// ARM id of a private DNS zone.
    PrivateZoneId = "private-zone-id", "the id of a private DNS zone, as `az network private-dns zone show --query id` prints it",
        |s| ids::is_of("Microsoft.Network/privateDnsZones", s);
    /// ARM id of a container registry.
    RegistryId = "registry-id", "the id of a container registry, as `az acr show --query id` prints it",
        |s| ids::is_of("Microsoft.ContainerRegistry/registries", s);
    /// ARM id of a subnet.
    SubnetId = "subnet-id", "the id of a subnet, as `az network vnet subnet show --query id` prints it", is_subnet_id;
    /// The name of a secret in a vault.
    SecretName = "secret-name", "the name of a secret in the vault: at most 127 letters, digits and dashes" [127], is_secret_name,
        "write the name under which the secret stands in the vault; if this value was ever committed, rotate it";
    /// A text that must not be a secret.
    Plain = "plain", "plain text: it looks like a secret", |s| !looks_secret(s),
        "put the value into the vault, and its name there into `secrets`; if it was ever committed, rotate it";
    /// The path of an HTTP request, with its query.
    HttpPath = "http-path", "the path of an HTTP request, such as `/health` or `/ready?verbose=1`", is_http_path;
    /// An absolute path in a container.
    MountPath = "mount-path", "an absolute path without `..`", is_mount_path;
    /// A revision of the Istio add-on.
    MeshRevision = "mesh-revision", "a revision of the Istio add-on, such as `asm-1-30`", is_mesh_revision;
    /// The name of a metric or of a label.
    Metric = "metric", "the name of a metric or a label: letters, digits and `_`", is_metric;
    /// An email address.
    Email = "email", "an address such as `platform@example.com`", is_email;
    /// A time of day in UTC, such as `02:00`.
    Clock = "clock", "a time of the day, in UTC, such as `02:00`", is_clock;
    /// Name of a Git branch.
    Branch = "branch", "the name of a branch, such as `main`, without `refs/heads/`", git::is_branch;
    /// Path of a folder in a Git repository.
    RepositoryPath = "repository-path", "the path of a folder in the repository, such as `platform/tree`, without `.` and `..` and without `/` at its ends", git::is_repository_path;
    /// The address of a Git repository.
    Repository = "repository", "the https or ssh address of a Git repository, without credentials", git::is_repository;
}

fn fits(cell: &'static OnceLock<Regex>, pattern: &str, text: &str) -> bool {
    cell.get_or_init(|| Regex::new(pattern).expect("our own pattern")).is_match(text)
}

macro_rules! matches_pattern {
    ($text:expr, $pattern:literal) => {{
        static CELL: OnceLock<Regex> = OnceLock::new();
        fits(&CELL, $pattern, $text)
    }};
}

/// Whether a text is a Kubernetes name that is valid for a Service too (RFC 1035).
pub fn is_name(text: &str) -> bool {
    matches_pattern!(text, r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")
}

fn is_image(text: &str) -> bool {
    let pinned = matches_pattern!(
        text,
        r"^([a-z0-9-]+\.)+[a-z0-9]+(:[0-9]+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$"
    );
    pinned && !matches!(image::tag(text), Tag::None | Tag::Moving)
}

/// An amount of CPU in millicores.
pub fn cpu(text: &str) -> Option<u64> {
    match text.strip_suffix('m') {
        Some(milli) => whole(milli),
        None => whole(text)?.checked_mul(1000),
    }
}

/// An amount of memory in bytes.
pub fn memory(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 7] = [
        ("Ki", 1 << 10),
        ("Mi", 1 << 20),
        ("Gi", 1 << 30),
        ("Ti", 1 << 40),
        ("M", 1_000_000),
        ("G", 1_000_000_000),
        ("", 1),
    ];
    UNITS.iter().find_map(|(unit, size)| whole(text.strip_suffix(unit)?)?.checked_mul(*size))
}

fn whole(text: &str) -> Option<u64> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

/// A duration in seconds. Accepts the format of Go with whole hours, minutes and seconds.
pub fn seconds(text: &str) -> Option<u64> {
    let mut rest = text;
    let mut total: u64 = 0;
    for (unit, size) in [('h', 3600), ('m', 60), ('s', 1)] {
        if let Some((count, after)) = rest.split_once(unit) {
            total = total.checked_add(whole(count)?.checked_mul(size)?)?;
            rest = after;
        }
    }
    (rest.is_empty() && !text.is_empty()).then_some(total)
}

impl Cidr {
    /// The network.
    pub fn net(&self) -> ipnet::Ipv4Net {
        self.0.parse().unwrap_or_default()
    }

    /// Whether two networks overlap.
    pub fn overlaps(&self, other: &Cidr) -> bool {
        share(self.net(), other.net())
    }
}

/// Whether two networks overlap. Of two networks that overlap, one contains the other.
pub fn share(a: ipnet::Ipv4Net, b: ipnet::Ipv4Net) -> bool {
    a.contains(&b) || b.contains(&a)
}

impl Clock {
    /// The hour.
    pub fn hour(&self) -> u32 {
        self.0.split(':').next().and_then(|hour| hour.parse().ok()).unwrap_or_default()
    }
}

impl Duration {
    /// The canonical form, such as `720h0m0s`, which controllers do not rewrite.
    pub fn canonical(&self) -> String {
        written(self.seconds())
    }

    /// The duration in seconds.
    pub fn seconds(&self) -> u64 {
        seconds(&self.0).unwrap_or_default()
    }
}

/// A number of seconds in the canonical form of a duration.
pub fn written(total: u64) -> String {
    match (total / 3600, total % 3600 / 60, total % 60) {
        (0, 0, s) => format!("{s}s"),
        (0, m, s) => format!("{m}m{s}s"),
        (h, m, s) => format!("{h}h{m}m{s}s"),
    }
}

/// Whether Kubernetes accepts a cron line of five fields, and the line ever runs.
pub fn is_cron(text: &str) -> bool {
    CronLine::parse(text).is_some_and(|line| line.runs())
}

fn is_chart_version(text: &str) -> bool {
    matches_pattern!(text, r"^v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$")
}

fn is_host(text: &str) -> bool {
    text.len() <= 253
        && matches_pattern!(
            text,
            r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"
        )
}

fn is_guid(text: &str) -> bool {
    matches_pattern!(text, r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
}

fn is_subnet_id(text: &str) -> bool {
    matches_pattern!(
        text,
        r"^/subscriptions/[0-9a-f-]{36}/resourceGroups/[A-Za-z0-9._()-]+/providers/Microsoft\.Network/virtualNetworks/[A-Za-z0-9._-]+/subnets/[A-Za-z0-9._-]+$"
    )
}

impl OwnImage {
    /// Whether the image is in the registry of the platform.
    pub fn is_own(&self) -> bool {
        !is_image(&self.0)
    }
}

macro_rules! named {
    ($($id:ident)+) => {
        $(impl $id {
            /// The name of the resource.
            pub fn name(&self) -> &str {
                ids::name(&self.0)
            }
        })+
    };
}

named!(AccountId PrivateZoneId RegistryId VaultId);

impl SubnetId {
    /// ARM id of its network.
    pub fn network(&self) -> &str {
        self.0.split("/subnets/").next().unwrap_or_default()
    }
}

fn is_secret_name(text: &str) -> bool {
    matches_pattern!(text, r"^[0-9A-Za-z-]{1,127}$") && !looks_secret(text)
}

fn is_mount_path(text: &str) -> bool {
    matches_pattern!(text, r"^(/[A-Za-z0-9._][A-Za-z0-9._-]*)+$")
        && !text.split('/').any(|part| part == ".." || part == ".")
}

/// Source: RFC 3986. A `%` begins an escaped byte, and `?` the query.
fn is_http_path(text: &str) -> bool {
    matches_pattern!(text, r"^/([\w.~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*$")
}

fn is_metric(text: &str) -> bool {
    matches_pattern!(text, r"^[a-zA-Z_][a-zA-Z0-9_]*$")
}

fn is_mesh_revision(text: &str) -> bool {
    matches_pattern!(text, r"^asm-[0-9]+-[0-9]+$")
}

fn is_email(text: &str) -> bool {
    matches_pattern!(text, r"^[\w.%+-]+@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$")
}

fn is_clock(text: &str) -> bool {
    matches_pattern!(text, r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_has_its_good_and_bad() {
        let rows: &[(&str, &[&str], &[&str])] = &[
            ("name", &["a", "orders-2"], &["", "-a", "a-", "A", "2a", "a_b", "..", "a/b"]),
            (
                "image",
                &[
                    "ghcr.io/a/b:1.2",
                    "acr.azurecr.io/x@sha256:0000000000000000000000000000000000000000000000000000000000000000",
                ],
                &["b:1", "ghcr.io/a/b", "ghcr.io/a/b:latest", "ghcr.io/a b:1"],
            ),
            ("cpu", &["250m", "2"], &["", "0", "0m", "0.5 cores", "-1", "250 m", "1e3"]),
            (
                "memory",
                &["128Mi", "2G"],
                &["0", "100", "0Mi", "128 Mi", "Mi", "12potatoes", "1.5Gi"],
            ),
            (
                "cron",
                &["17 2 * * *", "*/5 0 1 1 0"],
                &["", "17 2 * *", "61 2 * * *", "0 0 2 * * *"],
            ),
            (
                "duration",
                &["30s", "1h30m", "720h0m0s"],
                &["", "0s", "0h0m", "1d", "1.5h", "s", "30"],
            ),
            (
                "chart-version",
                &["1.4.2", "v1.21.1", "2.0.0-rc.1"],
                &["", "1.4", "1.x", "^1.2.3", ">=1.2.3", "*", "1.2.3 - 2.0.0"],
            ),
            (
                "host",
                &["api.example.com"],
                &["api", "API.example.com", "a..b", "-a.com", "a.com/x"],
            ),
            ("host-label", &["www", "api.example.com"], &["www.", "W", "a b"]),
            ("cidr", &["10.0.0.0/8"], &["10.0.0.1/8", "10.0.0.0", "::/0"]),
            ("location", &["uksouth", "westus2"], &["UK South", "uk-south", "", "2west"]),
            (
                "guid",
                &["00000000-0000-0000-0000-000000000001"],
                &["0", "00000000-0000-0000-0000-00000000000g"],
            ),
            (
                "own-image",
                &["ghcr.io/a/b:1.2", "orders:1.4.2", "team/orders:1"],
                &["orders", "orders:latest", "ghcr.io/a/b", "a b:1", "Orders:1"],
            ),
            (
                "vault-id",
                &[
                    "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-hub",
                ],
                &["kv-hub", "https://kv-hub.vault.azure.net"],
            ),
            (
                "private-zone-id",
                &[
                    "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io",
                ],
                &["privatelink.azurecr.io"],
            ),
            (
                "account-id",
                &[
                    "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/sthub",
                ],
                &["sthub"],
            ),
            (
                "registry-id",
                &[
                    "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/acrhub",
                ],
                &[
                    "acrhub",
                    "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg",
                ],
            ),
            (
                "subnet-id",
                &[
                    "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v/subnets/s",
                ],
                &[
                    "s",
                    "/subscriptions/00000000-0000-0000-0000-000000000002/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v",
                ],
            ),
            (
                "secret-name",
                &["orders-db-password"],
                &["orders_db", "ghp_0123456789abcdef", "hunter2!"],
            ),
            (
                "plain",
                &["info", "https://example.com/a", "a b"],
                &[
                    "postgres://u:p@host/db",
                    "-----BEGIN PRIVATE KEY-----",
                    "DefaultEndpointsProtocol=https;AccountKey=abc",
                ],
            ),
            (
                "mount-path",
                &["/etc/app/config.yaml", "/.cache", "/home/app/.config"],
                &["etc", "/a/../b", "/", "/a b", "/.", "/a/./b", "/.."],
            ),
            (
                "http-path",
                &["/", "/health/", "/ready?x=1", "/v1/items:live", "/a%20b", "/?"],
                &["", "health", "/a b", "/a#b", "/a%2", "http://a/"],
            ),
            (
                "repository",
                &["https://github.com/contoso/shop"],
                &["http://x/y", "https://user:pass@github.com/a/b", "x"],
            ),
            (
                "branch",
                &["main", "release/1.2", "team/x-1"],
                &[
                    "",
                    "refs/heads/main",
                    "a b",
                    "a..b",
                    "-a",
                    "a/",
                    "main.lock",
                    "0123456789012345678901234567890123456789",
                ],
            ),
            (
                "repository-path",
                &["", "platform", "a/b.c"],
                &["/a", "a/", "../a", "./a", "a//b", "a/../b", "a\\b", ".git"],
            ),
            ("metric", &["http_requests_total"], &["", "a-b", "1a", "a b"]),
            ("mesh-revision", &["asm-1-30"], &["asm", "1-30", "asm-1-30 ", "default"]),
            ("address", &["10.0.0.10"], &["10.0.0", "a"]),
            (
                "email",
                &["platform@contoso.example", "a.b+c@x.io"],
                &["", "a", "a@b", "a@b.c d", "<a@b.io>"],
            ),
            ("clock", &["00:00", "23:59"], &["", "24:00", "7:00", "07:60", "07:00:00"]),
        ];
        for (name, good, bad) in rows {
            let format = FORMATS.iter().find(|f| f.name == *name).expect("a row per format");
            good.iter().for_each(|text| assert!((format.is)(text), "{name}: {text}"));
            bad.iter().for_each(|text| assert!(!(format.is)(text), "{name}: {text}"));
        }
        assert_eq!(rows.len(), FORMATS.len());
    }

    #[test]
    fn durations_are_written_as_controllers_write_them() {
        for (given, want) in
            [("30s", "30s"), ("15m", "15m0s"), ("720h", "720h0m0s"), ("90m", "1h30m0s")]
        {
            assert_eq!(Duration(given.into()).canonical(), want);
        }
    }
}
