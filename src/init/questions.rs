//! The questions: one row each. Never asks one.

use super::{Answers, Preset};
use crate::diag::{Code, Diagnostic, nearest};

/// A question.
#[derive(Debug)]
pub struct Question {
    /// Its name: the flag, and the key of the answers file.
    pub key: &'static str,
    /// The question itself.
    pub ask: &'static str,
    /// Why the default is what it is, or what the answer is for.
    pub why: &'static str,
    /// What an answer looks like.
    pub kind: Kind,
    /// `none` is an answer.
    pub optional: bool,
    /// The answer, if there is one.
    pub answer: fn(&Answers) -> Option<&str>,
    /// Where the answer goes.
    pub slot: fn(&mut Answers) -> &mut Option<String>,
    /// What is taken where nothing is said; from the answers so far, and the name of the folder.
    pub default: fn(&Answers, &str) -> String,
}

/// What an answer looks like.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any text; whether it is right is judged with the spec that it makes.
    Text,
    /// One of these: the answer, and what it means.
    OneOf(fn() -> Vec<(&'static str, &'static str)>),
}

macro_rules! question {
    ($key:ident: $kind:expr, $optional:literal, $ask:literal, $why:literal, $default:expr) => {
        Question {
            key: stringify!($key),
            ask: $ask,
            why: $why,
            kind: $kind,
            optional: $optional,
            answer: |answers| answers.$key.as_deref(),
            slot: |answers| &mut answers.$key,
            default: $default,
        }
    };
}

/// The preset, and ten questions.
pub const QUESTIONS: &[Question] = &[
    question!(preset: Kind::OneOf(Preset::choices), false,
        "What is it for?", "The preset brings environments and what they need; all of it is in platform.toml, to be changed later.",
        |_, _| "learning".into()),
    question!(name: Kind::Text, false,
        "What is the platform called?", "The namespace of its services, and a part of every Azure name: short. By default it is called like this folder.",
        |_, folder| named_like(folder)),
    question!(owner: Kind::Text, false,
        "Whom should people ask about it?", "An address or a team; a tag on the resource groups. The default is a placeholder.",
        |_, _| OWNER.into()),
    question!(location: Kind::Text, false,
        "Which Azure region?", "The default has availability zones, and a second region in the same country.",
        |_, _| "uksouth".into()),
    question!(tenant: Kind::Text, false,
        "Which Entra tenant?", "`az account show --query tenantId -o tsv` prints it. The default is a placeholder: enough to render, not to bring up.",
        |_, _| TENANT.into()),
    question!(subscription: Kind::Text, false,
        "Which Azure subscription?", "`az account show --query id -o tsv` prints it. The default is a placeholder.",
        |_, _| SUBSCRIPTION.into()),
    question!(admins: Kind::Text, false,
        "Which Entra group administers the cluster?",
        "Local accounts are off: only its members can log in. `az ad group show -g NAME --query id -o tsv`; the default is a placeholder.",
        |_, _| ADMINS.into()),
    question!(engine: Kind::OneOf(engines), false,
        "Who applies the tree?", "Flux comes as an extension of AKS and needs nothing to run it; Argo CD has a user interface.",
        |_, _| "flux".into()),
    question!(repository: Kind::Text, false,
        "Which Git repository will hold this folder?", "https or ssh, without credentials. The default is a placeholder.",
        |answers, folder| repository(answers, folder)),
    question!(zone: Kind::Text, true,
        "Which DNS zone are services reached by?", "Such as `shop.example.com`. By default none: nothing is reachable from outside.",
        |_, _| String::new()),
    question!(ci: Kind::OneOf(systems), false,
        "Which CI shall run `aksgen check`?", "It fails when the tree is not what platform.toml says, and shows mistakes at their lines.",
        |_, _| "github".into()),
];

/// Answers that are none of those that the question takes. Whether texts are right is judged with
/// the spec that they make.
pub fn mistakes(answers: &Answers) -> Vec<Diagnostic> {
    let wrong = |question: &Question| {
        let (Kind::OneOf(choices), Some(answer)) = (question.kind, answers.of(question)) else {
            return None;
        };
        let known: Vec<&str> = choices().iter().map(|(name, _)| *name).collect();
        let help = nearest(answer, known.iter().copied()).map_or_else(
            || format!("there are: {}", known.join(", ")),
            |near| format!("did you mean `{near}`?"),
        );
        (!known.contains(&answer)).then(|| {
            Diagnostic::new(
                Code::BadValue,
                format!("`{answer}` is no answer to `{}`", question.key),
            )
            .help(help)
        })
    };
    QUESTIONS.iter().filter_map(wrong).collect()
}

/// Placeholders: well-formed, and plainly nobody's.
pub(super) const OWNER: &str = "platform@example.com";
pub(super) const TENANT: &str = "00000000-0000-0000-0000-000000000001";
pub(super) const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000002";
pub(super) const ADMINS: &str = "00000000-0000-0000-0000-000000000003";
pub(super) const REPOSITORIES: &str = "https://github.com/example/";

fn repository(answers: &Answers, folder: &str) -> String {
    format!("{REPOSITORIES}{}", answers.name.clone().unwrap_or_else(|| named_like(folder)))
}

fn engines() -> Vec<(&'static str, &'static str)> {
    vec![
        ("flux", "Flux, by the AKS extension"),
        ("argocd", "Argo CD, which somebody runs in the cluster"),
    ]
}

fn systems() -> Vec<(&'static str, &'static str)> {
    vec![
        ("github", "GitHub Actions"),
        ("azure", "Azure Pipelines"),
        ("none", "no workflow is written"),
    ]
}

/// A name from that of a folder: its letters, digits and dashes, from the first letter on.
fn named_like(folder: &str) -> String {
    let lower = folder.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let name = words
        .join("-")
        .trim_start_matches(|c: char| !c.is_ascii_lowercase())
        .chars()
        .take(LONGEST_NAME)
        .collect::<String>();
    let name = name.trim_end_matches('-');
    if name.is_empty() { "platform".into() } else { name.to_owned() }
}

/// A proposal stays this short: Azure names have to hold an environment besides.
const LONGEST_NAME: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_a_name() {
        for (folder, name) in [
            ("shop", "shop"),
            ("My Shop_2", "my-shop-2"),
            (".tmp9xQ", "tmp9xq"),
            ("42", "platform"),
            ("", "platform"),
            ("2-go", "go"),
        ] {
            assert_eq!(named_like(folder), name, "{folder}");
        }
        assert_eq!(named_like("a-platform-with-a-very-long-name"), "a-platform-with-a-ve");
    }

    #[test]
    fn ten_questions_after_the_preset() {
        assert_eq!(QUESTIONS.len(), 11);
        assert_eq!(QUESTIONS[0].key, "preset");
    }
}
