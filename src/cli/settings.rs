//! Output settings: colour, verbosity and width. Set once, before the first message.

use clap::{Args, ValueEnum};
use std::{
    env,
    io::{self, IsTerminal},
    sync::OnceLock,
};

/// Arguments of every command.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(super) struct Settings {
    /// Use colours: auto (only on a terminal), always or never. The default follows `NO_COLOR` and
    /// `CLICOLOR_FORCE`.
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        global = true,
        hide_possible_values = true,
        display_order = 900
    )]
    color: Option<ColorChoice>,
    /// Only print errors.
    #[arg(short, long, global = true, conflicts_with = "verbose", display_order = 901)]
    pub(super) quiet: bool,
    /// Print every file, every diagnostic and the duration.
    #[arg(short, long, global = true, display_order = 902)]
    pub(super) verbose: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ColorChoice {
    /// Use colour on a terminal only.
    Auto,
    /// Always use colour.
    Always,
    /// Never use colour.
    Never,
}

static SETTINGS: OnceLock<Settings> = OnceLock::new();

/// Stores the settings for the whole run.
pub(super) fn keep(settings: Settings) {
    let _ = SETTINGS.set(settings);
}

/// Settings of this run.
pub(super) fn get() -> Settings {
    SETTINGS.get().copied().unwrap_or_default()
}

/// Whether messages are coloured. The flag wins over `NO_COLOR`, then `CLICOLOR_FORCE` and
/// `FORCE_COLOR`, then the presence of a terminal.
pub(super) fn colour() -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    match get().color {
        Some(ColorChoice::Always) => true,
        Some(ColorChoice::Never) => false,
        Some(ColorChoice::Auto) | None if set("NO_COLOR") => false,
        Some(ColorChoice::Auto) | None => {
            set("CLICOLOR_FORCE") || set("FORCE_COLOR") || is_terminal()
        }
    }
}

/// Whether stderr is a terminal that can move its cursor.
pub(super) fn is_terminal() -> bool {
    io::stderr().is_terminal() && env::var_os("TERM").is_some_and(|term| term != "dumb")
}

/// Width of messages in columns: the width of the terminal, or 140 for files and logs.
pub(super) fn width() -> usize {
    let columns =
        || terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0));
    io::stderr().is_terminal().then(columns).flatten().map_or(140, |columns| columns.clamp(40, 200))
}
