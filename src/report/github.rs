//! Annotations of GitHub Actions: one workflow command per diagnostic. The runner shows it at the
//! line.

use super::{Level, Report, prefix};
use std::path::Path;

/// One line per diagnostic.
pub fn github(report: &Report, dir: &Path) -> String {
    let lines = report.findings.iter().map(|entry| {
        let (level, at) = (
            if entry.severity == Level::Error { "error" } else { "warning" },
            entry.own_place(&prefix(dir)),
        );
        // Columns are valid only in spans of one line.
        let columns = if at.line == at.end_line {
            format!(",col={},endColumn={}", at.column, at.end_column)
        } else {
            String::new()
        };
        let place = format!(
            "file={},line={},endLine={}{columns}",
            property(&at.file),
            at.line,
            at.end_line
        );
        format!(
            "::{level} {place},title={}::{}\n",
            property(&format!("aksgen {}", entry.code)),
            data(&entry.text())
        )
    });
    lines.collect()
}

/// A message with the escapes that the runner decodes.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property with escaped separators: `,` ends a property, and `::` ends the list.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_adds_a_command_or_a_property() {
        assert_eq!(data("50% of\r\n::error::x"), "50%25 of%0D%0A::error::x");
        assert_eq!(property("a,line=1::b\n"), "a%2Cline=1%3A%3Ab%0A");
    }
}
