//! PostgreSQL flexible servers: one database each, and one user with its own password per caller.

mod validate;
mod view;

use crate::azure::{
    naming::{short, suffix},
    network::Subnet,
};
use crate::diag::{Diagnostic, SpecPath};
use crate::model::{
    Component, Env, View, WireContext,
    provisioning::{Phase, ProvisioningStep},
    text::Plain,
    wiring::{ConnectionPeer, Endpoint, Login, Port, PrivateZoneNeed, Wiring},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// PostgreSQL flexible servers: `postgres.<name>` in `calls`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Postgres {
    /// Name of the server in Azure, globally unique; derived from platform, environment and the
    /// name of this table by default.
    pub name: Option<Plain>,
    /// `version`: major version of PostgreSQL.
    pub version: Version,
    /// `sku.name`: size of the server. `Standard_B…` is burstable, `Standard_D…` is for general
    /// purposes, and `Standard_E…` has more memory.
    pub size: Plain,
    /// `storage.storageSizeGB`: storage in GiB, a power of two. It can grow and never shrink. Azure
    /// does not grow it by itself (`storage.autoGrow` is `Disabled`).
    #[schemars(range(min = 32, max = 16384))]
    pub storage_gb: u32,
    /// `highAvailability`: a standby server that takes over within two minutes. It is in another
    /// zone if the region has zones.
    pub high_availability: bool,
    /// `backup.backupRetentionDays`: days in which any point in time can be restored.
    #[schemars(range(min = 7, max = 35))]
    pub backup_retention_days: u32,
    /// `backup.geoRedundantBackup`: copy backups to the paired region, with a delay of up to an
    /// hour. Azure cannot change it later.
    pub geo_backup: bool,
    /// Name of the database; the name of this table by default.
    pub database: Option<Plain>,
    /// `administratorLogin`. No service uses this login.
    pub administrator: Plain,
}

/// Major version of PostgreSQL.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, JsonSchema)]
pub enum Version {
    /// Supported until November 2027.
    #[serde(rename = "15")]
    V15,
    /// Supported until November 2028.
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

/// Port of every server.
const PORT: u16 = 5432;

/// Subnet addresses of a server, without and with a standby.
const ADDRESSES: (u32, u32) = (1, 4);

impl Postgres {
    /// Name of the server in Azure.
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

    /// `sku.tier` of the size.
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
        // The network component reports a missing subnet. The endpoint exists anyway, so that no
        // caller gets a second diagnostic.
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
        validate::check(self, name, env, diagnostics);
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
