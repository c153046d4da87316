//! Line breaks in Markdown paragraphs.

/// Maximum number of columns of a line.
const WIDTH: usize = 100;

/// A paragraph in lines of at most 100 columns. A code span is not broken.
pub(super) fn wrap(paragraph: &str) -> String {
    let (mut text, mut column) = (String::new(), 0);
    for word in words(paragraph) {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            text.push('\n');
            column = 0;
        }
        if column > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += width;
    }
    text
}

/// Words between spaces; a code span with spaces is a part of one word.
fn words(paragraph: &str) -> Vec<&str> {
    let (mut words, mut start, mut in_code) = (vec![], 0, false);
    for (at, c) in paragraph.char_indices() {
        match c {
            '`' => in_code = !in_code,
            c if c.is_whitespace() && !in_code => {
                words.push(&paragraph[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    words.push(&paragraph[start..]);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_are_full_and_code_spans_stay_whole() {
        let word = "x".repeat(49);
        assert_eq!(wrap(&format!("{word} {word} y")), format!("{word} {word}\ny"));
        let code = format!("`{word} {word}`");
        assert_eq!(wrap(&format!("a {code} b")), format!("a\n{code}\nb"));
        assert_eq!(wrap("a\n b"), "a b");
    }
}
