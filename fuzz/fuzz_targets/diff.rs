//! Two objects, separated by a line `===`. Equal objects have no differences. Each reported
//! pointer leads to a difference. The reverse diff removes the added values.

#![no_main]

use aksgen::{
    diff::{Change, Diff, Difference, compare, differences, human, markdown, summary},
    sink::ChangedFile,
    yaml,
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::collections::BTreeSet;

fuzz_target!(|text: &str| {
    let (before, after) = text.split_once("===\n").unwrap_or((text, text));
    if let (Ok(before), Ok(after)) = (yaml::read(before), yaml::read(after)) {
        fields(&before, &after);
    }
    let (there, back) = (whole(before, after), whole(after, before));
    assert!(before != after || there.is_empty(), "a text differs from itself");
    assert_eq!(
        (there.counts.added, there.counts.removed, there.counts.changed),
        (back.counts.removed, back.counts.added, back.counts.changed)
    );
    assert_eq!(sides(&there, false), sides(&back, true));
});

fn fields(before: &Value, after: &Value) {
    let (there, back) = (differences(before, after), differences(after, before));
    assert_eq!(there.is_empty(), before == after);
    let turned = |all: &[Difference], turn: bool| {
        let mut pairs: Vec<String> = all
            .iter()
            .map(|d| {
                if turn {
                    format!("{:?}{:?}", d.after, d.before)
                } else {
                    format!("{:?}{:?}", d.before, d.after)
                }
            })
            .collect();
        pairs.sort();
        pairs
    };
    assert_eq!(turned(&there, false), turned(&back, true));
    for found in there.iter().filter(|found| !found.path.ends_with(" (order)")) {
        let (side, value) =
            if found.after.is_some() { (after, &found.after) } else { (before, &found.before) };
        assert_eq!(side.pointer(&found.pointer), value.as_ref(), "{found:?}");
    }
}

/// Diff of a tree with one file in one environment.
fn whole(before: &str, after: &str) -> Diff {
    let side = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let file = ChangedFile {
        section: "dev".into(),
        path: "environments/dev/file.yaml".into(),
        before: side(before),
        after: side(after),
    };
    let names = BTreeSet::from(["dev".to_owned()]);
    let all: Vec<ChangedFile> =
        [file].into_iter().filter(|file| file.before != file.after).collect();
    let diff = Diff::new(compare(&all, &names, &names));
    for shown in [human(&diff, false), markdown(&diff), summary(&diff)] {
        assert!(!shown.contains('\u{1b}') && !shown.contains('\r'), "{shown:?}");
    }
    diff
}

/// Change of each object.
fn sides(diff: &Diff, turn: bool) -> Vec<(String, String)> {
    let turned = |change| match change {
        Change::Added if turn => Change::Removed,
        Change::Removed if turn => Change::Added,
        other => other,
    };
    let mut all: Vec<_> = diff
        .environments
        .iter()
        .flat_map(|env| &env.objects)
        .map(|object| (object.title(), format!("{:?}", turned(object.change))))
        .collect();
    all.sort();
    all
}
