//! Draws the screen of a terminal as an SVG.

use std::{fmt::Write, num::NonZeroU16};
use vt100::{Cell, Color, Parser};

/// Width of a character and height of a line, in pixels.
const WIDTH: f64 = 8.4;
const HEIGHT: f64 = 18.0;
const MARGIN: f64 = 16.0;
const ROWS: u16 = 300;
const FOREGROUND: &str = "#d0d7de";
const BACKGROUND: &str = "#161b22";

/// A screen of the given width, after the bytes were written to it.
pub(super) fn screen(bytes: &str, columns: u16) -> Parser {
    let size = |count| NonZeroU16::new(count).expect("more than zero");
    let mut parser = Parser::new(size(ROWS), size(columns), 0);
    // A terminal in its default mode returns to the first column after a line feed.
    parser.process(bytes.replace("\r\n", "\n").replace('\n', "\r\n").as_bytes());
    parser
}

/// Text of one style: start column, colour and weight.
#[derive(Debug, PartialEq)]
struct Run {
    column: usize,
    color: &'static str,
    bold: bool,
    text: String,
}

/// The drawing, without empty lines at the end.
pub(super) fn draw(parser: &Parser) -> String {
    let screen = parser.screen();
    let (_, columns) = screen.size();
    let mut rows: Vec<Vec<Run>> = (0..ROWS)
        .map(|row| runs((0..columns.get()).filter_map(|at| screen.cell(row, at))))
        .collect();
    while rows.last().is_some_and(Vec::is_empty) {
        rows.pop();
    }
    let width = f64::from(columns.get()).mul_add(WIDTH, 2.0 * MARGIN);
    let height = (0..rows.len()).fold(2.0 * MARGIN, |sum, _| sum + HEIGHT);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
         role=\"img\" aria-label=\"A terminal session of aksgen\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n\
         <g font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,monospace\" \
         font-size=\"14\" xml:space=\"preserve\">\n"
    );
    let mut y = MARGIN + HEIGHT * 0.75;
    for row in &rows {
        row.iter().for_each(|run| out += &element(run, y));
        y += HEIGHT;
    }
    out + "</g>\n</svg>\n"
}

/// Merges adjacent cells of one style, without surrounding spaces.
fn runs<'a>(cells: impl Iterator<Item = &'a Cell>) -> Vec<Run> {
    let mut out: Vec<Run> = vec![];
    for (column, cell) in cells.enumerate() {
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let (color, bold) = (color(cell.fgcolor()), cell.bold());
        match out.last_mut() {
            Some(run) if run.color == color && run.bold == bold => run.text += text,
            _ => out.push(Run { column, color, bold, text: text.to_owned() }),
        }
    }
    for run in &mut out {
        run.column += run.text.len() - run.text.trim_start().len();
        run.text = run.text.trim().to_owned();
    }
    out.retain(|run| !run.text.is_empty());
    out
}

fn element(run: &Run, y: f64) -> String {
    let x = (0..run.column).fold(MARGIN, |sum, _| sum + WIDTH);
    let length = run.text.chars().fold(0.0, |sum, _| sum + WIDTH);
    let weight = if run.bold { " font-weight=\"bold\"" } else { "" };
    let mut out = String::new();
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" textLength=\"{length:.1}\" fill=\"{}\"{weight}>{}</text>",
        run.color,
        escape(&run.text)
    );
    out
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The palette of a dark terminal, for the colours that diagnostics use.
fn color(color: Color) -> &'static str {
    match color {
        Color::Idx(1 | 9) => "#ff7b72",
        Color::Idx(2 | 10) => "#7ee787",
        Color::Idx(3 | 11) => "#e3b341",
        Color::Idx(4 | 12) => "#79c0ff",
        Color::Idx(5 | 13) => "#d2a8ff",
        Color::Idx(6 | 14) => "#56d4dd",
        _ => FOREGROUND,
    }
}

#[test]
fn colours_columns_and_special_characters_are_drawn() {
    let drawing = draw(&screen("a <b>\n\x1b[1;91merror\x1b[0m: & c\n", 20));
    assert!(drawing.contains(">a &lt;b&gt;</text>"), "{drawing}");
    assert!(drawing.contains("fill=\"#ff7b72\" font-weight=\"bold\">error</text>"), "{drawing}");
    assert!(drawing.contains("x=\"58.0\""), "{drawing}");
    assert!(drawing.contains(">: &amp; c</text>"), "{drawing}");
}
