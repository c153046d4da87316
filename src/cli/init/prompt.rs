//! Terminal prompts, and the exit at a prompt.

use super::super::output;
use dialoguer::{Confirm, Input, Select, console::Term};
use std::{
    io::{self, BufRead, IsTerminal, Write},
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
};

/// Prompts for input. An error means that the input ended.
pub(super) trait Prompter {
    /// Prompts for a text; an empty input selects the default.
    fn text(&self, label: &str, default: &str) -> io::Result<String>;
    /// Prompts for one of several choices; returns its index.
    fn choose(&self, label: &str, choices: &[String], default: usize) -> io::Result<usize>;
    /// Prompts for yes or no.
    fn confirm(&self, question: &str, default: bool) -> io::Result<bool>;
}

/// Prompts with cursor movement.
struct InteractivePrompter;

/// Line-based prompts for screen readers and simple terminals.
struct LinePrompter;

/// Selects the prompts for this terminal; `None` without a terminal.
pub(super) fn prompter() -> Option<Box<dyn Prompter>> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    let interactive = io::stdin().is_terminal() && io::stderr().is_terminal();
    let plain = dumb || set("NO_COLOR") || set("AKSGEN_ACCESSIBLE");
    INTERACTIVE.store(interactive && !plain, Ordering::SeqCst);
    interactive.then(|| {
        if plain {
            Box::new(LinePrompter) as Box<dyn Prompter>
        } else {
            Box::new(InteractivePrompter)
        }
    })
}

impl Prompter for InteractivePrompter {
    fn text(&self, label: &str, default: &str) -> io::Result<String> {
        let input = Input::<String>::new()
            .with_prompt(label)
            .default(default.to_owned())
            .show_default(!default.is_empty())
            .allow_empty(true);
        input.interact_text().map_err(io::Error::from)
    }

    fn choose(&self, label: &str, choices: &[String], default: usize) -> io::Result<usize> {
        Select::new()
            .with_prompt(label)
            .items(choices)
            .default(default)
            .interact()
            .map_err(io::Error::from)
    }

    fn confirm(&self, question: &str, default: bool) -> io::Result<bool> {
        Confirm::new().with_prompt(question).default(default).interact().map_err(io::Error::from)
    }
}

impl LinePrompter {
    fn line(prompt: &str) -> io::Result<String> {
        write!(io::stderr(), "{prompt}")?;
        io::stderr().flush()?;
        let mut text = String::new();
        match io::stdin().lock().read_line(&mut text)? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(text.trim().to_owned()),
        }
    }
}

impl Prompter for LinePrompter {
    fn text(&self, label: &str, default: &str) -> io::Result<String> {
        let shown = if default.is_empty() { String::new() } else { format!(" [{default}]") };
        let text = LinePrompter::line(&format!("{label}{shown}: "))?;
        Ok(if text.is_empty() { default.to_owned() } else { text })
    }

    fn choose(&self, label: &str, choices: &[String], default: usize) -> io::Result<usize> {
        output::message(&format!("{label}:"));
        choices
            .iter()
            .enumerate()
            .for_each(|(i, choice)| output::message(&format!("  {}) {choice}", i + 1)));
        loop {
            let text = LinePrompter::line(&format!("number [{}]: ", default + 1))?;
            match text.parse::<usize>() {
                Err(_) if text.is_empty() => return Ok(default),
                Ok(number) if (1..=choices.len()).contains(&number) => return Ok(number - 1),
                _ => output::message(&format!("enter a number from 1 to {}", choices.len())),
            }
        }
    }

    fn confirm(&self, question: &str, default: bool) -> io::Result<bool> {
        loop {
            let text = LinePrompter::line(&format!(
                "{question} [{}]: ",
                if default { "Y/n" } else { "y/N" }
            ))?;
            match text.to_lowercase().as_str() {
                "" => return Ok(default),
                "y" | "yes" => return Ok(true),
                "n" | "no" => return Ok(false),
                _ => output::message("enter y or n"),
            }
        }
    }
}

/// Interactive prompts are in use, so the cursor can be hidden.
static INTERACTIVE: AtomicBool = AtomicBool::new(false);

/// Files are being written; signals are ignored.
static WRITING: AtomicBool = AtomicBool::new(false);

/// Installs the signal handler: SIGINT, SIGHUP and SIGTERM call [`exit_interrupted`].
pub(super) fn handle_signals() {
    terminal::remember();
    let _ = ctrlc::set_handler(|| {
        if !WRITING.load(Ordering::SeqCst) {
            exit_interrupted();
        }
    });
}

/// Ignores signals from here on.
pub(super) fn ignore_signals() {
    WRITING.store(true, Ordering::SeqCst);
}

/// Restores the terminal, prints the next step and exits with code 130.
///
/// The signal thread and the reading thread can call this at once; the second one waits.
#[expect(clippy::exit, reason = "a thread that reads a line cannot be cancelled")]
pub(super) fn exit_interrupted() -> ! {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        terminal::restore();
        if INTERACTIVE.load(Ordering::SeqCst) {
            let _ = Term::stderr().show_cursor();
        }
        output::message("\ninterrupted: nothing was written; `aksgen init --resume` continues with the answers so far");
        std::process::exit(130)
    });
    unreachable!("the program has ended")
}

/// Saves and restores the terminal mode, because a signal can arrive while a key is read.
#[cfg(unix)]
mod terminal {
    use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
    use std::{io, sync::OnceLock};

    static BEFORE: OnceLock<Termios> = OnceLock::new();

    pub(super) fn remember() {
        if let Ok(settings) = tcgetattr(io::stdin()) {
            let _ = BEFORE.set(settings);
        }
    }

    pub(super) fn restore() {
        if let Some(settings) = BEFORE.get() {
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, settings);
        }
    }
}

#[cfg(not(unix))]
mod terminal {
    pub(super) fn remember() {}
    pub(super) fn restore() {}
}
