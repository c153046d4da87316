//! Runs the program in a pseudo-terminal.

#![allow(dead_code, reason = "each test file uses some of the functions")]

use rexpect::{
    process::{Signal, WaitStatus},
    reader::Options,
    session::{PtySession, spawn_with_options},
};
use rustix::termios::{LocalModes, tcgetattr};
use std::{path::Path, process::Command};

/// The prompts of `aksgen init` with one service, in order. Enter accepts each default.
pub(crate) const PROMPTS: [&str; 19] = [
    "preset:",
    "name [shop]",
    "owner [",
    "location [",
    "tenant [",
    "subscription [",
    "admins [",
    "engine:",
    "repository [",
    "zone:",
    "ci:",
    "service [web]",
    "web image [",
    "web port [",
    "web calls:",
    "web secrets:",
    "service:",
    "number to change (Enter continues)",
    "write these files and the tree?",
];

/// Time limit of a prompt, in milliseconds. A loaded machine needs seconds to validate a platform.
const TIMEOUT_MS: u64 = 60_000;

/// A session of the program in a terminal.
pub(crate) struct Terminal {
    session: PtySession,
    /// Whether the program may use escape sequences.
    escape_sequences: bool,
}

impl Terminal {
    pub(crate) fn new(dir: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Terminal {
        // `stty` turns echo on and sets a size, as in a terminal window.
        let mut command = Command::new("sh");
        command.args([
            "-c",
            "stty echo rows 200 cols 120 && exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_aksgen"),
        ]);
        command.current_dir(dir).args(arguments).env("TERM", "xterm-256color");
        for name in ["NO_COLOR", "AKSGEN_ACCESSIBLE", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command.envs(environment.iter().copied());
        let session = spawn_with_options(command, Options::new().timeout_ms(Some(TIMEOUT_MS)))
            .expect("a terminal");
        Terminal { session, escape_sequences: environment.is_empty() }
    }

    /// Waits for a prompt, types a line, and returns the output before the prompt. A line that
    /// starts with an escape is a key.
    #[track_caller]
    pub(crate) fn answer(&mut self, prompt: &str, line: &str) -> String {
        let shown = self.wait_for(prompt);
        self.session.send(&format!("{line}\r")).expect("an open terminal");
        self.session.flush().expect("an open terminal");
        shown
    }

    /// Waits for a text, and returns the output before it.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, text: &str) -> String {
        self.session.exp_string(text).unwrap_or_else(|error| panic!("waited for `{text}`: {error}"))
    }

    /// Presses Ctrl-C at a prompt.
    #[track_caller]
    pub(crate) fn interrupt(mut self, prompt: &str) {
        self.wait_for(prompt);
        self.session.send_control('c').expect("an open terminal");
        self.assert_interrupted();
    }

    /// Asserts that the program exits with 130 and restores the cursor and the modes of the
    /// terminal.
    #[track_caller]
    pub(crate) fn assert_interrupted(mut self) {
        let shown = self.wait_for("`aksgen init --resume` continues");
        let restored = if self.escape_sequences {
            shown.rfind("\u{1b}[?25h") > shown.rfind("\u{1b}[?25l")
        } else {
            !shown.contains('\u{1b}')
        };
        assert!(restored, "the cursor: {shown:?}");
        let handle = self.session.process().get_file_handle().expect("its own terminal");
        let modes = tcgetattr(&handle).expect("a terminal").local_modes;
        assert!(
            modes.contains(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG),
            "{modes:?}"
        );
        let (code, rest) = self.end();
        assert_eq!(code, 130, "{rest}");
    }

    pub(crate) fn end_of_input(&mut self) {
        self.session.send_control('d').expect("an open terminal");
    }

    pub(crate) fn hang_up(&mut self) {
        self.session.process_mut().signal(Signal::SIGHUP).expect("a process");
    }

    pub(crate) fn terminate(&mut self) {
        self.session.process_mut().signal(Signal::SIGTERM).expect("a process");
    }

    /// Waits for the end of the program, and returns the exit code and the remaining output.
    #[track_caller]
    pub(crate) fn end(mut self) -> (i32, String) {
        let rest =
            self.session.exp_eof().unwrap_or_else(|error| panic!("waited for the end: {error}"));
        match self.session.process().wait().expect("a process") {
            WaitStatus::Exited(_, code) => (code, rest),
            other => panic!("{other:?}\n{rest}"),
        }
    }
}
