//! Formats of other credentials, as data. Source of the facts: the rules of gitleaks (MIT) and the
//! documentation of the vendors.

/// Marks inside keys of Azure, and the length of the key up to the end. Source: Microsoft's
/// Common Annotated Security Keys.
pub(super) const AZURE_MARKS: &[(&str, usize, usize)] = &[
    // Client secret of Microsoft Entra ID: `abc8Q~…`.
    ("Q~", 37, 41),
    // Container Registry, Storage, Service Bus, Event Hubs, Relay, Batch.
    ("+ACR", 50, 54),
    ("+ASt", 84, 90),
    ("+ASb", 42, 46),
    ("+AEh", 42, 46),
    ("+ARm", 42, 46),
    ("+ABa", 84, 90),
    // Cosmos DB, Functions, Search, Cache for Redis, API Management.
    ("ACDb", 84, 90),
    ("AzFu", 52, 58),
    ("AzSe", 50, 54),
    ("AzCa", 42, 46),
    ("APIM", 84, 90),
    ("AIoT", 42, 46),
    // Personal access token of Azure DevOps, and keys of Azure AI and OpenAI.
    ("AZDO", 82, 86),
    ("JQQJ99", 82, 86),
];

/// Parts of a webhook address that contains the credential in the path, with the minimum length of
/// the rest.
pub(super) const WEBHOOKS: &[(&str, usize)] = &[
    ("hooks.slack.com/services/", 20),
    ("hooks.slack.com/workflows/", 20),
    ("hooks.slack.com/triggers/", 20),
    ("hooks.slack-gov.com/services/", 20),
    (".webhook.office.com/webhook", 40),
    ("outlook.office.com/webhook/", 40),
    ("outlook.office365.com/webhook/", 40),
    ("discord.com/api/webhooks/", 40),
    ("discordapp.com/api/webhooks/", 40),
    ("hooks.zapier.com/hooks/catch/", 10),
    ("maker.ifttt.com/trigger/", 20),
    ("api.telegram.org/bot", 30),
    ("open.feishu.cn/open-apis/bot/v2/hook/", 30),
    ("events.pagerduty.com/integration/", 30),
];

/// Prefixes of password hashes: crypt(3), bcrypt, Argon2, LDAP, SCRAM and Django.
pub(super) const HASHES: &[&str] = &[
    "$1$",
    "$2a$",
    "$2b$",
    "$2x$",
    "$2y$",
    "$5$",
    "$6$",
    "$7$",
    "$y$",
    "$apr1$",
    "$argon2i$",
    "$argon2d$",
    "$argon2id$",
    "$scrypt$",
    "$pbkdf2",
    "$sha1$",
    "$S$D",
    "$P$B",
    "{SHA}",
    "{SSHA}",
    "{SSHA512}",
    "{PBKDF2",
    "SCRAM-SHA-256$",
    "pbkdf2_sha256$",
    "pbkdf2_sha1$",
    "bcrypt_sha256$",
    "scrypt:32768:",
];

/// Commands with a short option whose value is a credential.
pub(super) const OPTIONS: &[(&str, &str)] = &[
    ("curl", "-u"),
    ("curl", "--user"),
    ("curl", "-U"),
    ("curl", "--proxy-user"),
    ("wget", "--user"),
    ("sshpass", "-p"),
    ("mysql", "-p"),
    ("mysqldump", "-p"),
    ("mysqladmin", "-p"),
    ("mariadb", "-p"),
    ("redis-cli", "-a"),
    ("sqlcmd", "-P"),
    ("bcp", "-P"),
    ("docker login", "-p"),
    ("helm registry login", "-p"),
    ("oras login", "-p"),
    ("podman login", "-p"),
    ("az login", "-p"),
    ("mongosh", "-p"),
    ("mongodump", "-p"),
    ("ldapsearch", "-w"),
    ("htpasswd", "-b"),
    ("snmpwalk", "-A"),
];
