//! Ctrl-C, a polite kill and a terminal that goes away, while a tree is written: the run ends
//! before the next file, as if it had never begun. Whoever insists ends it at once; the next run
//! finishes what was begun.

use super::output;
use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

#[cfg(unix)]
const SIGNALS: [i32; 3] =
    [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP];
#[cfg(not(unix))]
const SIGNALS: [i32; 2] = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];

/// What the number of a signal is added to, to make an exit code.
const BASE: i32 = 128;

/// Where the number of a signal will stand.
pub(super) fn watch() -> Arc<AtomicUsize> {
    let (number, again) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    for signal in SIGNALS {
        // In this order: the first one is noted, the second finds the note.
        let _ = signal_hook::flag::register_conditional_shutdown(
            signal,
            BASE + signal,
            Arc::clone(&again),
        );
        let _ = signal_hook::flag::register(signal, Arc::clone(&again));
        let _ = signal_hook::flag::register_usize(
            signal,
            Arc::clone(&number),
            usize::try_from(signal).unwrap_or_default(),
        );
    }
    // A file that is larger than a limit of the process is an error like any other, and no reason
    // to die.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    number
}

/// The end of a run that a signal ended, if one did.
pub(super) fn end(number: &AtomicUsize) -> Option<ExitCode> {
    let signal = u8::try_from(number.load(Ordering::Relaxed)).ok().filter(|signal| *signal > 0)?;
    output::message("interrupted: the tree is as it was");
    Some(ExitCode::from(signal.saturating_add(u8::try_from(BASE).unwrap_or_default())))
}
