//! Markdown output of a diff for pull requests: counts, severe changes, then all changes folded.

use super::{
    Change, Consequence, Diff, DiffCounts, EnvironmentDiff, FileDiff, ObjectDiff, SpecLine,
    human::sign, source, texts,
};
use crate::{diag::safe, escape::comment};
use serde_json::Value;

/// Maximum number of rows, so that a comment stays below 65,536 characters.
const ROWS: usize = 200;

/// Prints a diff up to the maximum number of rows.
pub fn markdown(diff: &Diff) -> String {
    if diff.is_empty() {
        return "### aksgen: no change\n".to_owned();
    }
    let mut left = ROWS;
    let details: String = diff.environments.iter().map(|env| details(env, &mut left)).collect();
    format!("### aksgen: what changes\n\n{}\n{}{details}", counts(diff), severe_changes(diff))
}

fn counts(diff: &Diff) -> String {
    let mut out = "| environment | added | changed | moved | removed | other files |\n|---|--:|--:|--:|--:|--:|\n".to_owned();
    for env in &diff.environments {
        let DiffCounts { added, changed, moved, removed, files } =
            Diff::new(vec![env.clone()]).counts;
        out.push_str(&format!(
            "| {} | {added} | {changed} | {moved} | {removed} | {files} |\n",
            escaped(&env.name)
        ));
    }
    let effects: Vec<String> =
        diff.effects.iter().map(|(words, n)| format!("{n} {words}")).collect();
    let effects = effects.join(", ");
    if effects.is_empty() { out } else { format!("{out}\n{effects}\n") }
}

/// List of severe changes.
fn severe_changes(diff: &Diff) -> String {
    let mut rows = vec![];
    for env in &diff.environments {
        for object in &env.objects {
            let own = object.consequence.iter().map(|c| (c, String::new()));
            let fields = object.fields.iter().filter_map(|field| {
                Some((field.consequence.as_ref()?, format!(" {}", code(&field.path))))
            });
            rows.extend(
                own.chain(fields)
                    .filter(|(c, _)| c.is_severe())
                    .map(|(c, field)| (c.effect, severe_change(env, object, c, &field))),
            );
        }
    }
    rows.sort_by_key(|(effect, _)| std::cmp::Reverse(*effect));
    let more = rows.len().saturating_sub(ROWS / 4);
    let list: String = rows.iter().take(ROWS / 4).map(|(_, row)| row.as_str()).collect();
    let rest = if more > 0 { format!("- and {more} more\n") } else { String::new() };
    if rows.is_empty() {
        String::new()
    } else {
        format!("**Before this is merged:**\n\n{list}{rest}\n")
    }
}

fn severe_change(
    env: &EnvironmentDiff,
    object: &ObjectDiff,
    consequence: &Consequence,
    field: &str,
) -> String {
    let renamed = object
        .renamed
        .as_ref()
        .map(|name| format!("; it looks like a rename to {}: the data does not move", code(name)));
    let (env, title) = (escaped(&env.name), code(&object.title()));
    format!(
        "- **{}**: {env} {title}{field}: {}{}{}\n",
        consequence.words(),
        reason(consequence),
        renamed.unwrap_or_default(),
        sources(consequence)
    )
}

/// The reason and the safe way.
fn reason(consequence: &Consequence) -> String {
    let safe_way = consequence.safe_way.iter().map(|text| format!("; safe way: {text}"));
    escaped(&format!("{}{}", consequence.why, safe_way.collect::<String>()))
}

/// The first source, in parentheses.
fn sources(consequence: &Consequence) -> String {
    let first = consequence.sources.first().map(|name| source::markdown(name));
    let doubt = (!consequence.confirmed).then(|| "not confirmed".to_owned());
    let parts: Vec<String> = first.into_iter().chain(doubt).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join("; ")) }
}

fn details(env: &EnvironmentDiff, left: &mut usize) -> String {
    let file = |file: &FileDiff| {
        row(sign(file.change), &code(&file.path), ["", "", &place(file.line.as_ref()), ""])
    };
    let rows: Vec<String> =
        env.objects.iter().flat_map(rows).chain(env.files.iter().map(file)).collect();
    let shown = rows.len().min(*left);
    *left -= shown;
    let more = match rows.len() - shown {
        0 => String::new(),
        n => format!("\nand {n} more; `aksgen diff` shows all\n"),
    };
    let title = match env.whole {
        Some(Change::Added) => format!("{}: the environment is new", escaped(&env.name)),
        Some(_) => format!("{}: the environment is gone", escaped(&env.name)),
        None => escaped(&env.name),
    };
    let table = format!(
        "| | object | field | change | line | effect |\n|---|---|---|---|---|---|\n{}",
        rows[..shown].concat()
    );
    format!("<details>\n<summary>{title}</summary>\n\n{table}{more}\n</details>\n\n")
}

fn rows(object: &ObjectDiff) -> Vec<String> {
    let (sign, title) = (sign(object.change), code(&object.title()));
    let words = |c: Option<&Consequence>| c.map(Consequence::words).unwrap_or_default();
    let moved =
        object.from.as_ref().map(|from| format!("moved {} → {}", code(from), code(&object.path)));
    let whole = (object.fields.is_empty() || moved.is_some()).then(|| {
        row(
            sign,
            &title,
            [
                "",
                &moved.unwrap_or_default(),
                &place(object.line.as_ref()),
                &words(object.consequence.as_ref()),
            ],
        )
    });
    let fields = object.fields.iter().map(|field| {
        let change = values(field.before.as_ref(), field.after.as_ref());
        row(
            sign,
            &title,
            [
                &code(&field.path),
                &change,
                &place(field.line.as_ref()),
                &words(field.consequence.as_ref()),
            ],
        )
    });
    whole.into_iter().chain(fields).collect()
}

fn row(sign: &str, object: &str, cells: [&str; 4]) -> String {
    format!("| {} | {object} | {} |\n", escaped(sign.trim()), cells.join(" | "))
}

fn values(before: Option<&Value>, after: Option<&Value>) -> String {
    match (before, after) {
        (Some(old), Some(new)) if old == new => "differs, and looks like a secret".to_owned(),
        (Some(old), Some(new)) => {
            let (old, new) = texts::pair(old, new);
            format!("{} → {}", code(&old), code(&new))
        }
        (None, Some(new)) => format!("added {}", code(&texts::short(new))),
        (Some(old), None) => format!("removed {}", code(&texts::short(old))),
        (None, None) => String::new(),
    }
}

fn place(place: Option<&SpecLine>) -> String {
    place.map(|place| code(&place.words())).unwrap_or_default()
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

fn escaped(text: &str) -> String {
    comment(&safe(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_cell() {
        let text = code("a|b\n</code><script>`@team` [x](y)");
        for c in ['|', '\n', '`', '@', '['] {
            assert!(!text.contains(c), "{c} in {text}");
        }
        assert_eq!(text.matches('<').count(), 2, "{text}");
    }
}
