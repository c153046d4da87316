//! Sample lines of TOML that set a key. A test validates each sample by the schema.

use serde_json::{Map, Value, json};

/// A value for each text format.
const TEXTS: &[(&str, &str)] = &[
    ("name", "orders"),
    ("own-image", "orders:1.4.2"),
    ("image", "ghcr.io/contoso/orders:1.4.2"),
    ("cpu", "250m"),
    ("memory", "256Mi"),
    ("cron", "17 2 * * *"),
    ("duration", "15m"),
    ("chart-version", "1.4.2"),
    ("host", "api.contoso.example"),
    ("host-label", "www"),
    ("cidr", "10.20.0.0/16"),
    ("address", "10.20.0.10"),
    ("guid", "00000000-0000-0000-0000-000000000001"),
    (
        "vault-id",
        "/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/rg-hub/providers/Microsoft.KeyVault/vaults/kv-hub",
    ),
    (
        "account-id",
        "/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/rg-hub/providers/Microsoft.Storage/storageAccounts/sthub",
    ),
    (
        "private-zone-id",
        "/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/rg-hub/providers/Microsoft.Network/privateDnsZones/privatelink.azurecr.io",
    ),
    (
        "registry-id",
        "/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/rg-hub/providers/Microsoft.ContainerRegistry/registries/acrhub",
    ),
    (
        "subnet-id",
        "/subscriptions/00000000-0000-0000-0000-000000000009/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks/vnet-hub/subnets/nodes",
    ),
    ("secret-name", "orders-api-key"),
    ("http-path", "/health"),
    ("mount-path", "/var/cache"),
    ("mesh-revision", "asm-1-30"),
    ("metric", "http_requests_total"),
    ("email", "platform@contoso.example"),
    ("clock", "02:00"),
    ("repository", "https://github.com/contoso/platform"),
];

/// Typical names of instances and keys, by table.
const NAMES: &[(&str, &str)] = &[
    ("services", "orders"),
    ("jobs", "report"),
    ("postgres", "orders"),
    ("external", "payments"),
    ("environments", "production"),
    ("schedules", "nightly"),
    ("receivers", "on-call"),
    ("env", "LOG_LEVEL"),
    ("secrets", "API_KEY"),
    ("files", "/etc/app/app.conf"),
];

/// The table header, and the key with a value.
pub(super) fn lines(schema: &Value, whole: &[String]) -> String {
    let named: Vec<String> = whole
        .iter()
        .enumerate()
        .map(
            |(i, part)| if part == "*" { name(whole.get(i.wrapping_sub(1))) } else { part.clone() },
        )
        .collect();
    let Some((key, table)) = named.split_last() else { return String::new() };
    if let Ok(index) = key.parse::<usize>()
        && index < 1000
    {
        return String::new();
    }
    if is_table(schema) {
        let rows: String = fields(schema)
            .iter()
            .map(|(key, value)| format!("\n{} = {}", quoted(key), written(value)))
            .collect();
        let many = schema["additionalProperties"]["properties"].is_object();
        let own = if many {
            format!("{}.{}", path(&named), quoted(&name(Some(key))))
        } else {
            path(&named)
        };
        return format!("[{own}]{rows}");
    }
    let head = if table.is_empty() { String::new() } else { format!("[{}]\n", path(table)) };
    format!("{head}{} = {}", quoted(key), written(&value(schema, key)))
}

/// A path in TOML, with quotes around parts that need them.
pub fn path(parts: &[String]) -> String {
    parts
        .iter()
        .map(|part| if part == "*" { part.clone() } else { quoted(part) })
        .collect::<Vec<_>>()
        .join(".")
}

fn is_table(schema: &Value) -> bool {
    schema["properties"].is_object()
        || schema["additionalProperties"]["properties"].is_object()
        || schema["additionalProperties"] == false
}

fn name(of: Option<&String>) -> String {
    NAMES
        .iter()
        .find(|(table, _)| of.is_some_and(|of| of == table))
        .map_or("main", |(_, name)| *name)
        .to_owned()
}

/// Required keys of a table.
fn fields(schema: &Value) -> Map<String, Value> {
    let table =
        if schema["properties"].is_object() { schema } else { &schema["additionalProperties"] };
    let needed = table["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .filter(|(_, inner)| inner["x-needed"] == true);
    needed.map(|(key, inner)| (key.clone(), value(inner, key))).collect()
}

/// Values of keys with free text.
const PLAIN: &[(&str, &str)] = &[
    ("owner", "platform@contoso.example"),
    ("calls", "postgres.orders"),
    ("args", "--verbose"),
    ("command", "/app/orders"),
    ("path", "clusters/aks"),
    ("branch", "release"),
    ("crds", "crds"),
    ("file", "extra/viewer.yaml"),
    ("code", "budget-blocks-drain"),
    ("at", "PodDisruptionBudget/shop/orders"),
    ("reason", "its nodes are drained by hand, at night"),
    ("kind", "ClusterRole"),
    ("name", "log-reader"),
    ("keys", "tls.crt"),
    ("groups", "cache.azure.com"),
    ("vm_size", "Standard_D4ds_v5"),
    ("size", "Standard_D4ds_v5"),
    ("database", "orders"),
    ("administrator", "pgadmin"),
    ("container", "velero"),
    ("runbooks", "https://github.com/contoso/runbooks/blob/main"),
    ("labels", "prometheus"),
];

/// A valid value that differs from the default, if possible.
fn value(schema: &Value, key: &str) -> Value {
    let kind =
        schema["type"].as_array().and_then(|all| all.first()).unwrap_or(&schema["type"]).as_str();
    let default = &schema["default"];
    let words = || schema["oneOf"].as_array().into_iter().flatten().map(|word| &word["const"]);
    let format = schema["format"].as_str().unwrap_or_default();
    match kind {
        _ if schema["examples"][0].is_string() || schema["examples"][0].is_array() => {
            schema["examples"][0].clone()
        }
        Some("array") => json!([value(&schema["items"], key)]),
        Some("object") if is_table(schema) => Value::Object(fields(schema)),
        Some("object") => {
            json!({name(Some(&key.to_owned())): value(&schema["additionalProperties"], key)})
        }
        Some("boolean") => json!(*default != Value::Bool(true)),
        Some("integer" | "number") if default.is_number() => default.clone(),
        Some("integer") => number(schema, key),
        Some("number") => json!(if schema["maximum"].as_f64().is_some_and(|most| most < 100.0) {
            99.9
        } else {
            0.5
        }),
        _ if schema["oneOf"].is_array() => {
            words().find(|word| *word != default).or(words().next()).cloned().unwrap_or_default()
        }
        _ if format == "plain" => PLAIN
            .iter()
            .find(|(name, _)| *name == key)
            .map_or_else(|| schema["default"].as_str().unwrap_or("info"), |(_, text)| text)
            .into(),
        _ => TEXTS.iter().find(|(name, _)| *name == format).map_or("info", |(_, text)| text).into(),
    }
}

fn number(schema: &Value, key: &str) -> Value {
    let limit = |name: &str, open: i64| schema[name].as_i64().unwrap_or(open);
    if key.ends_with("port") {
        json!(8080)
    } else {
        json!(3.clamp(limit("minimum", 0), limit("maximum", i64::MAX)))
    }
}

/// A value as TOML.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            format!("[{}]", items.iter().map(written).collect::<Vec<_>>().join(", "))
        }
        Value::Object(table) if table.is_empty() => "{}".into(),
        Value::Object(table) => format!(
            "{{ {} }}",
            table
                .iter()
                .map(|(k, v)| format!("{} = {}", quoted(k), written(v)))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        Value::String(text) => toml::Value::from(text.as_str()).to_string(),
        other => other.to_string(),
    }
}

fn quoted(key: &str) -> String {
    let bare =
        !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    if bare { key.to_owned() } else { toml::Value::from(key).to_string() }
}
