//! Certificates of a key vault, as External Secrets reads them.

use super::{
    text::SecretName,
    wiring::{Form, Remote, object},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A certificate of the vault.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// Its name in the vault.
    pub name: SecretName,
    /// Content type of its policy in the vault.
    pub format: CertificateFormat,
}

/// Content type of a certificate in the vault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CertificateFormat {
    /// `application/x-pkcs12`.
    Pfx,
    /// `application/x-pem-file`.
    Pem,
}

/// Name of the certificate in the template of its Secret.
pub(crate) const CERTIFICATE: &str = "certificate";

impl Certificate {
    /// Keys of the Secret with their templates. The templates read the vault secret of the
    /// certificate, because only that secret has the private key. Source: External Secrets,
    /// templating of PKCS#12 and PEM.
    pub(crate) fn parts(&self) -> [(&'static str, String); 2] {
        match self.format {
            CertificateFormat::Pfx => [
                ("tls.crt", "{{ .certificate | b64dec | pkcs12cert }}".into()),
                ("tls.key", "{{ .certificate | b64dec | pkcs12key }}".into()),
            ],
            CertificateFormat::Pem => [
                ("tls.crt", "{{ .certificate | filterPEM \"CERTIFICATE\" }}".into()),
                ("tls.key", "{{ .certificate | filterPEM \"PRIVATE KEY\" }}".into()),
            ],
        }
    }

    /// Remote references of the `ExternalSecret`.
    pub(crate) fn reads(&self, in_cluster: bool) -> Vec<Value> {
        let secret = self.name.as_str();
        if in_cluster {
            let part = |key: &&'static str| {
                read(key, &Remote { key: object(secret), property: Some(*key) })
            };
            return Form::Certificate.keys().iter().map(part).collect();
        }
        vec![read(CERTIFICATE, &Remote { key: format!("secret/{secret}"), property: None })]
    }
}

/// A remote reference as a value for templates.
pub(crate) fn read(key: &str, remote: &Remote) -> Value {
    json!({"key": key, "remote": remote.key, "property": remote.property})
}

/// Keys with their texts, as a value for templates.
pub(crate) fn texts<'a>(all: impl Iterator<Item = (&'a str, String)>) -> Value {
    all.map(|(key, text)| json!({"key": key, "text": text})).collect()
}
