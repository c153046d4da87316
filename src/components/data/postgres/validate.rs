//! Errors in one server that a schema cannot find.

use super::{Postgres, view::caller_name};
use crate::azure::{naming, regions};
use crate::components::checks::check_azure_name;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::Env;
use std::collections::BTreeMap;

/// Administrators that Azure refuses. Source: Azure documentation on creating a flexible server.
const RESERVED_USERS: &[&str] =
    &["azure_superuser", "azure_pg_admin", "admin", "administrator", "root", "guest", "public"];

pub(super) fn check(
    postgres: &Postgres,
    name: &str,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let path = format!("postgres.{name}");
    let at = |field: &str| format!("{path}.{field}");
    let names = [
        (&naming::POSTGRES, postgres.server(name, env), "name"),
        (&naming::DATABASE, postgres.database(name).to_owned(), "database"),
        (&naming::DATABASE, postgres.administrator.as_str().to_owned(), "administrator"),
    ];
    for (rule, name, field) in names {
        check_azure_name(rule, &name, &at(field), diagnostics);
    }
    check_administrator(postgres, &path, env, diagnostics);
    check_users(&path, env, diagnostics);
    check_size(postgres, &at, diagnostics);
    check_geo_backup(postgres, &at, env, diagnostics);
}

/// Reports a reserved administrator, and one with the name of a caller. The user of such a caller
/// would change the password of the administrator.
fn check_administrator(
    postgres: &Postgres,
    path: &str,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let name = postgres.administrator.as_str();
    let field = format!("{path}.administrator");
    if RESERVED_USERS.contains(&name) || name.starts_with("pg_") {
        diagnostics.push(Diagnostic::in_spec(
            Code::AzureName,
            &field,
            format!("Azure reserves the name `{name}`"),
            "choose another one, such as `pgadmin`",
        ));
    }
    let mut callers = env.wiring.connections().filter(|link| link.name == path);
    if let Some(link) = callers.find(|link| caller_name(link.from) == Some(name)) {
        let message = format!("the administrator has the name of the caller `{name}`");
        let help = "choose another name";
        let diagnostic = Diagnostic::in_spec(Code::DuplicateName, field, message, help);
        diagnostics.push(diagnostic.and(link.source.to_owned()));
    }
}

/// Reports a service and a job with one name in two namespaces. Both would have one database user.
fn check_users(path: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
    let mut seen: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for link in env.wiring.connections().filter(|link| link.name == path) {
        let Some(user) = caller_name(link.from) else { continue };
        let namespace = link.from.namespace.as_str();
        let (first, source) = *seen.entry(user).or_insert((namespace, link.source));
        if first != namespace {
            let message = format!(
                "`{user}` of the namespace `{namespace}` and `{user}` of `{first}` would share one user of `{path}`"
            );
            let help = "rename one of the two: the user has the name of the caller";
            let diagnostic = Diagnostic::in_spec(Code::DuplicateName, link.source, message, help);
            diagnostics.push(diagnostic.and(source.to_owned()));
        }
    }
}

/// Reports a size, storage or standby that Azure does not offer.
fn check_size(
    postgres: &Postgres,
    at: &impl Fn(&str) -> String,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    if postgres.tier().is_none() {
        let message = format!("`{}` is no size of a server", postgres.size.as_str());
        let help = "set a size such as `Standard_D2ds_v5`";
        diagnostics.push(Diagnostic::in_spec(Code::BadValue, at("size"), message, help));
    }
    if !postgres.storage_gb.is_power_of_two() {
        let message = format!("Azure has no storage of {} GiB", postgres.storage_gb);
        let help = format!("set {}", postgres.storage_gb.next_power_of_two());
        diagnostics.push(Diagnostic::in_spec(Code::BadValue, at("storage_gb"), message, help));
    }
    if postgres.high_availability && postgres.tier() == Some("Burstable") {
        let diagnostic = Diagnostic::in_spec(
            Code::CapabilityMissing,
            at("high_availability"),
            "a burstable server has no standby",
            "set a larger `size`, or `high_availability = false`",
        );
        diagnostics.push(diagnostic.and(at("size")));
    }
}

fn check_geo_backup(
    postgres: &Postgres,
    at: &impl Fn(&str) -> String,
    env: &Env,
    diagnostics: &mut Vec<Diagnostic<SpecPath>>,
) {
    let region = env.azure().location.as_str();
    if postgres.geo_backup && !regions::has_pair(region) {
        let diagnostic = Diagnostic::in_spec(
            Code::CapabilityMissing,
            at("geo_backup"),
            format!("the region `{region}` has no paired region for backups"),
            "set `geo_backup = false`, or choose another region",
        );
        diagnostics.push(diagnostic.and("azure.location"));
    }
}
