//! Setup of Tera: overrides precede built-in templates, and each value is escaped for its target.

use super::bounds;
use crate::{
    diag::{Code, Diagnostic, Label, Source},
    escape,
};
use std::{borrow::Cow, collections::BTreeMap, sync::Arc};
use tera::{ErrorKind, Kwargs, State, Tera, Value};

/// The syntax error of a template.
pub(super) fn syntax_error(name: &str, source: &Arc<Source>) -> Option<Diagnostic> {
    let error = fresh().add_raw_template(name, &source.text).err()?;
    is_syntax(&error).then(|| diagnostic(&error, source))
}

fn is_syntax(error: &tera::Error) -> bool {
    matches!(error.kind(), ErrorKind::SyntaxError(_))
}

/// Compiles templates. A syntax error leaves out all of them and is reported.
pub(super) fn compile(
    sources: &BTreeMap<String, Arc<Source>>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Tera {
    let mut tera = fresh();
    let texts = sources.iter().map(|(name, source)| (name.as_str(), bounded(name, source)));
    if let Err(error) = tera.add_raw_templates(texts) {
        let named = match error.kind() {
            ErrorKind::SyntaxError(report) => sources.get(report.filename()),
            _ => sources.values().next(),
        };
        diagnostics.extend(named.map(|source| diagnostic(&error, source)));
    }
    tera
}

/// The text of a template. Loops of an override are counted, and assignments have a limit.
fn bounded<'a>(name: &str, source: &'a Source) -> Cow<'a, str> {
    if name.starts_with("override/") && source.text.contains("{%") {
        bounds::counted(&source.text).into()
    } else {
        source.text.as_str().into()
    }
}

fn fresh() -> Tera {
    let mut tera = Tera::new();
    bounds::register(&mut tera);
    tera.autoescape_on(vec![".yaml"]);
    tera.set_escape_fn(escape::yaml);
    tera.register_filter("promql", |value: &Value, _: Kwargs, _: &State<'_>| {
        Value::safe_string(&escape::promql(&value.to_string()))
    });
    tera.register_filter("cel", |text: &str, _: Kwargs, _: &State<'_>| {
        Value::safe_string(&escape::cel(text))
    });
    tera.register_filter("annotation", |text: &str, _: Kwargs, _: &State<'_>| {
        escape::annotation(text)
    });
    tera.register_filter("gotext", |text: &str, _: Kwargs, _: &State<'_>| escape::gotext(text));
    tera.register_filter("kubelet", |text: &str, _: Kwargs, _: &State<'_>| escape::kubelet(text));
    tera.register_filter("md", |text: &str, _: Kwargs, _: &State<'_>| escape::markdown(text));
    tera.register_filter("bicep", |text: &str, _: Kwargs, _: &State<'_>| escape::bicep(text));
    tera.register_filter("sh", |text: &str, _: Kwargs, _: &State<'_>| escape::shell(text));
    tera.set_fallback_prefixes(vec!["override/".to_owned(), "builtin/".to_owned()])
        .expect("set before any template is added");
    tera
}

/// Diagnostic for an error of Tera, at the line of the template.
pub(super) fn diagnostic(error: &tera::Error, source: &Arc<Source>) -> Diagnostic {
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let mut lines = report.message().splitn(2, '\n');
            let message = lines.next().unwrap_or_default().trim_end_matches('.').to_owned();
            let help = lines.next().unwrap_or_default().trim().replace('\n', " ");
            Diagnostic::new(Code::TemplateSyntax, message)
                .help(help)
                .at(Label::new(source, source.line(report.span().start_line)))
        }
        _ => Diagnostic::new(Code::TemplateSyntax, error.to_string()).at(Label::new(source, 0..0)),
    }
}
