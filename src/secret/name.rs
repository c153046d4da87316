//! Names of keys, variables, headers and options whose value is a credential.

/// How certain a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// The value is a credential: `DB_PASSWORD`.
    Strong,
    /// The value is a credential or the name of one: `tlsSecret`.
    Weak,
}

/// Ends of a name without separators, in lower case.
const STRONG: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "apikey",
    "accesskey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "decryptionkey",
    "accountkey",
    "storagekey",
    "masterkey",
    "sharedkey",
    "authkey",
    "appkey",
    "sessionkey",
    "jwtkey",
    "hmackey",
    "cookiekey",
    "functionkey",
    "subscriptionkey",
    "instrumentationkey",
    "licensekey",
    "integrationkey",
    "routingkey",
    "consumerkey",
    "webhookkey",
    "clientkey",
    "servicekey",
    "sshkey",
    "keybase",
    "connectionstring",
    "connstring",
    "connectionstr",
    "connstr",
    "clientsecret",
    "sharedaccesssignature",
    "sastoken",
    "accesstoken",
    "authtoken",
    "bearertoken",
    "refreshtoken",
    "privatetoken",
    "bottoken",
    "apitoken",
    "idtoken",
    "sessiontoken",
    "contrasena",
    "kennwort",
    "passwort",
];
const WEAK: &[&str] =
    &["secret", "secrets", "token", "credential", "credentials", "secretkey", "secretvalue"];

/// Last words that are too short to be found inside another word.
const STRONG_WORDS: &[&str] = &["pass", "pwd", "pw", "pswd", "psw", "sas", "pin"];
const WEAK_WORDS: &[&str] = &["creds", "cred", "pat"];

/// Last words that add nothing: `DB_PASSWORD_PROD`.
const NEUTRAL: &[&str] = &[
    "value",
    "val",
    "prod",
    "production",
    "dev",
    "development",
    "test",
    "tst",
    "staging",
    "stage",
    "old",
    "new",
    "current",
    "previous",
    "prev",
    "primary",
    "secondary",
    "base64",
    "b64",
    "plain",
    "plaintext",
    "default",
    "raw",
    "live",
    "text",
];

/// First words of a switch: `--skip-password`.
const SWITCHES: &[&str] = &[
    "no",
    "skip",
    "allow",
    "require",
    "requires",
    "required",
    "without",
    "disable",
    "disabled",
    "enable",
    "enabled",
    "use",
    "uses",
    "has",
    "is",
    "show",
    "hide",
    "prompt",
    "ask",
    "generate",
    "validate",
    "force",
    "existing",
    "automount",
];

/// Parts of which each name of a credential has one.
const STEMS: &[&str] = &[
    "pass",
    "pw",
    "psw",
    "pin",
    "secret",
    "token",
    "key",
    "cred",
    "string",
    "str",
    "sas",
    "pat",
    "signature",
    "contra",
    "kennwort",
];

/// Whether a name has a part of a name of a credential: most names have none.
fn has_stem(name: &str) -> bool {
    let name = name.as_bytes();
    STEMS
        .iter()
        .any(|stem| name.windows(stem.len()).any(|part| part.eq_ignore_ascii_case(stem.as_bytes())))
}

/// Whether a name is that of a credential.
pub(super) fn certainty(name: &str) -> Option<Certainty> {
    if !has_stem(name) {
        return None;
    }
    let mut words = words(name);
    while words.len() > 1
        && words.last().is_some_and(|word| {
            NEUTRAL.contains(&word.as_str()) || word.bytes().all(|b| b.is_ascii_digit())
        })
    {
        words.pop();
    }
    let last = words.last()?.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    if words.len() > 1 && SWITCHES.contains(&words[0].as_str()) {
        return None;
    }
    let joined = words.concat();
    let joined = joined.trim_end_matches(|c: char| c.is_ascii_digit());
    let ends = |list: &[&str]| list.iter().any(|end| joined.ends_with(end));
    if joined.ends_with("publickey") || joined.ends_with("tokenkey") {
        None
    } else if ends(STRONG) || STRONG_WORDS.contains(&last.as_str()) {
        Some(Certainty::Strong)
    } else if ends(WEAK) || WEAK_WORDS.contains(&last.as_str()) {
        Some(Certainty::Weak)
    } else {
        None
    }
}

/// The last word of a name in lower case.
pub(super) fn last_word(name: &str) -> String {
    words(name).pop().unwrap_or_default()
}

/// Words of a name in lower case: `clientSecret`, `client-secret` and `CLIENT_SECRET` have two.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    let (mut before, mut open) = ('_', false);
    for c in name.chars() {
        if !c.is_alphanumeric() {
            open = false;
        } else if open && !(before.is_lowercase() && c.is_uppercase()) {
            out.last_mut().into_iter().for_each(|word| word.extend(c.to_lowercase()));
        } else {
            out.push(c.to_lowercase().collect());
            open = true;
        }
        before = c;
    }
    out
}
