//! A line that says that something is going on, for whoever waits longer than a second at a
//! terminal. Never a result.

use super::settings;
use crate::{
    diag::Diagnostic,
    sink::{Lock, LockData, Report, Sink},
};
use indicatif::{ProgressBar, ProgressStyle};
use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

/// Nobody wonders before that.
const PATIENCE: Duration = Duration::from_secs(1);

/// A sink that counts what another one takes.
pub(super) struct Counted<S> {
    sink: Option<S>,
    start: Instant,
    /// Somebody may want to see it.
    watched: bool,
    bar: OnceLock<ProgressBar>,
}

impl<S> Counted<S> {
    /// Counts for as long as the sink is there.
    pub(super) fn new(sink: S) -> Counted<S> {
        Counted {
            sink: Some(sink),
            start: Instant::now(),
            watched: settings::is_terminal() && !settings::get().quiet,
            bar: OnceLock::new(),
        }
    }

    /// The sink, when everything was counted.
    pub(super) fn into_inner(mut self) -> S {
        self.sink.take().expect("taken once, by value")
    }

    fn sink(&self) -> &S {
        self.sink.as_ref().expect("it is there until it is taken")
    }
}

impl<S: Sink> Sink for Counted<S> {
    fn write(&self, section: &str, path: &str, text: &str) -> Result<(), Diagnostic> {
        if self.watched && self.start.elapsed() > PATIENCE {
            self.bar.get_or_init(bar).inc(1);
        }
        self.sink().write(section, path, text)
    }

    fn previous_lock(&self) -> &Lock {
        self.sink().previous_lock()
    }

    fn commit(&self, complete: &[&str], data: LockData) -> Result<Report, Vec<Diagnostic>> {
        self.bar.get().inspect(|bar| bar.set_message("comparing, writing"));
        let report = self.sink().commit(complete, data);
        self.bar.get().inspect(|bar| bar.finish_and_clear());
        report
    }
}

impl<S> Drop for Counted<S> {
    /// Mistakes are printed where the line was.
    fn drop(&mut self) {
        self.bar.get().inspect(|bar| bar.finish_and_clear());
    }
}

fn bar() -> ProgressBar {
    let style = ProgressStyle::with_template("{spinner} {msg}: {human_pos} files")
        .unwrap_or_else(|_| ProgressStyle::default_spinner());
    ProgressBar::new_spinner().with_style(style).with_message("rendering, judging")
}
