//! How the program speaks: colour, length, width. Set once, before anything is said.

use clap::{Args, ValueEnum};
use std::{
    env,
    io::{self, IsTerminal},
    sync::OnceLock,
};

/// What every command takes.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct Settings {
    /// Colours: for a terminal only, always, or never. `NO_COLOR` and `CLICOLOR_FORCE` are asked
    /// where this is not given.
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        global = true,
        hide_possible_values = true,
        display_order = 900
    )]
    color: Option<Colour>,
    /// Say nothing but mistakes.
    #[arg(short, long, global = true, conflicts_with = "verbose", display_order = 901)]
    pub(super) quiet: bool,
    /// Say everything: every file, every finding, how long it took.
    #[arg(short, long, global = true, display_order = 902)]
    pub(super) verbose: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Colour {
    /// On a terminal.
    Auto,
    /// Everywhere.
    Always,
    /// Do not use colour.
    Never,
}

static SETTINGS: OnceLock<Settings> = OnceLock::new();

/// Keeps what was asked for, for as long as the program runs.
pub(super) fn keep(settings: Settings) {
    let _ = SETTINGS.set(settings);
}

/// What was asked for.
pub(super) fn get() -> Settings {
    SETTINGS.get().copied().unwrap_or_default()
}

/// Are messages coloured? The flag, then `NO_COLOR`, then `CLICOLOR_FORCE` and `FORCE_COLOR`, then
/// whether a person is there.
pub(super) fn colour() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    match get().color {
        Some(Colour::Always) => true,
        Some(Colour::Never) => false,
        Some(Colour::Auto) | None if set("NO_COLOR") => false,
        Some(Colour::Auto) | None => set("CLICOLOR_FORCE") || set("FORCE_COLOR") || is_terminal(),
    }
}

/// Is there a person at a terminal that can move its cursor?
pub(super) fn is_terminal() -> bool {
    io::stderr().is_terminal() && env::var_os("TERM").is_some_and(|term| term != "dumb")
}

/// How many columns a message may take: those of the terminal; for files and logs, which nobody
/// resizes, 140.
pub(super) fn width() -> usize {
    let columns =
        || terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    io::stderr().is_terminal().then(columns).flatten().map_or(140, |columns| columns.clamp(40, 200))
}
