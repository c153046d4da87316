//! Row of the lock for an object with data: size, `id=<ARM id>`, `location=<location>` and
//! `tenant=<tenant>`, with blanks between them. Words without a value are left out.

use super::azure_identity::AzureIdentity;
use std::fmt;

/// Size and Azure identity of an object with data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataRow {
    /// Size; empty if it cannot shrink.
    pub size: String,
    /// Identity; absent outside Azure, and in locks of older versions.
    pub identity: Option<AzureIdentity>,
}

impl DataRow {
    /// Reads a row.
    pub fn read(text: &str) -> DataRow {
        let mut row = DataRow::default();
        let mut identity = AzureIdentity::default();
        for word in text.split_whitespace() {
            match word.split_once('=') {
                Some(("id", id)) => id.clone_into(&mut identity.id),
                Some(("location", location)) => location.clone_into(&mut identity.location),
                Some(("tenant", tenant)) => tenant.clone_into(&mut identity.tenant),
                Some(_) => {}
                None => word.clone_into(&mut row.size),
            }
        }
        row.identity = Some(identity).filter(|identity| !identity.id.is_empty());
        row
    }
}

impl fmt::Display for DataRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.identity.iter().flat_map(|identity| {
            [("id", &identity.id), ("location", &identity.location), ("tenant", &identity.tenant)]
        });
        let words = words.filter(|(_, value)| !value.is_empty());
        let words =
            words.map(|(key, value)| format!("{key}={}", value.replace(char::is_whitespace, "_")));
        let size = Some(self.size.clone()).filter(|size| !size.is_empty());
        f.write_str(&size.into_iter().chain(words).collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_as_it_is_written() {
        for text in ["", "32", "id=/a/b tenant=t", "10Gi id=/a/b location=uksouth tenant=t"] {
            assert_eq!(DataRow::read(text).to_string(), text);
        }
        assert_eq!(DataRow::read("32").identity, None);
    }
}
