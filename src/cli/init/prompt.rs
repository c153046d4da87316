//! Prompts, in two forms, and how to leave at one of them. Never decides what is asked.

use super::super::output;
use dialoguer::{Confirm, Input, Select, console::Term};
use std::{
    io::{self, BufRead, IsTerminal, Write},
    sync::{
        Once,
        atomic::{AtomicBool, Ordering},
    },
};

/// Asks a person. Every error means that nobody answers any more.
pub(super) trait Prompter {
    /// A text; the default where nothing is typed.
    fn text(&self, label: &str, default: &str) -> io::Result<String>;
    /// One of several: its number, from 0.
    fn choose(&self, label: &str, choices: &[String], default: usize) -> io::Result<usize>;
    /// Yes or no.
    fn confirm(&self, question: &str, default: bool) -> io::Result<bool>;
}

/// With a cursor that moves.
struct InteractivePrompter;

/// Lines, one after the other: for screen readers, and for terminals that can do no more.
struct LinePrompter;

/// How to ask here, if there is anybody to ask.
pub(super) fn prompter() -> Option<Box<dyn Prompter>> {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
    let somebody = io::stdin().is_terminal() && io::stderr().is_terminal();
    let plain = dumb || set("NO_COLOR") || set("AKSGEN_ACCESSIBLE");
    INTERACTIVE.store(somebody && !plain, Ordering::SeqCst);
    somebody.then(|| {
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
                _ => output::message(&format!("a number from 1 to {}, please", choices.len())),
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
                _ => output::message("y or n, please"),
            }
        }
    }
}

/// The cursor may be hidden.
static INTERACTIVE: AtomicBool = AtomicBool::new(false);

/// Files are being written: that takes a moment, and is not interrupted.
static WRITING: AtomicBool = AtomicBool::new(false);

/// From here on Ctrl-C, a closed terminal and a polite kill leave by [`exit_interrupted`].
pub(super) fn handle_signals() {
    terminal::remember();
    let _ = ctrlc::set_handler(|| {
        if !WRITING.load(Ordering::SeqCst) {
            exit_interrupted();
        }
    });
}

/// From here on nothing interrupts.
pub(super) fn ignore_signals() {
    WRITING.store(true, Ordering::SeqCst);
}

/// Ends the program as an interrupted one: the terminal as it was, what to do next, exit code 130.
///
/// Two threads may come here at once, the one that waits for signals and the one that was reading:
/// the second waits until it is over.
#[expect(clippy::exit, reason = "a thread that reads a line cannot be told to return")]
pub(super) fn exit_interrupted() -> ! {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        terminal::restore();
        if INTERACTIVE.load(Ordering::SeqCst) {
            let _ = Term::stderr().show_cursor();
        }
        output::message("\nstopped, and nothing was written; `aksgen init --resume` goes on with the answers so far");
        std::process::exit(130)
    });
    unreachable!("the program has ended")
}

/// Line by line and with an echo, as we found it: a signal may come while a key is being read.
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
