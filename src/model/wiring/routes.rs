//! Hosts that the ingress gateway serves.

/// A host that the ingress gateway serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The service.
    pub service: String,
    /// The host name.
    pub host: String,
    /// The service names a certificate of its store.
    pub certificate: bool,
}

/// The origin of the certificate of a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificateSource {
    /// The store of the service.
    Store,
    /// The issuer.
    Issuer,
    /// A Secret that is created manually.
    People,
}

impl CertificateSource {
    /// The origin of a certificate. `certificate`: the service names one; `issues`: there is an
    /// issuer.
    pub const fn of(certificate: bool, issues: bool) -> CertificateSource {
        match (certificate, issues) {
            (true, _) => CertificateSource::Store,
            (false, true) => CertificateSource::Issuer,
            (false, false) => CertificateSource::People,
        }
    }
}

impl Route {
    /// The origin of the certificate. `issues`: there is an issuer.
    pub const fn source(&self, issues: bool) -> CertificateSource {
        CertificateSource::of(self.certificate, issues)
    }

    /// The Secret with the certificate, in the namespace of the gateway.
    pub fn secret(&self) -> String {
        tls_secret(&self.service)
    }
}

/// The Secret with the certificate of a service.
pub fn tls_secret(service: &str) -> String {
    format!("{service}-tls")
}
