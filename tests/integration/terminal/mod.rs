//! The program at a terminal of its own. Never judges what it says.

#![allow(dead_code, reason = "not every test file answers prompts, or leaves at one")]

use rexpect::{
    process::{Signal, WaitStatus},
    reader::Options,
    session::{PtySession, spawn_with_options},
};
use rustix::termios::{LocalModes, tcgetattr};
use std::{path::Path, process::Command};

/// Every prompt that Enter is an answer to, in order, and the only service that is proposed.
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

/// The longest that a prompt may take: a machine that does other work judges a platform in seconds.
const PATIENCE: u64 = 60_000;

/// The program, and what it shows.
pub(crate) struct Terminal {
    session: PtySession,
    /// It moves the cursor; otherwise not one escape sequence is shown.
    lively: bool,
}

impl Terminal {
    pub(crate) fn new(dir: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Terminal {
        // As a person's terminal is: it shows what is typed, and has a size.
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
        let session = spawn_with_options(command, Options::new().timeout_ms(Some(PATIENCE)))
            .expect("a terminal");
        Terminal { session, lively: environment.is_empty() }
    }

    /// Waits for a prompt, types a line, and gives what was shown before it. What starts with an
    /// escape is a key.
    #[track_caller]
    pub(crate) fn answer(&mut self, prompt: &str, line: &str) -> String {
        let shown = self.see(prompt);
        self.session.send(&format!("{line}\r")).expect("a terminal that listens");
        self.session.flush().expect("a terminal that listens");
        shown
    }

    /// Waits for a text, and gives what was shown before it.
    #[track_caller]
    pub(crate) fn see(&mut self, text: &str) -> String {
        self.session.exp_string(text).unwrap_or_else(|error| panic!("waited for `{text}`: {error}"))
    }

    /// Ctrl-C at a prompt.
    #[track_caller]
    pub(crate) fn interrupt(mut self, prompt: &str) {
        self.see(prompt);
        self.session.send_control('c').expect("a terminal that listens");
        self.leaves();
    }

    /// The program ends as an interrupted one, and the terminal is as it was before: the cursor is
    /// there, and what is typed is shown.
    #[track_caller]
    pub(crate) fn leaves(mut self) {
        let shown = self.see("`aksgen init --resume` continues");
        let fair = if self.lively {
            shown.rfind("\u{1b}[?25h") > shown.rfind("\u{1b}[?25l")
        } else {
            !shown.contains('\u{1b}')
        };
        assert!(fair, "the cursor: {shown:?}");
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
        self.session.send_control('d').expect("a terminal that listens");
    }

    pub(crate) fn hang_up(&mut self) {
        self.session.process_mut().signal(Signal::SIGHUP).expect("a process");
    }

    pub(crate) fn terminate(&mut self) {
        self.session.process_mut().signal(Signal::SIGTERM).expect("a process");
    }

    /// What is shown to the end, and the exit code.
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
