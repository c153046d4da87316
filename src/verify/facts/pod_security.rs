//! Violations of the Pod Security Standards in a pod template. Source: Kubernetes documentation on
//! Pod Security Standards, for versions from 1.34.

use super::place::walk;
use crate::escape;
use serde_json::Value;

/// A violation: standard that refuses the pod, JSON pointer from the template, and the field.
pub(super) struct Violation {
    /// `baseline` or `restricted`. The standard `restricted` includes `baseline`.
    pub level: &'static str,
    /// JSON pointer from the template.
    pub at: String,
    /// The field with its value, in words.
    pub field: String,
}

const BASELINE: &str = "baseline";
const RESTRICTED: &str = "restricted";

/// Capabilities that `baseline` allows to add.
const CAPABILITIES: [&str; 13] = [
    "AUDIT_WRITE",
    "CHOWN",
    "DAC_OVERRIDE",
    "FOWNER",
    "FSETID",
    "KILL",
    "MKNOD",
    "NET_BIND_SERVICE",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYS_CHROOT",
];

/// Sources of volumes that `restricted` allows.
const VOLUMES: [&str; 9] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// Kernel parameters that `baseline` allows.
const SYSCTLS: [&str; 12] = [
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.ping_group_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
];

/// Types of `SELinux` that `baseline` allows.
const SELINUX: [&str; 4] =
    ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/// Fields whose value violates a standard wherever they stand: field, value, standard.
const SWITCHES: [(&str, &str, &str); 6] = [
    ("hostNetwork", "true", BASELINE),
    ("hostPID", "true", BASELINE),
    ("hostIPC", "true", BASELINE),
    ("privileged", "true", BASELINE),
    ("hostProcess", "true", BASELINE),
    ("runAsNonRoot", "false", RESTRICTED),
];

/// Places of security contexts and containers in a pod.
const CONTAINERS: [&str; 3] =
    ["/spec/containers/*", "/spec/initContainers/*", "/spec/ephemeralContainers/*"];

/// All violations of a pod template.
pub(super) fn violations(template: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut add = |level, at: String, field: String| found.push(Violation { level, at, field });
    let spec = &template["spec"];
    switches(spec, "/spec", &mut add);
    volumes(spec, &mut add);
    context(spec, "/spec/securityContext", &spec["securityContext"], &mut add);
    for pattern in CONTAINERS {
        walk(template, pattern, &mut vec![], &mut |place| {
            container(spec, &place.pointer(), place.value, &mut add);
        });
    }
    found
}

/// Violations in the values of a chart, where the fields of pods have the names of Kubernetes.
/// Disabled parts of the chart are left out.
pub(super) fn of_values(values: &Value) -> Vec<Violation> {
    let mut found = Vec::new();
    visit(values, &mut String::new(), &mut |at, table| {
        for (field, wanted, level) in SWITCHES.iter().filter(|(_, _, level)| *level == BASELINE) {
            if is_set(&table[*field], wanted) {
                let (at, field) = (format!("{at}/{field}"), format!("`{field}` is {wanted}"));
                found.push(Violation { level, at, field });
            }
        }
        if table["hostPath"]["path"].is_string() {
            let at = format!("{at}/hostPath");
            found.push(Violation { level: BASELINE, at, field: "a volume is a `hostPath`".into() });
        }
    });
    found
}

fn visit(value: &Value, at: &mut String, found: &mut dyn FnMut(&str, &Value)) {
    let Some(table) = value.as_object() else {
        for (i, inner) in value.as_array().into_iter().flatten().enumerate() {
            below(&i.to_string(), inner, at, found);
        }
        return;
    };
    if table.get("enabled") == Some(&Value::Bool(false)) {
        return;
    }
    found(at, value);
    table.iter().for_each(|(key, inner)| below(&escape::pointer(key), inner, at, found));
}

fn below(key: &str, inner: &Value, at: &mut String, found: &mut dyn FnMut(&str, &Value)) {
    let length = at.len();
    at.push('/');
    at.push_str(key);
    visit(inner, at, found);
    at.truncate(length);
}

type Add<'a> = dyn FnMut(&'static str, String, String) + 'a;

/// Returns whether a field has a value, written as JSON.
fn is_set(value: &Value, wanted: &str) -> bool {
    let text = value.to_string();
    text == wanted
}

/// Switches of a pod or of a container.
fn switches(value: &Value, at: &str, add: &mut Add<'_>) {
    for place in ["", "/securityContext", "/securityContext/windowsOptions"] {
        let table = value.pointer(place).unwrap_or(&Value::Null);
        for (field, wanted, level) in SWITCHES {
            if is_set(&table[field], wanted) {
                add(level, format!("{at}{place}/{field}"), format!("`{field}` is {wanted}"));
            }
        }
    }
}

fn volumes(spec: &Value, add: &mut Add<'_>) {
    for (i, volume) in list(&spec["volumes"]).enumerate() {
        let at = format!("/spec/volumes/{i}");
        let sources = volume.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
        for source in sources.filter(|key| *key != "name" && !VOLUMES.contains(key)) {
            let level = if source == "hostPath" { BASELINE } else { RESTRICTED };
            add(level, format!("{at}/{source}"), format!("a volume is of the type `{source}`"));
        }
    }
}

/// Fields that a pod and a container share.
fn context(spec: &Value, at: &str, context: &Value, add: &mut Add<'_>) {
    let profile = |field: &str| context[field]["type"].as_str().unwrap_or_default();
    for field in ["seccompProfile", "appArmorProfile"] {
        if profile(field) == "Unconfined" {
            add(BASELINE, format!("{at}/{field}"), format!("`{field}.type` is Unconfined"));
        }
    }
    let selinux = &context["seLinuxOptions"];
    let kind = selinux["type"].as_str().unwrap_or_default();
    let is_set = |field: &str| selinux[field].as_str().is_some_and(|text| !text.is_empty());
    if !kind.is_empty() && !SELINUX.contains(&kind) || is_set("user") || is_set("role") {
        add(BASELINE, format!("{at}/seLinuxOptions"), "`seLinuxOptions` are set".into());
    }
    for (i, one) in list(&context["sysctls"]).enumerate() {
        let name = one["name"].as_str().unwrap_or_default();
        if !SYSCTLS.contains(&name) {
            let field = format!("`{name}` is not a safe sysctl");
            add(BASELINE, format!("{at}/sysctls/{i}"), field);
        }
    }
    if context["runAsUser"] == 0 && spec["hostUsers"] != false {
        add(RESTRICTED, format!("{at}/runAsUser"), "`runAsUser` is 0".into());
    }
}

fn container(spec: &Value, at: &str, container: &Value, add: &mut Add<'_>) {
    let own = &container["securityContext"];
    let place = format!("{at}/securityContext");
    switches(container, at, add);
    context(spec, &place, own, add);
    for (i, port) in list(&container["ports"]).enumerate() {
        if port["hostPort"].as_u64().unwrap_or_default() > 0 {
            add(BASELINE, format!("{at}/ports/{i}/hostPort"), "`hostPort` is set".into());
        }
    }
    if own["procMount"].as_str().is_some_and(|mount| mount != "Default") {
        add(BASELINE, format!("{place}/procMount"), "`procMount` is set".into());
    }
    capabilities(own, &place, add);
    probe_hosts(container, at, add);
    if spec["os"]["name"] != "windows" {
        linux(spec, own, at, add);
    }
}

fn capabilities(own: &Value, at: &str, add: &mut Add<'_>) {
    for (i, name) in list(&own["capabilities"]["add"]).enumerate() {
        let name = name.as_str().unwrap_or_default();
        let level = if CAPABILITIES.contains(&name) { RESTRICTED } else { BASELINE };
        if name != "NET_BIND_SERVICE" {
            let field = format!("the capability `{name}` is added");
            add(level, format!("{at}/capabilities/add/{i}"), field);
        }
    }
}

/// Hosts of probes and of lifecycle handlers.
fn probe_hosts(container: &Value, at: &str, add: &mut Add<'_>) {
    let handlers = [
        "/livenessProbe",
        "/readinessProbe",
        "/startupProbe",
        "/lifecycle/postStart",
        "/lifecycle/preStop",
    ];
    let places = handlers.iter().flat_map(|h| [format!("{h}/httpGet"), format!("{h}/tcpSocket")]);
    for place in places {
        let host = container.pointer(&place).and_then(|probe| probe["host"].as_str());
        if host.is_some_and(|host| !host.is_empty()) {
            add(BASELINE, format!("{at}{place}/host"), "a probe names a `host`".into());
        }
    }
}

/// Fields that `restricted` requires of every Linux container.
fn linux(spec: &Value, own: &Value, at: &str, add: &mut Add<'_>) {
    let mut lacks = |field: &str| add(RESTRICTED, at.to_owned(), field.to_owned());
    if own["allowPrivilegeEscalation"] != false {
        lacks("`allowPrivilegeEscalation` is not false");
    }
    if !list(&own["capabilities"]["drop"]).any(|name| name == "ALL") {
        lacks("`capabilities.drop` lacks `ALL`");
    }
    let pod = &spec["securityContext"];
    let non_root = [own, pod].iter().find_map(|context| context["runAsNonRoot"].as_bool());
    if non_root.is_none() && spec["hostUsers"] != false {
        lacks("`runAsNonRoot` is not true");
    }
    let profile = [own, pod].iter().find_map(|context| context["seccompProfile"]["type"].as_str());
    if profile.is_none() {
        lacks("`seccompProfile.type` is absent");
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
