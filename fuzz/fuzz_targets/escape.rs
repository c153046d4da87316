//! Every escape on every text: decoding the escaped text gives the original text.

#![no_main]

use aksgen::escape;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    yaml(text);
    promql(text);
    assert_eq!(rendered(&escape::gotext(text)), text, "gotext");
    assert_eq!(rendered(&escape::annotation(text)), text, "annotation");
    assert_eq!(expanded(&escape::kubelet(text)), text, "kubelet");
    let one_line = escape::document(text).replace(['\n', '\t'], " ");
    assert_eq!(cell(&escape::markdown(text)), one_line, "markdown");
    assert_eq!(html(&escape::comment(text)), text, "comment");
    assert_eq!(literal(&escape::bicep(text), "'$"), text, "bicep");
    assert_eq!(literal(&escape::cel(text), "'"), text, "cel");
    if !text.contains('\0') {
        assert_eq!(words(&escape::shell(text)), [text], "shell");
    }
});

/// Tests keys and values in block and flow style with three parsers.
fn yaml(text: &str) {
    let mut out = vec![];
    escape::yaml(text, &mut out).expect("memory takes everything");
    let scalar = String::from_utf8(out).expect("text in, text out");
    let forms = [
        format!("a: {scalar}\n"),
        format!("a: [{scalar}]\n"),
        format!("a: {{b: {scalar}}}\n"),
        format!("{scalar}: 1\n"),
        format!("{{{scalar}: 1}}\n"),
    ];
    // A key on one line has fewer than 1024 characters, and `<<` is refused.
    let known = if scalar.len() < 1000 && text != "<<" { forms.len() } else { 3 };
    for form in &forms[..known] {
        let library: serde_json::Value = serde_yaml::from_str(form).expect("a library reads it");
        assert_eq!(aksgen::yaml::read(form).as_ref(), Ok(&library), "{form}");
        assert_eq!(aksgen::yaml::strict(form).as_ref(), Ok(&library), "{form}");
        let back = library
            .get("a")
            .filter(|_| text != "a")
            .map(|a| a.get(0).or_else(|| a.get("b")).unwrap_or(a).clone());
        let back = back.unwrap_or_else(|| {
            library.as_object().and_then(|table| table.keys().next()).cloned().into()
        });
        assert_eq!(back, text, "{form}");
    }
}

fn promql(text: &str) {
    let inner = escape::promql(text);
    assert_eq!(literal(&format!("\"{inner}\""), "\""), text, "promql");
    let parsed = promql_parser::parser::parse(&format!("up{{x=\"{inner}\"}}"));
    let Ok(promql_parser::parser::Expr::VectorSelector(selector)) = parsed else {
        panic!("no selector: {parsed:?}")
    };
    assert_eq!(
        selector.matchers.matchers.iter().map(|matcher| matcher.value.as_str()).collect::<Vec<_>>(),
        [text],
        "promql"
    );
}

/// Content of a quoted text, with the escapes that Bicep, CEL and PromQL share. `bare` must be
/// escaped.
fn literal(text: &str, bare: &str) -> String {
    let quote = bare.chars().next().expect("each has a quote");
    let inner = text
        .strip_prefix(quote)
        .and_then(|rest| rest.strip_suffix(quote))
        .expect("quotes at both ends");
    let (mut out, mut rest) = (String::new(), inner.chars());
    while let Some(c) = rest.next() {
        assert!(c != '\n' && c != '\r' || quote == '"' && c == '\r', "a line ends in {text}");
        assert!(!bare.contains(c), "{c} in {text}");
        out.push(if c == '\\' { escaped(&mut rest) } else { c });
    }
    out
}

fn escaped(rest: &mut std::str::Chars<'_>) -> char {
    match rest.next() {
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some(c @ ('\\' | '\'' | '"' | '$')) => c,
        Some('U') => hex(&rest.by_ref().take(8).collect::<String>()),
        Some('u') => hex(rest
            .by_ref()
            .take_while(|c| *c != '}')
            .collect::<String>()
            .strip_prefix('{')
            .expect("a brace")),
        other => panic!("{other:?} is no escape"),
    }
}

fn hex(digits: &str) -> char {
    u32::from_str_radix(digits, 16)
        .ok()
        .and_then(char::from_u32)
        .expect("the number of a character")
}

/// Output of a Go template whose actions are quoted texts.
fn rendered(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, action)) = rest.split_once("{{") {
        let (quoted, after) = action
            .strip_prefix('"')
            .and_then(|action| action.split_once("\"}}"))
            .expect("a quoted text");
        out.extend([before, quoted]);
        rest = after;
    }
    out + rest
}

/// Argument that the kubelet passes: `$$` becomes `$`, and `$(NAME)` is a variable.
fn expanded(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('$') {
        assert!(!after.starts_with('('), "a variable in {text}");
        out.extend([before, "$"]);
        rest = after.strip_prefix('$').unwrap_or(after);
    }
    out + rest
}

/// Text of a Markdown table cell.
fn cell(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text.chars());
    while let Some(c) = rest.next() {
        assert!(!"\n\r|`*_[]<>#".contains(c), "{c:?} in {text}");
        out.push(if c == '\\' { rest.next().expect("something to escape") } else { c });
    }
    out
}

/// Text that a browser displays for numeric character references.
fn html(text: &str) -> String {
    let mut parts = text.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (number, rest) = part
            .strip_prefix('#')
            .and_then(|part| part.split_once(';'))
            .expect("a numbered character");
        out.extend(number.parse().ok().and_then(char::from_u32));
        out.push_str(rest);
    }
    assert!(!text.contains(['<', '>', '|', '`', '@', '[', '\n']), "{text}");
    out
}

/// Words of a shell command, with plain and single-quoted parts.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut rest, mut quoted) = (vec![String::new()], line.chars(), false);
    while let Some(c) = rest.next() {
        let word = words.last_mut().expect("one from the start");
        match c {
            '\'' => quoted = !quoted,
            c if quoted => word.push(c),
            '\\' => word.extend(rest.next()),
            ' ' | '\t' | '\n' => words.push(String::new()),
            c => {
                assert!(!"$`\"|&;<>()*?[]#~!{}".contains(c), "{c} in {line}");
                word.push(c);
            }
        }
    }
    assert!(!quoted, "{line} does not end");
    words
}
