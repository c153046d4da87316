//! Structure of a template: blocks, pipelines and variables.

use super::{functions, lexer::TemplateToken, lexer::actions};
use crate::diag::nearest;
use std::iter::Peekable;

/// Parses a template. Returns the keys that it reads in every execution.
///
/// # Errors
/// The first violation.
pub(in crate::verify) fn parse(text: &str) -> Result<Vec<String>, String> {
    let mut parser = Parser { variables: vec!["$".to_owned()], ..Parser::default() };
    for action in actions(text)? {
        parser.action(action)?;
    }
    match parser.blocks.pop() {
        Some(block) => Err(format!("`{{{{ {} }}}}` has no `{{{{ end }}}}`", block.keyword)),
        None => Ok(parser.keys),
    }
}

/// An open block.
struct Block {
    keyword: String,
    /// Number of variables before it.
    variables: Vec<String>,
    /// It had a final `else`.
    ended: bool,
}

#[derive(Default)]
struct Parser {
    blocks: Vec<Block>,
    variables: Vec<String>,
    keys: Vec<String>,
}

/// Tokens of the rest of an action.
type TokenStream = Peekable<std::vec::IntoIter<TemplateToken>>;

impl Parser {
    fn action(&mut self, tokens: Vec<TemplateToken>) -> Result<(), String> {
        let mut tokens = tokens.into_iter().peekable();
        skip_space(&mut tokens);
        let Some(TemplateToken::Keyword(keyword)) = tokens.peek().cloned() else {
            return self.pipeline(&mut tokens, "command", false);
        };
        tokens.next();
        match keyword.as_str() {
            "if" | "with" | "range" => self.open(&keyword, &mut tokens),
            "else" => self.other(&mut tokens),
            "end" => {
                let block = self.blocks.pop().ok_or("`{{ end }}` closes nothing")?;
                self.variables = block.variables;
                finished(&mut tokens, "end")
            }
            "break" | "continue" if self.blocks.iter().any(|block| block.keyword == "range") => {
                finished(&mut tokens, &keyword)
            }
            "break" | "continue" => Err(format!("`{keyword}` is outside of `range`")),
            _ => self.named(&keyword, &mut tokens),
        }
    }

    /// Begins a block with a condition.
    fn open(&mut self, keyword: &str, tokens: &mut TokenStream) -> Result<(), String> {
        let variables = self.variables.clone();
        self.pipeline(tokens, keyword, false)?;
        self.blocks.push(Block { keyword: keyword.to_owned(), variables, ended: false });
        Ok(())
    }

    /// `else`, `else if` and `else with`.
    fn other(&mut self, tokens: &mut TokenStream) -> Result<(), String> {
        let block = self.blocks.last_mut().ok_or("`{{ else }}` belongs to no block")?;
        if block.ended || !["if", "with", "range"].contains(&block.keyword.as_str()) {
            return Err("`{{ else }}` belongs to no block".into());
        }
        skip_space(tokens);
        let again = TemplateToken::Keyword(block.keyword.clone());
        if block.keyword != "range" && tokens.peek() == Some(&again) {
            tokens.next();
            let keyword = block.keyword.clone();
            return self.pipeline(tokens, &keyword, false);
        }
        block.ended = true;
        finished(tokens, "else")
    }

    /// `define`, `block` and `template`, which have a name.
    fn named(&mut self, keyword: &str, tokens: &mut TokenStream) -> Result<(), String> {
        skip_space(tokens);
        let Some(TemplateToken::Text(_)) = tokens.next() else {
            return Err(format!("`{keyword}` has no name in quotes"));
        };
        let variables = self.variables.clone();
        match keyword {
            "define" if !self.blocks.is_empty() => {
                return Err("`define` is inside of a block".into());
            }
            "define" => {
                finished(tokens, keyword)?;
                self.variables.truncate(1);
            }
            _ => {
                skip_space(tokens);
                if keyword == "block" || tokens.peek().is_some() {
                    self.pipeline(tokens, keyword, false)?;
                }
            }
        }
        if keyword != "template" {
            self.blocks.push(Block { keyword: keyword.to_owned(), variables, ended: false });
        }
        Ok(())
    }

    /// Commands with `|` between them, up to the end or to `)`.
    fn pipeline(
        &mut self,
        tokens: &mut TokenStream,
        context: &str,
        inside: bool,
    ) -> Result<(), String> {
        let declared = self.declarations(tokens, context)?;
        let mut stage = 0;
        loop {
            skip_space(tokens);
            match tokens.peek() {
                Some(TemplateToken::Close) if inside => {
                    tokens.next();
                    break;
                }
                None if inside => return Err("`(` is not closed".into()),
                None => break,
                Some(_) => self.command(tokens, stage)?,
            }
            stage += 1;
        }
        self.variables.extend(declared);
        if stage == 0 { Err(format!("`{context}` has no value")) } else { Ok(()) }
    }

    /// `$a :=`, `$a =`, and `$a, $b :=` of `range`. Returns new variables.
    fn declarations(&self, tokens: &mut TokenStream, context: &str) -> Result<Vec<String>, String> {
        let mut ahead = tokens.clone();
        let mut names = vec![];
        loop {
            skip_space(&mut ahead);
            let Some(TemplateToken::Variable(name)) = ahead.next() else { return Ok(vec![]) };
            names.push(name);
            skip_space(&mut ahead);
            match ahead.next() {
                Some(TemplateToken::Comma) if context == "range" && names.len() == 1 => {}
                Some(TemplateToken::Declare) => {
                    *tokens = ahead;
                    return Ok(names);
                }
                Some(TemplateToken::Assign) => {
                    *tokens = ahead;
                    return names.iter().try_for_each(|name| self.known(name)).map(|()| vec![]);
                }
                _ => return Ok(vec![]),
            }
        }
    }

    fn known(&self, variable: &str) -> Result<(), String> {
        if self.variables.iter().any(|known| known == variable) {
            Ok(())
        } else {
            Err(format!("the variable `{variable}` is not defined"))
        }
    }

    /// A command: its operands, and the `|` behind it.
    fn command(&mut self, tokens: &mut TokenStream, stage: usize) -> Result<(), String> {
        let operands = self.operands(tokens)?;
        match &operands[..] {
            [] => Err("a command is empty".into()),
            [first, ..] if stage > 0 && first.is_value() => Err("a value cannot follow `|`".into()),
            [TemplateToken::Nil] => Err("`nil` is not a command".into()),
            [first, _, ..] if first.is_value() => {
                Err("a value cannot be called with arguments".into())
            }
            [TemplateToken::Function(function), TemplateToken::Dot, TemplateToken::Text(key)]
                if ["index", "get"].contains(&function.as_str()) =>
            {
                self.reads(key);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Operands up to `|`, `)` or the end.
    fn operands(&mut self, tokens: &mut TokenStream) -> Result<Vec<TemplateToken>, String> {
        let mut operands = vec![];
        loop {
            skip_space(tokens);
            match tokens.peek() {
                None | Some(TemplateToken::Close) => return Ok(operands),
                Some(TemplateToken::Pipe) if operands.is_empty() => return Ok(operands),
                Some(TemplateToken::Pipe) => {
                    tokens.next();
                    skip_space(tokens);
                    return match tokens.peek() {
                        None | Some(TemplateToken::Close) => Err("nothing follows `|`".into()),
                        Some(_) => Ok(operands),
                    };
                }
                Some(_) => operands.push(self.operand(tokens)?),
            }
            if tokens.peek().is_some_and(|next| !next.ends_operand()) {
                return Err("a space is absent between two operands".into());
            }
        }
    }

    /// A term, and the fields behind it.
    fn operand(&mut self, tokens: &mut TokenStream) -> Result<TemplateToken, String> {
        let first = tokens.next().unwrap_or(TemplateToken::Space);
        self.term(&first, tokens)?;
        let is_root = first == TemplateToken::Variable("$".to_owned());
        if let (true, Some(TemplateToken::Field(field))) = (is_root, tokens.peek()) {
            let field = field.clone();
            self.reads(&field);
        }
        while let Some(TemplateToken::Field(name)) = tokens.peek() {
            if first.is_value() {
                return Err(format!("`.{name}` follows a value that has no fields"));
            }
            tokens.next();
        }
        Ok(first)
    }

    fn term(&mut self, term: &TemplateToken, tokens: &mut TokenStream) -> Result<(), String> {
        match term {
            TemplateToken::Function(name) if functions::is_known(name) => Ok(()),
            TemplateToken::Function(name) => {
                let near = nearest(name, functions::all());
                let near =
                    near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                Err(format!("External Secrets has no function `{name}`{near}"))
            }
            TemplateToken::Variable(name) => self.known(name),
            TemplateToken::Field(name) => {
                self.reads(name);
                Ok(())
            }
            TemplateToken::Open => self.pipeline(tokens, "(", true),
            TemplateToken::Keyword(name) => Err(format!("`{name}` stands inside of an action")),
            value if value.is_value() => Ok(()),
            _ => Err("a sign stands where a value is expected".into()),
        }
    }

    /// Adds a key that every execution reads: blocks can be skipped, or change the dot.
    fn reads(&mut self, key: &str) {
        if self.blocks.is_empty() {
            self.keys.push(key.to_owned());
        }
    }
}

fn skip_space(tokens: &mut TokenStream) {
    while tokens.next_if_eq(&TemplateToken::Space).is_some() {}
}

/// Nothing but space follows.
fn finished(tokens: &mut TokenStream, keyword: &str) -> Result<(), String> {
    skip_space(tokens);
    if tokens.peek().is_none() { Ok(()) } else { Err(format!("`{keyword}` takes no value")) }
}
