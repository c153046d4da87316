//! Progress line on a terminal, for runs that take longer than a second.

use super::settings;
use crate::{
    diag::Diagnostic,
    sink::{Lock, LockData, Sink, TreeReport},
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

/// Delay before the progress line appears.
const PROGRESS_DELAY: Duration = Duration::from_secs(1);

/// Counts the files that another sink receives.
pub(super) struct ProgressSink<S> {
    sink: Option<S>,
    start: Instant,
    /// The line is shown: stderr is a terminal, and `--quiet` is not set.
    watched: bool,
    bar: OnceLock<ProgressBar>,
}

impl<S> ProgressSink<S> {
    /// Wraps a sink.
    pub(super) fn new(sink: S) -> ProgressSink<S> {
        ProgressSink {
            sink: Some(sink),
            start: Instant::now(),
            watched: settings::is_terminal() && !settings::get().quiet,
            bar: OnceLock::new(),
        }
    }

    /// Returns the wrapped sink.
    pub(super) fn into_inner(mut self) -> S {
        self.sink.take().expect("taken once, by value")
    }

    fn sink(&self) -> &S {
        self.sink.as_ref().expect("it is there until it is taken")
    }
}

impl<S: Sink> Sink for ProgressSink<S> {
    fn write(&self, section: &str, path: &str, text: &str) -> Result<(), Diagnostic> {
        if self.watched && self.start.elapsed() > PROGRESS_DELAY {
            self.bar.get_or_init(bar).inc(1);
        }
        self.sink().write(section, path, text)
    }

    fn previous_lock(&self) -> &Lock {
        self.sink().previous_lock()
    }

    fn commit(&self, complete: &[&str], data: LockData) -> Result<TreeReport, Vec<Diagnostic>> {
        self.bar.get().inspect(|bar| bar.set_message("comparing, writing"));
        let report = self.sink().commit(complete, data);
        self.bar.get().inspect(|bar| bar.finish_and_clear());
        report
    }
}

impl<S> Drop for ProgressSink<S> {
    /// Clears the line, so that messages replace it.
    fn drop(&mut self) {
        self.bar.get().inspect(|bar| bar.finish_and_clear());
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg}: {human_pos} files")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    ProgressBar::new_spinner().with_style(style).with_message("rendering, validating")
}
