//! Every row of the table can win, and every effect has words.

use super::*;
use serde_json::json;

#[test]
fn effects_are_listed_from_the_least_severe() {
    let names: Vec<Effect> = TABLE.effect.iter().map(|row| row.name).collect();
    assert!(names.is_sorted() && names.len() == 13, "{names:?}");
    assert!(names.iter().all(|effect| !effect.meaning().is_empty()));
    assert!(!Effect::RollsPods.is_severe() && Effect::Restarts.is_severe());
}

#[test]
fn every_row_has_a_source_and_letters_of_evidence() {
    for row in &TABLE.consequence {
        assert!(!row.src.is_empty() && !row.why.is_empty(), "{row:?}");
        assert!(!row.conf.is_empty(), "{row:?}");
        assert!(row.conf.chars().all(|c| "KCMSTDPOIU".contains(c)), "{row:?}");
    }
}

/// A kind of a row, without `*`.
fn some_kind(row: &ConsequenceRow) -> (String, String) {
    let pattern = row.kinds[0].replace("*.azure.com/*", "x.azure.com/X");
    let (group, kind) = pattern.split_once('/').expect("group/Kind");
    (if group == "core" { "v1".to_owned() } else { format!("{group}/v1") }, kind.to_owned())
}

/// Old and new values for which a row holds.
fn some_values(row: &ConsequenceRow) -> (Option<Value>, Option<Value>) {
    let present = |listed: &Option<Vec<Value>>| {
        listed.as_ref().map(|all| all[0].clone()).filter(|value| value != "(absent)")
    };
    match row.when {
        When::Set => (None, Some(present(&row.to).unwrap_or(json!("new")))),
        When::Unset => (Some(present(&row.from).unwrap_or(json!("old"))), None),
        When::Smaller => (Some(json!("2")), Some(json!("1"))),
        When::Larger => (Some(json!("1")), Some(json!("2"))),
        When::SkipsMinor => (Some(json!("1.1")), Some(json!("1.3"))),
        _ => (
            if row.from.is_some() { present(&row.from) } else { Some(json!("old")) },
            if row.to.is_some() { present(&row.to) } else { Some(json!("new")) },
        ),
    }
}

/// An object of a row's kind, with the values that the row needs.
fn some_object(row: &ConsequenceRow) -> Value {
    let (api_version, kind) = some_kind(row);
    let mut object = json!({"apiVersion": api_version, "kind": kind, "metadata": {"name": "x"}});
    let gone = row.at.iter().filter(|at| row.when == When::Gone && !at.is_empty());
    let wanted = gone.map(|at| (at.clone(), json!("x")));
    for (pointer, value) in row.only.iter().map(|(a, b)| (a.clone(), b.clone())).chain(wanted) {
        let mut place = &mut object;
        for key in pointer.split('/').skip(1) {
            place = if key == "0" { place } else { &mut place[key] };
        }
        *place = if pointer.ends_with("/0") { json!([value]) } else { value };
    }
    object
}

#[test]
fn every_row_wins_for_some_change() {
    let mut silent = vec![];
    for row in &TABLE.consequence {
        let object = some_object(row);
        let found = if row.when == When::Gone {
            of_removal(&object).map(|found| found.why)
        } else {
            let (before, after) = some_values(row);
            let qualified = &qualified(&object);
            let wins = |at: &String| {
                let pointer = &at.replace('*', "0");
                let (before, after) = (before.as_ref(), after.as_ref());
                let change = FieldChange { object: &object, qualified, pointer, before, after };
                change.row().map(|row| row.why.clone()).filter(|why| *why == row.why)
            };
            row.at.iter().find_map(wins)
        };
        if found.as_deref() != Some(row.why.as_str()) {
            silent.push(format!("{:?} {:?} {:?}: {}", row.kinds, row.at, row.when, row.why));
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn a_kept_object_leaves_data() {
    let object = |annotations: Value| {
        json!({"apiVersion": "keyvault.azure.com/v1api20230701", "kind": "Vault",
            "metadata": {"name": "x", "annotations": annotations}})
    };
    let effect = |annotations: Value| of_removal(&object(annotations)).map(|found| found.effect);
    assert_eq!(effect(json!({})), Some(Effect::DeletesData));
    let kept = json!({"argocd.argoproj.io/sync-options": "Prune=false,Delete=false"});
    assert_eq!(effect(kept), Some(Effect::LeavesData));
}

#[test]
fn immutable_fields_of_a_record_are_known() {
    let object = json!({"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass"});
    let change = |pointer: &str| of_field(&object, pointer, Some(&json!("a")), Some(&json!("b")));
    let effect = change("/spec/controller").map(|found| found.effect);
    assert_eq!(effect, Some(Effect::MustBeRecreated));
    assert_eq!(change("/metadata/labels/a"), None);
}
