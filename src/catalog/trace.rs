//! Maps rendered lines to lines of a template, for diagnostics.

/// Appends the line number to every template line that is not inside a tag, as a comment.
pub(super) fn mark(text: &str) -> String {
    let mut open = false;
    let mut out = String::with_capacity(text.len() * 2);
    for (i, line) in text.lines().enumerate() {
        for pair in line.as_bytes().windows(2) {
            match pair {
                b"{{" | b"{%" | b"{#" => open = true,
                b"}}" | b"%}" | b"#}" => open = false,
                _ => {}
            }
        }
        out.push_str(line);
        if !open && !line.ends_with("-%}") && !line.ends_with("-}}") {
            out.push_str(&format!(" #@{}", i + 1));
        }
        out.push('\n');
    }
    out
}

/// The text without the line numbers, and the number of each line.
pub(super) fn unmark(text: &str) -> (String, Vec<Option<usize>>) {
    let mut plain = String::with_capacity(text.len());
    let mut lines = vec![];
    for line in text.lines() {
        let mut parts = line.split(" #@");
        plain.push_str(parts.next().unwrap_or_default());
        plain.push('\n');
        lines.push(parts.next().and_then(|mark| mark.trim().parse().ok()));
    }
    (plain, lines)
}

#[cfg(test)]
mod tests {
    #[test]
    fn marks_survive_loops_and_conditions() {
        let text = "a: 1\n{%- for x in list %}\n  - {{ x }}\n{%- endfor %}\nb: 2\n";
        let mut tera = tera::Tera::new();
        tera.add_raw_template("t.yaml", &super::mark(text)).unwrap();
        let mut context = tera::Context::new();
        context.insert("list", &["p", "q"]);
        let (plain, lines) = super::unmark(&tera.render("t.yaml", &context).unwrap());
        let found: Vec<(&str, Option<usize>)> = plain.lines().zip(lines).collect();
        assert_eq!(
            found,
            [("a: 1", Some(1)), ("  - p", Some(3)), ("  - q", Some(3)), ("b: 2", Some(5))]
        );
    }
}
