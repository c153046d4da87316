//! Expressions for the fields of a fact.

use serde::Deserialize;

/// Source of a field of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Column {
    /// `.`: the value at the place.
    Here,
    /// `#`: its key.
    Key,
    /// `@`: the namespace of the facts.
    Namespace,
    /// `=text`: a text, in which `{field}` or `{field|default}` is a value below the place.
    Text(Vec<Piece>),
    /// `/x`: a JSON pointer from the object; `/x|/y` is the first of several that exists.
    Object(Vec<String>),
    /// `x`: a JSON pointer from the place, kept with its first slash.
    Below(String),
    /// `%/1`: a part of the value between separators; negative numbers count from the end. `%/2%.0`
    /// is a part of a part.
    Parts(Vec<(char, isize)>),
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A literal.
    Literal(String),
    /// A JSON pointer from the place, and the value where there is none.
    Field(String, Option<String>),
}

impl TryFrom<String> for Column {
    type Error = String;

    fn try_from(text: String) -> Result<Column, String> {
        let rest = text.get(1..).unwrap_or_default();
        match text.chars().next() {
            None => Err("a column is empty".into()),
            Some('.') if rest.is_empty() => Ok(Column::Here),
            Some('#') if rest.is_empty() => Ok(Column::Key),
            Some('@') if rest.is_empty() => Ok(Column::Namespace),
            Some('=') => pieces(rest).map(Column::Text),
            Some('%') => parts(rest).ok_or_else(|| format!("`{text}` names no part")),
            Some('/') => Ok(Column::Object(text.split('|').map(str::to_owned).collect())),
            Some(_) => Ok(Column::Below(format!("/{text}"))),
        }
    }
}

/// Separators and numbers, such as `/2%.0`.
fn parts(text: &str) -> Option<Column> {
    let part = |text: &str| {
        let separator = text.chars().next()?;
        Some((separator, text[separator.len_utf8()..].parse().ok()?))
    };
    text.split('%').map(part).collect::<Option<_>>().map(Column::Parts)
}

fn pieces(text: &str) -> Result<Vec<Piece>, String> {
    let mut out = vec![];
    let mut rest = text;
    while let Some((literal, behind)) = rest.split_once('{') {
        let (field, after) =
            behind.split_once('}').ok_or_else(|| format!("`{text}` has no closing brace"))?;
        let (field, default) =
            field.split_once('|').map_or((field, None), |(field, text)| (field, Some(text)));
        out.push(Piece::Literal(literal.to_owned()));
        out.push(Piece::Field(format!("/{field}"), default.map(str::to_owned)));
        rest = after;
    }
    out.push(Piece::Literal(rest.to_owned()));
    out.retain(|piece| !matches!(piece, Piece::Literal(text) if text.is_empty()));
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(text: &str) -> Result<Column, String> {
        Column::try_from(text.to_owned())
    }

    #[test]
    fn every_form_of_a_column_is_read() {
        assert_eq!(column("."), Ok(Column::Here));
        assert_eq!(column("#"), Ok(Column::Key));
        assert_eq!(column("@"), Ok(Column::Namespace));
        assert_eq!(column("="), Ok(Column::Text(vec![])));
        assert_eq!(column("%/1"), Ok(Column::Parts(vec![('/', 1)])));
        assert_eq!(column("%/2%.0"), Ok(Column::Parts(vec![('/', 2), ('.', 0)])));
        assert_eq!(column("/a/b"), Ok(Column::Object(vec!["/a/b".into()])));
        assert_eq!(column("/a|/b"), Ok(Column::Object(vec!["/a".into(), "/b".into()])));
        assert_eq!(column("a/b"), Ok(Column::Below("/a/b".into())));
        let pieces =
            vec![Piece::Literal("g/".into()), Piece::Field("/kind".into(), Some("Issuer".into()))];
        assert_eq!(column("=g/{kind|Issuer}"), Ok(Column::Text(pieces)));
    }

    #[test]
    fn an_invalid_column_is_refused() {
        for text in ["", "%", "%.x", "={a"] {
            assert!(column(text).is_err(), "{text}");
        }
    }
}
