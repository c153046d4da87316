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
pub(super) const SPEC_MARKER: &str = "# Created by `aksgen init` from the preset `";

/// Text of the spec; all answers are required.
pub fn spec(answers: &Answers) -> String {
    let preset = word(answers.preset.as_deref().unwrap_or_default());
    let head = format!(
        "#:schema ./platform.schema.json\n{SPEC_MARKER}{preset}`. Edit it, then run `aksgen render`.\n"
    );
    let environments = Preset::of(answers).environments;
    let services = answers.services.as_deref().unwrap_or_default();
    [
        head,
        platform(answers),
        azure(answers),
        gitops(answers),
        dns(answers),
        format!("\n{}", environments.trim_start()),
        workloads(services, environments.contains("[environments.production]")),
    ]
    .concat()
}

/// Answer as a TOML string.
fn text(answer: Option<&String>) -> String {
    quoted(answer.map(String::as_str).unwrap_or_default())
}

/// Row of an answer that can be a placeholder, with the comment for either case.
fn placeholder_row(
    key: &'static str,
    answer: Option<&String>,
    placeholder: &str,
    comments: [&'static str; 2],
) -> SpecRow {
    let is_placeholder = answer.is_some_and(|answer| answer == placeholder);
    (key, text(answer), comments[usize::from(is_placeholder)])
}

fn platform(answers: &Answers) -> String {
    let about_name = "the namespace of its services, and a part of every Azure name";
    let about_owner = ["contact for questions", "a placeholder: an address or a team"];
    let rows = [
        ("name", text(answers.name.as_ref()), about_name),
        placeholder_row("owner", answers.owner.as_ref(), OWNER, about_owner),
    ];
    table("platform", &rows)
}

fn azure(answers: &Answers) -> String {
    let about_tenant =
        ["the Entra tenant", "a placeholder: `az account show --query tenantId -o tsv`"];
    let about_subscription =
        ["subscription of all resources", "a placeholder: `az account show --query id -o tsv`"];
    let about_admins = [
        "Entra group that can log in",
        "a placeholder: `az ad group show -g NAME --query id -o tsv`",
    ];
    let (tenant, subscription) = (answers.tenant.as_ref(), answers.subscription.as_ref());
    let rows = [
        placeholder_row("tenant_id", tenant, TENANT, about_tenant),
        placeholder_row("subscription_id", subscription, SUBSCRIPTION, about_subscription),
        ("location", text(answers.location.as_ref()), "the region"),
        placeholder_row("admins", answers.admins.as_ref(), ADMINS, about_admins),
    ];
    table("azure", &rows)
}

fn gitops(answers: &Answers) -> String {
    let comment = if is_placeholder_repository(answers) {
        "a placeholder: the repository of this folder"
    } else {
        "Git repository of this folder"
    };
    let rows = [
        ("engine", text(answers.engine.as_ref()), "applies the tree"),
        ("repository", text(answers.repository.as_ref()), comment),
    ];
    table("gitops", &rows)
}

fn dns(answers: &Answers) -> String {
    let zone = answers.zone.as_ref().filter(|zone| !zone.is_empty());
    let comment = "zone of the hosts of exposed services";
    zone.map(|zone| table("dns", &[("zone", quoted(zone), comment)])).unwrap_or_default()
}

fn is_placeholder_repository(answers: &Answers) -> bool {
    answers.repository.as_deref().is_some_and(|repository| repository.starts_with(REPOSITORIES))
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
    // A text without `=` can be a secret value. As the name of a secret, it is refused and not
    // printed.
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

/// A TOML key. Keys with special characters are quoted as in JSON. TOML also requires an escape for
/// the control character U+007F.
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
        ("gitops.repository", is_placeholder_repository(answers)),
    ];
    rows.into_iter().filter(|(_, is)| *is).map(|(key, _)| key).collect()
}
