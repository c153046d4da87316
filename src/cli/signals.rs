//! Signals during `render`: SIGINT, SIGTERM and SIGHUP stop the run before the next file, and the
//! tree stays unchanged. A second signal ends the process at once; the next run recovers.

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

/// Exit code of a process that signal N ended: this base plus N.
const BASE: i32 = 128;

/// Installs the handlers; the result holds the number of the received signal.
pub(super) fn watch() -> Arc<AtomicUsize> {
    let (number, again) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    for signal in SIGNALS {
        // The order matters: the first signal sets the flag, the second one finds it set.
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
    // A file above the size limit of the process must give an I/O error, not end the process.
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
    number
}

/// Exit code if a signal stopped the run.
pub(super) fn end(number: &AtomicUsize) -> Option<ExitCode> {
    let signal = u8::try_from(number.load(Ordering::Relaxed)).ok().filter(|signal| *signal > 0)?;
    output::message("interrupted: the tree is unchanged");
    Some(ExitCode::from(signal.saturating_add(u8::try_from(BASE).unwrap_or_default())))
}
