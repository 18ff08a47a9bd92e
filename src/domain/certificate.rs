//! 证书: what was certified, and whether it still stands.

crate::key!(
    /// The key of a certificate. Not its number: that is for people.
    CertificateId
);
