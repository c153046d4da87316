//! Syntax of Go templates, as `text/template` and External Secrets read them. Templates are parsed,
//! not executed. Source: `text/template/parse` of Go 1.25.

mod functions;
mod lexer;
mod parser;

pub(super) use parser::parse;

#[cfg(test)]
mod tests;
