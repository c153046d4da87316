//! A render that is killed, or refused by the system, at every call by which it changes the disk.
//! `AKSGEN_CRASH=DIR` does it over the platform in a directory, `AKSGEN_BIN` names another build of
//! the program, and `--nocapture` shows how many there were; otherwise the smallest platform that
//! there is, every call and every error of it where `CI=true`, and a sample elsewhere.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its own files has failed")]
#![allow(clippy::print_stdout, reason = "a test may say what it left out")]

mod calls;
mod scene;

use calls::{Call, can_trace, counted, refusals};
use scene::{Scene, aksgen, tree, write};
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

/// As many at a time as there are processors; the first failure ends it.
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

fn killed_at(scene: &Scene, calls: &[Call]) {
    let start = Instant::now();
    each(calls, |call| scene.assert_killed(&scene.killed(call)));
    let names = counted(calls.iter().map(|call| call.name.as_str()));
    println!(
        "{} files, killed at {} calls ({names}): {} states, {} s",
        scene.count(),
        calls.len(),
        scene.states(),
        start.elapsed().as_secs()
    );
}

fn refused_at(scene: &Scene, calls: Vec<Call>) {
    let (start, count) = (Instant::now(), calls.len());
    let cases = refusals(calls);
    each(&cases, |(call, error)| scene.assert_refused(&scene.refused(call, error), call));
    let errors = counted(cases.iter().map(|(_, error)| *error));
    let (files, states, seconds) = (scene.count(), scene.states(), start.elapsed().as_secs());
    println!(
        "{files} files, {count} calls refused {} times ({errors}): {states} states, {seconds} s",
        cases.len()
    );
}

#[test]
fn a_first_render_is_killed_at_every_call() {
    if can_trace() {
        let scene = Scene::first();
        killed_at(&scene, &scene.calls());
    }
}

#[test]
fn an_update_is_killed_at_every_call() {
    if can_trace() {
        let scene = Scene::update(&[]);
        killed_at(&scene, &scene.calls());
    }
}

#[test]
fn a_first_render_is_refused_at_every_call() {
    if can_trace() {
        let scene = Scene::first();
        refused_at(&scene, scene.calls());
    }
}

#[test]
fn an_update_is_refused_at_every_call() {
    if can_trace() {
        let scene = Scene::update(&[]);
        refused_at(&scene, scene.calls());
    }
}

/// What `--sync` adds are waits for the disk: the rest is the same.
#[test]
fn an_update_is_killed_or_refused_at_every_wait_for_the_disk() {
    if can_trace() {
        let scene = Scene::update(&["--sync"]);
        let waits: Vec<Call> =
            scene.calls().into_iter().filter(|call| call.name.contains("sync")).collect();
        assert!(!waits.is_empty());
        killed_at(&scene, &waits);
        refused_at(&scene, waits);
    }
}

/// Between the kill and the next run somebody edits a file that was to be replaced: that edit
/// stays, and is told.
#[test]
fn an_edit_after_a_kill_survives() {
    if !can_trace() || env::var_os("AKSGEN_CRASH").is_some() {
        return;
    }
    let scene = Scene::update(&[]);
    let moves: Vec<Call> =
        scene.calls().into_iter().filter(|call| call.name.starts_with("rename")).collect();
    let changes = |path: &&String| {
        path.contains("azure")
            && scene.after.get(*path).is_some_and(|text| *text != scene.before[*path])
    };
    let path = scene.before.keys().find(changes).expect("a file that changes");
    each(&moves, |call| {
        let left = scene.killed(call);
        let dir = left.dir.path();
        write(dir, path, "edited since\n");
        assert_eq!(scene.render(dir).status.code(), Some(2), "{call:?}");
        assert_eq!(fs::read_to_string(dir.join(path)).unwrap(), "edited since\n", "{call:?}");
        let mut arguments = vec!["render", "--overwrite", path];
        arguments.extend(scene.arguments.iter().map(String::as_str));
        assert!(aksgen(dir, &arguments).status.success(), "{call:?}");
        assert!(tree(dir) == scene.after, "{call:?}");
    });
}
