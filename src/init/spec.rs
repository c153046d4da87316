//! Text of `platform.toml` for given answers: only values that differ from the defaults, with
//! comments.

use super::{
    Preset,
    answers::{Answers, ServiceAnswers},
    questions::{ADMINS, OWNER, REPOSITORIES, SUBSCRIPTION, TENANT},
};
use std::collections::BTreeSet;

/// Key, value as TOML, and comment.
type SpecRow = (&'static str, String, &'static str);

/// Column of comments. It is fixed, so that one changed answer changes one line.
const REMARKS: usize = 60;

/// Start of the second line, before the preset; it identifies a spec that `init` created.
pub(super) const SPEC_MARKER: &str = "# Begun by `aksgen init` from the preset `";

/// Text of the spec; all answers are required.
pub fn spec(answers: &Answers) -> String {
    let say = |answer: &Option<String>| quoted(answer.as_deref().unwrap_or_default());
    let preset = answers.preset.as_deref().unwrap_or_default();
    let mut out = format!(
        "#:schema ./platform.schema.json\n{SPEC_MARKER}{}`. Edit it, then run `aksgen render`.\n",
        word(preset)
    );
    out += &table(
        "platform",
        &[
            (
                "name",
                say(&answers.name),
                "the namespace of its services, and a part of every Azure name",
            ),
            (
                "owner",
                say(&answers.owner),
                if answers.owner.as_deref() == Some(OWNER) {
                    "a placeholder: an address or a team"
                } else {
                    "whom to ask"
                },
            ),
        ],
    );
    let guid = |answer: &Option<String>,
                placeholder: &str,
                told: &'static str,
                or: &'static str|
     -> (String, &'static str) {
        (say(answer), if answer.as_deref() == Some(placeholder) { or } else { told })
    };
    let (tenant, of_tenant) = guid(
        &answers.tenant,
        TENANT,
        "the Entra tenant",
        "a placeholder: `az account show --query tenantId -o tsv`",
    );
    let (subscription, of_subscription) = guid(
        &answers.subscription,
        SUBSCRIPTION,
        "subscription of all resources",
        "a placeholder: `az account show --query id -o tsv`",
    );
    let (admins, of_admins) = guid(
        &answers.admins,
        ADMINS,
        "Entra group that can log in",
        "a placeholder: `az ad group show -g NAME --query id -o tsv`",
    );
    out += &table(
        "azure",
        &[
            ("tenant_id", tenant, of_tenant),
            ("subscription_id", subscription, of_subscription),
            ("location", say(&answers.location), "the region"),
            ("admins", admins, of_admins),
        ],
    );
    let known = !answers.repository.as_deref().is_some_and(|r| r.starts_with(REPOSITORIES));
    out += &table(
        "gitops",
        &[
            ("engine", say(&answers.engine), "who applies the tree"),
            (
                "repository",
                say(&answers.repository),
                if known {
                    "what holds this folder"
                } else {
                    "a placeholder: the repository of this folder"
                },
            ),
        ],
    );
    if answers.zone.as_deref().is_some_and(|zone| !zone.is_empty()) {
        out +=
            &table("dns", &[("zone", say(&answers.zone), "zone of the hosts of exposed services")]);
    }
    let fragment = Preset::of(answers).environments;
    out += &format!("\n{}", fragment.trim_start());
    out + &workloads(
        answers.services.as_deref().unwrap_or_default(),
        fragment.contains("[environments.production]"),
    )
}

/// Services with their shared registry and called databases.
fn workloads(services: &[ServiceAnswers], production: bool) -> String {
    let mut out = String::new();
    if production
        && services.iter().any(|service| is_own(service.image.as_deref().unwrap_or_default()))
    {
        out += &table(
            "registry",
            &[(
                "owner",
                quoted("production"),
                "shared by all environments, so that tested images are promoted",
            )],
        );
    }
    let called = services.iter().flat_map(|service| items(service.calls.as_ref()));
    let databases: BTreeSet<String> = called
        .filter_map(|call| Some(call.strip_prefix("postgres.")?.split(':').next()?.to_owned()))
        .collect();
    databases.iter().for_each(|name| out += &table(&format!("postgres.{}", word(name)), &[]));
    services.iter().for_each(|service| out += &of_service(service));
    out
}

fn of_service(service: &ServiceAnswers) -> String {
    let given = |answer: &Option<String>| answer.clone().filter(|text| !text.is_empty());
    let number = |text: String| {
        text.parse::<u64>().map_or_else(|_| quoted(&text), |number| number.to_string())
    };
    let list = |all: Vec<String>| {
        (!all.is_empty()).then(|| {
            format!("[{}]", all.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", "))
        })
    };
    // A text without `=` may be a secret in the wrong place: it goes where a secret is noticed, and
    // not shown.
    let pair = |item: &String| {
        item.split_once('=').map_or_else(
            || format!("\"\" = {}", quoted(item)),
            |(k, v)| format!("{} = {}", word(k.trim()), quoted(v.trim())),
        )
    };
    let secrets: Vec<String> = items(service.secrets.as_ref()).iter().map(pair).collect();
    let rows: [Option<SpecRow>; 5] = [
        Some((
            "image",
            quoted(service.image.as_deref().unwrap_or_default()),
            "pinned by a version",
        )),
        given(&service.port).map(|port| ("port", number(port), "port that the process listens on")),
        list(items(service.calls.as_ref()))
            .map(|calls| ("calls", calls, "opens both ends of the network policies")),
        given(&service.host).map(|host| {
            ("expose", format!("{{ host = {} }}", quoted(&host)), "public host with TLS")
        }),
        (!secrets.is_empty()).then(|| {
            ("secrets", format!("{{ {} }}", secrets.join(", ")), "names in the vault, never values")
        }),
    ];
    table(
        &format!("services.{}", word(&service.name)),
        &rows.into_iter().flatten().collect::<Vec<_>>(),
    )
}

fn table(header: &str, rows: &[SpecRow]) -> String {
    let width = rows.iter().map(|(key, ..)| key.len()).max().unwrap_or_default();
    let line = |(key, value, remark): &SpecRow| {
        format!("{:<REMARKS$}# {remark}\n", format!("{key:<width$} = {value} "))
    };
    format!("\n[{header}]\n{}", rows.iter().map(line).collect::<String>())
}

/// Parts of a comma-separated list.
pub(super) fn items(list: Option<&String>) -> Vec<String> {
    list.into_iter()
        .flat_map(|text| text.split(','))
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A TOML string with all characters escaped.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// A key of TOML; quoted where it has to be, as JSON does it, but for the one control character
/// that JSON leaves as it is.
fn word(text: &str) -> String {
    let bare = !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if bare {
        text.to_owned()
    } else {
        serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
    }
}

/// Whether an image is in the platform's own registry.
fn is_own(image: &str) -> bool {
    image.split_once('/').is_none_or(|(registry, _)| !registry.contains('.'))
}

/// Questions whose answer is a placeholder; replace them before provisioning.
pub fn placeholders(answers: &Answers) -> Vec<&'static str> {
    let is = |answer: &Option<String>, placeholder: &str| answer.as_deref() == Some(placeholder);
    let rows = [
        ("platform.owner", is(&answers.owner, OWNER)),
        ("azure.tenant_id", is(&answers.tenant, TENANT)),
        ("azure.subscription_id", is(&answers.subscription, SUBSCRIPTION)),
        ("azure.admins", is(&answers.admins, ADMINS)),
        (
            "gitops.repository",
            answers
                .repository
                .as_deref()
                .is_some_and(|repository| repository.starts_with(REPOSITORIES)),
        ),
    ];
    rows.into_iter().filter(|(_, is)| *is).map(|(key, _)| key).collect()
}
