//! Values for the templates of a server. Passwords are generated in the cluster.

use super::Postgres;
use crate::components::operator_names::EXTERNAL_SECRETS as NAMESPACE;
use crate::{
    azure::{network::Subnet, regions},
    model::{
        Env, View,
        wiring::{Pods, ResourceRef, logins},
    },
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(super) fn view(postgres: &Postgres, name: &str, env: &Env) -> View {
    let own = format!("postgres.{name}");
    let at = |field: &str| format!("{own}.{field}");
    let server = postgres.server(name, env);
    let mut view = View::new(&own, name, postgres, env);
    view.set(
        "host",
        format!("{server}.postgres.database.azure.com"),
        [at("name"), "platform.name".into()],
    );
    // A restored server needs another name with at most 63 characters.
    let restored = format!("{}-2", server.get(..61).unwrap_or(&server));
    view.set(
        "restored_host",
        format!("{restored}.postgres.database.azure.com"),
        [at("name"), "platform.name".into()],
    );
    view.set("restored", restored, [at("name"), "platform.name".into()]);
    view.set("dump", format!("{}.dump", postgres.database(name)), [at("database"), own.clone()]);
    view.set("azure_name", server, [at("name"), "platform.name".into()]);
    view.set("database", postgres.database(name), [at("database"), own.clone()]);
    view.set("tier", postgres.tier(), [at("size")]);
    let mode = match (postgres.high_availability, regions::has_zones(env.azure().location.as_str()))
    {
        (false, _) => "Disabled",
        (true, Some(true)) => "ZoneRedundant",
        (true, _) => "SameZone",
    };
    view.set("availability", mode, [at("high_availability"), "azure.location".into()]);
    view.set("subnet", env.shared.network.reference(Subnet::Postgres), ["network"]);
    view.set(
        "zone",
        env.resource(&ResourceRef::of("private_zones", super::ZONE)).map(|zone| zone.reference()),
        [own.clone(), "private_zones".into()],
    );
    view.set("admin_secret", format!("postgres-admin-{name}"), [own.clone()]);
    view.set("store", format!("postgres-{name}"), [own.clone()]);
    view.set("reader", reader(name), [own.clone()]);
    view.set("reader_namespace", NAMESPACE, [own.clone()]);
    callers(name, &own, env, &mut view);
    view
}

/// `ServiceAccount` that reads the passwords of the callers.
pub(super) fn reader(name: &str) -> String {
    format!("postgres-{name}-reader")
}

/// Sets the callers of a server, each once.
fn callers(name: &str, own: &str, env: &Env, view: &mut View) {
    let links: Vec<_> = env.wiring.connections().filter(|link| link.name == own).collect();
    let sources = || links.iter().map(|link| link.source.to_owned()).chain([own.to_owned()]);
    let all: BTreeSet<(&str, &str)> = links
        .iter()
        .filter_map(|link| Some((caller_name(link.from)?, link.from.namespace.as_str())))
        .collect();
    let described = |(caller, namespace): &(&str, &str)| {
        json!({
            "name": caller, "user": format!("{name}-{caller}"), "namespace": namespace, "secret": format!("postgres-user-{name}-{caller}"),
            "copy": logins::secret(caller, own), "grant": format!("GRANT ALL ON SCHEMA public TO \"{caller}\""),
        })
    };
    view.set("has_callers", !all.is_empty(), sources());
    view.set("namespace", "", sources());
    view.set("callers", all.iter().map(described).collect::<Value>(), sources());
    let namespaces: BTreeSet<&str> = all.iter().map(|(_, namespace)| *namespace).collect();
    view.set("readers", json!(namespaces), sources());
}

/// Name of the calling service or job; also the name of its database user.
pub(super) fn caller_name(pods: &Pods) -> Option<&str> {
    pods.labels.get("app.kubernetes.io/name").map(String::as_str)
}
