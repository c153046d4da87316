//! Shell completions and manual pages.

use crate::common::{aksgen, plant, tree};
use std::{
    path::Path,
    process::{Command, Stdio},
};

const EXAMPLE: &str = "generated-examples/ecommerce";

fn example() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a temporary directory");
    let spec = tree(&Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE))
        .remove("platform.toml")
        .expect("the spec of the example");
    plant(&[("platform.toml".to_owned(), spec)].into(), home.path());
    home
}

/// The completions that bash offers after a line, by the script of `aksgen completions`.
fn offered(line: &str) -> Vec<String> {
    let home = example();
    let words: Vec<&str> = line.split(' ').collect();
    let last = words.len() - 1;
    let script = format!(
        "source <(aksgen completions bash)\nCOMP_WORDS=({})\nCOMP_CWORD={last}\nCOMP_TYPE=9\n\
         _clap_complete_aksgen aksgen {} ''\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n",
        words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" "),
        if words[last].is_empty() { "''".to_owned() } else { format!("'{}'", words[last]) },
    );
    let program =
        Path::new(env!("CARGO_BIN_EXE_aksgen")).parent().expect("a program is in a folder");
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("bash")
        .args(["--norc", "-c", &script])
        .env("PATH", path)
        .current_dir(home.path())
        .output()
        .expect("bash");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).lines().map(|word| word.trim().to_owned()).collect()
}

fn bash() -> bool {
    Command::new("bash")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

#[test]
fn bash_offers_commands_environments_keys_and_codes() {
    if !bash() {
        return;
    }
    assert!(offered("aksgen ex").contains(&"explain".to_owned()));
    assert_eq!(offered("aksgen render --env "), ["dev", "production"]);
    assert_eq!(offered("aksgen render --env p"), ["production"]);
    assert_eq!(offered("aksgen -C elsewhere render --env "), [""]);
    assert_eq!(offered("aksgen explain unpinned"), ["unpinned-image"]);
    let services = offered("aksgen explain services.");
    assert!(
        ["services.*", "services.user-service", "services.user-service."]
            .iter()
            .all(|key| services.contains(&(*key).to_owned())),
        "{services:?}"
    );
    assert_eq!(offered("aksgen explain services.user-service.ca"), ["services.user-service.calls"]);
    assert_eq!(
        offered("aksgen validate --set services.user-service.repl"),
        ["services.user-service.replicas="]
    );
    assert!(
        offered("aksgen explain environments.").contains(&"environments.production".to_owned())
    );
}

#[test]
fn each_shell_has_a_completion_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = aksgen(Path::new("."), ["completions", shell]);
        let script = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success()
                && script.contains("AKSGEN_COMPLETE")
                && script.contains("aksgen"),
            "{shell}: {script}"
        );
    }
    assert_eq!(aksgen(Path::new("."), ["completions", "csh"]).status.code(), Some(2));
}

/// A line that starts with an unknown roff macro would be text that was not escaped.
#[test]
fn manual_pages_list_every_option() {
    for command in
        ["", "render", "validate", "check", "diff", "explain", "list", "schema", "completions"]
    {
        let named = Some(command).filter(|name| !name.is_empty());
        let page =
            String::from_utf8(aksgen(Path::new("."), ["man"].into_iter().chain(named)).stdout)
                .expect("a page is text");
        let help =
            String::from_utf8(aksgen(Path::new("."), named.into_iter().chain(["--help"])).stdout)
                .expect("help is text");
        assert!(page.contains(".TH aksgen") && page.contains(".SH SYNOPSIS"), "{command}: {page}");
        let options = help
            .lines()
            .filter_map(|line| line.split_whitespace().find(|word| word.starts_with("--")));
        let plain = page.replace("\\-", "-");
        options.for_each(|option| {
            assert!(plain.contains(option.trim_end_matches(',')), "{command}: {option}");
        });
        let macros = [
            ".ie", ".el", ".TH", ".SH", ".SS", ".TP", ".PP", ".br", ".RS", ".RE", ".ds", ".nf",
            ".fi", ".IP",
        ];
        let strange: Vec<&str> = page
            .lines()
            .filter(|line| {
                line.starts_with('.') && !macros.iter().any(|name| line.starts_with(name))
            })
            .collect();
        assert!(strange.is_empty(), "{command}: {strange:?}");
    }
    assert_eq!(aksgen(Path::new("."), ["man", "rendr"]).status.code(), Some(2));
}
