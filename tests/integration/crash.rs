//! Kills a render, or returns an error, at each system call that changes the disk.
//!
//! With `CI=true` the tests cover every call and every error; otherwise a sample.
//! `AKSGEN_CRASH=DIR` uses the platform of a directory instead of the smallest one. `AKSGEN_BIN`
//! names another build of the program. `--nocapture` prints the number of calls.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]
#![allow(clippy::print_stdout, reason = "a test reports what it skipped")]

mod calls;
mod fixture;

use calls::{Call, call_errors, can_trace, counts};
use fixture::{Fixture, aksgen, tree, write};
use std::{
    env, fs,
    num::NonZero,
    panic,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

/// Runs `act` for all items, with one thread per processor. The first failure ends the run.
fn each<T: Sync>(all: &[T], act: impl Fn(&T) + Sync) {
    let (next, failed) = (AtomicUsize::new(0), Mutex::new(None));
    let work = || {
        while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
            if failed.lock().unwrap().is_some() {
                return;
            }
            if let Err(why) = panic::catch_unwind(panic::AssertUnwindSafe(|| act(one))) {
                *failed.lock().unwrap() = Some(why);
            }
        }
    };
    let workers = thread::available_parallelism().map_or(2, NonZero::get);
    thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    if let Some(why) = failed.into_inner().unwrap() {
        panic::resume_unwind(why);
    }
}

fn kill_at_each(fixture: &Fixture, calls: &[Call]) {
    let start = Instant::now();
    each(calls, |call| fixture.assert_killed(&fixture.kill_at(call)));
    let names = counts(calls.iter().map(|call| call.name.as_str()));
    println!(
        "{} files, killed at {} calls ({names}): {} states, {} s",
        fixture.count(),
        calls.len(),
        fixture.states(),
        start.elapsed().as_secs()
    );
}

fn fail_at_each(fixture: &Fixture, calls: Vec<Call>) {
    let (start, count) = (Instant::now(), calls.len());
    let cases = call_errors(calls);
    each(&cases, |(call, error)| fixture.assert_failed(&fixture.fail_at(call, error), call));
    let errors = counts(cases.iter().map(|(_, error)| *error));
    let (files, states, seconds) = (fixture.count(), fixture.states(), start.elapsed().as_secs());
    println!(
        "{files} files, {count} calls failed {} times ({errors}): {states} states, {seconds} s",
        cases.len()
    );
}

#[test]
fn a_first_render_survives_a_kill_at_each_call() {
    if can_trace() {
        let fixture = Fixture::first();
        kill_at_each(&fixture, &fixture.calls());
    }
}

#[test]
fn an_update_survives_a_kill_at_each_call() {
    if can_trace() {
        let fixture = Fixture::update(&[]);
        kill_at_each(&fixture, &fixture.calls());
    }
}

#[test]
fn a_first_render_reports_an_error_of_each_call() {
    if can_trace() {
        let fixture = Fixture::first();
        fail_at_each(&fixture, fixture.calls());
    }
}

#[test]
fn an_update_reports_an_error_of_each_call() {
    if can_trace() {
        let fixture = Fixture::update(&[]);
        fail_at_each(&fixture, fixture.calls());
    }
}

/// `--sync` adds `fsync` calls only; the tests above cover the other calls.
#[test]
fn an_update_survives_kills_and_errors_of_each_fsync() {
    if can_trace() {
        let fixture = Fixture::update(&["--sync"]);
        let syncs: Vec<Call> =
            fixture.calls().into_iter().filter(|call| call.name.contains("sync")).collect();
        assert!(!syncs.is_empty());
        kill_at_each(&fixture, &syncs);
        fail_at_each(&fixture, syncs);
    }
}

/// A file of the tree is edited between the kill and the next run. The next run reports the edit
/// and keeps it.
#[test]
fn an_edit_after_a_kill_is_kept() {
    if !can_trace() || env::var_os("AKSGEN_CRASH").is_some() {
        return;
    }
    let fixture = Fixture::update(&[]);
    let moves: Vec<Call> =
        fixture.calls().into_iter().filter(|call| call.name.starts_with("rename")).collect();
    let changes = |path: &&String| {
        path.contains("azure")
            && fixture.after.get(*path).is_some_and(|text| *text != fixture.before[*path])
    };
    let path = fixture.before.keys().find(changes).expect("a file that changes");
    each(&moves, |call| {
        let result = fixture.kill_at(call);
        let dir = result.dir.path();
        write(dir, path, "edited since\n");
        assert_eq!(fixture.render(dir).status.code(), Some(2), "{call:?}");
        assert_eq!(fs::read_to_string(dir.join(path)).unwrap(), "edited since\n", "{call:?}");
        let mut arguments = vec!["render", "--overwrite", path];
        arguments.extend(fixture.arguments.iter().map(String::as_str));
        assert!(aksgen(dir, &arguments).status.success(), "{call:?}");
        assert!(tree(dir) == fixture.after, "{call:?}");
    });
}
