//! Tokens of the actions of a template.

use regex_lite::Regex;
use std::sync::LazyLock;

/// A token of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TemplateToken {
    /// `true` or `false`.
    Bool,
    /// A number or a character.
    Number,
    /// A text, without its quotes.
    Text(String),
    /// `.name`, without the dot.
    Field(String),
    /// `$` or `$name`.
    Variable(String),
    /// The name of a function.
    Function(String),
    /// `if`, `end` and others.
    Keyword(String),
    /// `.`.
    Dot,
    /// `nil`.
    Nil,
    /// `(`.
    Open,
    /// `)`.
    Close,
    /// `|`.
    Pipe,
    /// `,`.
    Comma,
    /// `=`.
    Assign,
    /// `:=`.
    Declare,
    /// White space between tokens.
    Space,
}

impl TemplateToken {
    /// Returns whether it is a value, which cannot be called.
    pub(super) fn is_value(&self) -> bool {
        let plain =
            [TemplateToken::Bool, TemplateToken::Dot, TemplateToken::Nil, TemplateToken::Number];
        plain.contains(self) || matches!(self, TemplateToken::Text(_))
    }

    /// Returns whether it can follow an operand without a space.
    pub(super) fn ends_operand(&self) -> bool {
        [TemplateToken::Space, TemplateToken::Pipe, TemplateToken::Close].contains(self)
    }
}

const LEFT: &str = "{{";
const RIGHT: &str = "}}";

const KEYWORDS: [&str; 10] =
    ["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"];

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^[+-]?(0[xX][0-9a-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|([0-9][0-9_]*)?\.?[0-9_]*([eE][+-]?[0-9_]+)?)i?$";
    Regex::new(pattern).expect("our own pattern")
});

/// The tokens of each action.
pub(super) fn actions(text: &str) -> Result<Vec<Vec<TemplateToken>>, String> {
    let mut out = vec![];
    let mut rest = text;
    while let Some(start) = rest.find(LEFT) {
        rest = &rest[start + LEFT.len()..];
        let inner = trimmed_left(rest);
        if inner.starts_with("/*") {
            rest = comment(inner)?;
            continue;
        }
        let mut lexer = Lexer { rest: inner, depth: 0, tokens: vec![] };
        lexer.action()?;
        rest = lexer.rest;
        out.push(lexer.tokens);
    }
    Ok(out)
}

/// The text behind a trim marker, `- `.
fn trimmed_left(text: &str) -> &str {
    let untrimmed = text.strip_prefix('-').filter(|rest| rest.starts_with(is_space));
    untrimmed.map_or(text, str::trim_start)
}

/// The text behind a comment.
fn comment(text: &str) -> Result<&str, String> {
    let end = text.find("*/").ok_or("a comment is not closed")?;
    let after = &text[end + 2..];
    closed(after).ok_or_else(|| "a comment must fill its action".into())
}

/// The text behind `}}` or ` -}}`, if the text begins with one.
fn closed(text: &str) -> Option<&str> {
    let trimmed = text.strip_prefix(is_space).and_then(|rest| rest.strip_prefix('-'));
    text.strip_prefix(RIGHT).or_else(|| trimmed?.strip_prefix(RIGHT))
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

struct Lexer<'a> {
    rest: &'a str,
    /// Open parentheses.
    depth: usize,
    tokens: Vec<TemplateToken>,
}

impl<'a> Lexer<'a> {
    /// Reads an action up to its end.
    fn action(&mut self) -> Result<(), String> {
        loop {
            if let Some(behind) = closed(self.rest) {
                self.rest = behind;
                return if self.depth == 0 { Ok(()) } else { Err("`(` is not closed".into()) };
            }
            let Some(first) = self.rest.chars().next() else {
                return Err("an action is not closed: `}}` is absent".into());
            };
            let token = self.token(first)?;
            self.tokens.push(token);
        }
    }

    fn token(&mut self, first: char) -> Result<TemplateToken, String> {
        match first {
            c if is_space(c) => {
                // A space before `-}}` belongs to the trim marker.
                while self.rest.starts_with(is_space) && closed(self.rest).is_none() {
                    self.rest = &self.rest[1..];
                }
                Ok(TemplateToken::Space)
            }
            '"' => self.quoted('"').map(TemplateToken::Text),
            '\'' => self.quoted('\'').map(|_| TemplateToken::Number),
            '`' => self.raw(),
            '$' => self.variable(),
            '.' if !self.rest[1..].starts_with(|c: char| c.is_ascii_digit()) => self.field(),
            '.' | '+' | '-' | '0'..='9' => self.number(),
            c if is_word(c) => self.word(),
            _ => self.sign(first),
        }
    }

    /// Takes characters while they fit.
    fn take(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !fits(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn sign(&mut self, sign: char) -> Result<TemplateToken, String> {
        self.rest = &self.rest[sign.len_utf8()..];
        match sign {
            '=' => Ok(TemplateToken::Assign),
            ':' if self.rest.starts_with('=') => {
                self.rest = &self.rest[1..];
                Ok(TemplateToken::Declare)
            }
            ':' => Err("`:` is not followed by `=`".into()),
            '|' => Ok(TemplateToken::Pipe),
            ',' => Ok(TemplateToken::Comma),
            '(' => {
                self.depth += 1;
                Ok(TemplateToken::Open)
            }
            ')' if self.depth == 0 => Err("`)` closes nothing".into()),
            ')' => {
                self.depth -= 1;
                Ok(TemplateToken::Close)
            }
            _ => Err(format!("the character `{sign}` is not allowed in an action")),
        }
    }

    /// A text between quotes, with escapes.
    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut escaped = false;
        for (i, c) in self.rest.char_indices().skip(1) {
            match c {
                '\n' => break,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                c if c == quote => {
                    let text = self.rest[1..i].to_owned();
                    self.rest = &self.rest[i + 1..];
                    return Ok(text);
                }
                _ => {}
            }
        }
        Err("a quoted text is not closed".into())
    }

    fn raw(&mut self) -> Result<TemplateToken, String> {
        let (text, rest) =
            self.rest[1..].split_once('`').ok_or("a text between backquotes is not closed")?;
        self.rest = rest;
        Ok(TemplateToken::Text(text.to_owned()))
    }

    fn variable(&mut self) -> Result<TemplateToken, String> {
        self.rest = &self.rest[1..];
        let name = self.take(is_word);
        self.terminated()?;
        Ok(TemplateToken::Variable(format!("${name}")))
    }

    fn field(&mut self) -> Result<TemplateToken, String> {
        self.rest = &self.rest[1..];
        let name = self.take(is_word);
        self.terminated()?;
        Ok(if name.is_empty() { TemplateToken::Dot } else { TemplateToken::Field(name.to_owned()) })
    }

    fn word(&mut self) -> Result<TemplateToken, String> {
        let word = self.take(is_word);
        self.terminated()?;
        Ok(match word {
            "true" | "false" => TemplateToken::Bool,
            "nil" => TemplateToken::Nil,
            word if KEYWORDS.contains(&word) => TemplateToken::Keyword(word.to_owned()),
            word => TemplateToken::Function(word.to_owned()),
        })
    }

    fn number(&mut self) -> Result<TemplateToken, String> {
        let start = self.rest;
        self.rest = &self.rest[1..];
        let mut last = ' ';
        while let Some(c) = self.rest.chars().next() {
            let exponent = matches!(last, 'e' | 'E') && matches!(c, '+' | '-');
            if !(is_word(c) || c == '.' || exponent) {
                break;
            }
            last = c;
            self.rest = &self.rest[c.len_utf8()..];
        }
        let text = &start[..start.len() - self.rest.len()];
        let has_digit = text.bytes().any(|b| b.is_ascii_digit());
        if has_digit && NUMBER.is_match(text) {
            Ok(TemplateToken::Number)
        } else {
            Err(format!("`{text}` is not a number"))
        }
    }

    /// Names end before a space, a sign or the end of the action.
    fn terminated(&self) -> Result<(), String> {
        match self.rest.chars().next() {
            None => Ok(()),
            Some(c) if is_space(c) || ".,|:)(".contains(c) => Ok(()),
            Some(_) if self.rest.starts_with(RIGHT) => Ok(()),
            Some(c) => Err(format!(
                "the character `{c}` is not allowed in a name: write `index . \"name\"`"
            )),
        }
    }
}
