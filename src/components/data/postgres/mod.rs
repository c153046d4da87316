//! PostgreSQL servers: one database each, and a user with a password of its own for every caller.
//! Never the administrator's password for a service.

mod view;

use crate::azure::{
    naming::{self, short, suffix},
    network::Subnet,
    regions,
};
use crate::components::checks::check_azure_name;
use crate::diag::{Code, Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    provisioning::{Phase, ProvisioningStep},
    text::Plain,
    wiring::{ConnectionPeer, Endpoint, Login, Pods, Port, PrivateZoneNeed, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// PostgreSQL servers: `postgres.<name>` in `calls`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Postgres {
    /// Its name in Azure, unique in the world; made from platform, environment and its name here
    /// where it is not given.
    pub name: Option<Plain>,
    /// The major version.
    pub version: Version,
    /// The size of the machine: `Standard_B…` for trying, `Standard_D…` for work, `Standard_E…` for
    /// much memory.
    pub size: Plain,
    /// GiB of storage, a power of two from 32; it grows by itself.
    #[schemars(range(min = 32, max = 16384))]
    pub storage_gb: u32,
    /// A second machine, in another zone where the region has zones, that takes over within a
    /// minute or two.
    pub high_availability: bool,
    /// Days that any moment can be restored.
    #[schemars(range(min = 7, max = 35))]
    pub backup_retention_days: u32,
    /// Backups are kept in the paired region as well: the database survives the loss of its region,
    /// by an hour or less. Cannot be changed later.
    pub geo_backup: bool,
    /// The database; called like the server here where it is not given.
    pub database: Option<Plain>,
    /// The administrator, which no service is.
    pub administrator: Plain,
}

/// A major version.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
pub enum Version {
    /// Ends in November 2027.
    #[serde(rename = "15")]
    V15,
    /// Ends in November 2028.
    #[serde(rename = "16")]
    V16,
}

/// The private DNS zone of all servers, as `private_zones` names it.
const ZONE: &str = "postgres";

/// The private DNS zone of all servers. Its name may be any name below `SUFFIX` that is not the
/// name of a server. Source: networking of PostgreSQL flexible servers.
fn zone(context: &WireContext<'_>) -> PrivateZoneNeed {
    const SUFFIX: &str = ".postgres.database.azure.com";
    let (platform, environment) = (context.general.name.as_str(), context.environment);
    let name = format!("{platform}-{environment}.private{SUFFIX}");
    PrivateZoneNeed { name, suffix: Some(SUFFIX) }
}

/// The port of every server.
const PORT: u16 = 5432;

/// Addresses that a server takes, alone and with a standby.
const ADDRESSES: (u32, u32) = (1, 4);

/// Administrators that Azure refuses.
const RESERVED_USERS: &[&str] =
    &["azure_superuser", "azure_pg_admin", "admin", "administrator", "root", "guest", "public"];

impl Postgres {
    /// The name of the server in Azure.
    pub(crate) fn server(&self, name: &str, env: &Env) -> String {
        self.named(
            name,
            env.general().name.as_str(),
            &env.name,
            env.azure().subscription_id.as_str(),
        )
    }

    fn named(
        &self,
        instance: &str,
        platform: &str,
        environment: &str,
        subscription: &str,
    ) -> String {
        let unique = || suffix(subscription, platform, &format!("{environment}/{instance}"));
        let made = || {
            format!(
                "psql-{}-{}-{}-{}",
                short(platform, 16),
                short(environment, 8),
                short(instance, 20),
                unique()
            )
        };
        self.name.as_ref().map_or_else(made, |name| name.as_str().to_owned())
    }

    fn database<'a>(&'a self, name: &'a str) -> &'a str {
        self.database.as_ref().map_or(name, Plain::as_str)
    }

    /// The tier that a size belongs to.
    fn tier(&self) -> Option<&'static str> {
        let tiers = [
            ("Standard_B", "Burstable"),
            ("Standard_D", "GeneralPurpose"),
            ("Standard_E", "MemoryOptimized"),
        ];
        tiers
            .into_iter()
            .find(|(start, _)| self.size.as_str().starts_with(start))
            .map(|(_, tier)| tier)
    }

    /// A user of the same name would take the administrator's password away; some names Azure keeps
    /// for itself.
    fn administrator_is_nobody_else(
        &self,
        instance: &str,
        env: &Env,
        diagnostics: &mut Vec<Diagnostic<SpecPath>>,
    ) {
        let (name, path) =
            (self.administrator.as_str(), format!("postgres.{instance}.administrator"));
        if RESERVED_USERS.contains(&name) || name.starts_with("pg_") {
            diagnostics.push(Diagnostic::in_spec(
                Code::AzureName,
                &path,
                format!("Azure keeps the name `{name}` for itself"),
                "choose another one, such as `pgadmin`",
            ));
        }
        let own = format!("postgres.{instance}");
        let labels = |from: &Pods| from.labels.values().any(|label| label == name);
        if let Some(link) =
            env.wiring.connections().find(|link| link.name == own && labels(link.from))
        {
            let diagnostic = Diagnostic::in_spec(
                Code::DuplicateName,
                path,
                format!("the administrator is called like the caller `{name}`"),
                "choose another name",
            );
            diagnostics.push(diagnostic.and(link.source.to_owned()));
        }
    }

    fn login(&self, name: &str, server: &str) -> Login {
        let host = format!("{server}.postgres.database.azure.com");
        let plain = vec![
            ("PGHOST", host),
            ("PGPORT", PORT.to_string()),
            ("PGDATABASE", self.database(name).to_owned()),
            ("PGSSLMODE", "require".to_owned()),
        ];
        Login { plain, user: "PGUSER", password: "PGPASSWORD" }
    }
}

impl Component for Postgres {
    fn wire(&self, instance: &str, context: &WireContext<'_>, wiring: &mut Wiring) {
        let own = format!("postgres.{instance}");
        wiring.need("external_secrets", &own);
        wiring.accounts.insert(view::reader(instance));
        wiring.private_zone(ZONE, zone(context), &own);
        wiring.subnet(
            Subnet::Postgres,
            if self.high_availability { ADDRESSES.1 } else { ADDRESSES.0 },
            &own,
        );
        // Where there is no subnet the network says so; those who call the server are not told that
        // it does not exist.
        let peer = context.shared.network.subnets.get(&Subnet::Postgres).map_or_else(
            || ConnectionPeer::Host(instance.to_owned()),
            |range| ConnectionPeer::Range(range.to_string()),
        );
        let port = Port { name: "postgres".into(), number: PORT };
        wiring.offer(
            own.clone(),
            Endpoint {
                peer,
                main: Some(port.name.clone()),
                ports: vec![port],
                source: own.clone(),
            },
        );
        let server = self.named(
            instance,
            context.general.name.as_str(),
            context.environment,
            context.azure.subscription_id.as_str(),
        );
        wiring.logins.insert(own, self.login(instance, &server));
    }

    fn validate(&self, name: &str, env: &Env, diagnostics: &mut Vec<Diagnostic<SpecPath>>) {
        let at = |field: &str| format!("postgres.{name}.{field}");
        check_azure_name(&naming::POSTGRES, &self.server(name, env), &at("name"), diagnostics);
        check_azure_name(&naming::DATABASE, self.database(name), &at("database"), diagnostics);
        check_azure_name(
            &naming::DATABASE,
            self.administrator.as_str(),
            &at("administrator"),
            diagnostics,
        );
        self.administrator_is_nobody_else(name, env, diagnostics);
        if self.tier().is_none() {
            let message = format!("`{}` is no size of a server", self.size.as_str());
            diagnostics.push(Diagnostic::in_spec(
                Code::BadValue,
                at("size"),
                message,
                "write one such as `Standard_D2ds_v5`",
            ));
        }
        if !self.storage_gb.is_power_of_two() {
            let message = format!("Azure has no storage of {} GiB", self.storage_gb);
            diagnostics.push(Diagnostic::in_spec(
                Code::BadValue,
                at("storage_gb"),
                message,
                format!("write {}", self.storage_gb.next_power_of_two()),
            ));
        }
        if self.geo_backup && !regions::has_pair(env.azure().location.as_str()) {
            let message = format!(
                "the region `{}` has no pair that backups could be kept in",
                env.azure().location.as_str()
            );
            let diagnostic = Diagnostic::in_spec(
                Code::CapabilityMissing,
                at("geo_backup"),
                message,
                "write `geo_backup = false`, or choose another region",
            );
            diagnostics.push(diagnostic.and("azure.location"));
        }
        if self.high_availability && self.tier() == Some("Burstable") {
            let diagnostic = Diagnostic::in_spec(
                Code::CapabilityMissing,
                at("high_availability"),
                "a burstable server has no standby",
                "take a larger `size`, or write `high_availability = false`",
            );
            diagnostics.push(diagnostic.and(at("size")));
        }
    }

    fn unique_names(&self, name: &str, env: &Env) -> Vec<(String, String)> {
        vec![(format!("postgres.{name}.name"), self.server(name, env))]
    }

    fn provisioning(&self, name: &str, _: &Env) -> Vec<ProvisioningStep> {
        let what = "permissions of callers in their databases";
        let rights = "the administrator of the server";
        let step = ProvisioningStep::new("databases", Phase::Content, what, "commands", rights)
            .page(format!("[{name}](postgres/{name}.md)"))
            .after(&["azure"])
            .before("workloads");
        vec![step]
    }

    fn view(&self, name: &str, env: &Env) -> View {
        view::view(self, name, env)
    }
}
