//! Table of the questions of `init`.

use super::{Answers, Preset};
use crate::diag::{Code, Diagnostic, nearest};

/// A question.
#[derive(Debug)]
pub struct Question {
    /// Name of the flag and key of the answers file.
    pub key: &'static str,
    /// Text of the question.
    pub ask: &'static str,
    /// Purpose of the answer, or the reason for the default.
    pub why: &'static str,
    /// Form of the answer.
    pub kind: AnswerKind,
    /// Whether `none` is a valid answer.
    pub optional: bool,
    /// Reads the answer.
    pub answer: fn(&Answers) -> Option<&str>,
    /// Field of the answer.
    pub slot: fn(&mut Answers) -> &mut Option<String>,
    /// Default, computed from the answers so far and the name of the folder.
    pub default: fn(&Answers, &str) -> String,
}

/// Form of an answer.
#[derive(Debug, Clone, Copy)]
pub enum AnswerKind {
    /// Any text; it is validated as part of the spec.
    Text,
    /// One of these answers, each with its meaning.
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

/// The preset and ten more questions.
pub const QUESTIONS: &[Question] = &[
    question!(preset: AnswerKind::OneOf(Preset::choices), false,
        "Which preset?", "The preset sets the environments and related tables; edit them in platform.toml later.",
        |_, _| "learning".into()),
    question!(name: AnswerKind::Text, false,
        "What is the name of the platform?", "The namespace of its services, and a part of every Azure name; keep it short. The default is the name of this folder.",
        |_, folder| name_from_folder(folder)),
    question!(owner: AnswerKind::Text, false,
        "Who owns the platform?", "An email address or a team; becomes a tag of the resource groups. The default is a placeholder.",
        |_, _| OWNER.into()),
    question!(location: AnswerKind::Text, false,
        "Which Azure region?", "The default has availability zones, and a second region in the same country.",
        |_, _| "uksouth".into()),
    question!(tenant: AnswerKind::Text, false,
        "Which Entra tenant?", "`az account show --query tenantId -o tsv` prints it. The default is a placeholder: it renders, but cannot be provisioned.",
        |_, _| TENANT.into()),
    question!(subscription: AnswerKind::Text, false,
        "Which Azure subscription?", "`az account show --query id -o tsv` prints it. The default is a placeholder.",
        |_, _| SUBSCRIPTION.into()),
    question!(admins: AnswerKind::Text, false,
        "Which Entra group administers the cluster?",
        "Local accounts are off: only its members can log in. `az ad group show -g NAME --query id -o tsv`; the default is a placeholder.",
        |_, _| ADMINS.into()),
    question!(engine: AnswerKind::OneOf(engines), false,
        "Which GitOps engine applies the tree?", "Flux is an extension of AKS that Azure operates; Argo CD has a user interface.",
        |_, _| "flux".into()),
    question!(repository: AnswerKind::Text, false,
        "Which Git repository will hold this folder?", "https or ssh, without credentials. The default is a placeholder.",
        |answers, folder| repository(answers, folder)),
    question!(zone: AnswerKind::Text, true,
        "Which DNS zone has the hosts of exposed services?", "For example `shop.example.com`. The default is none: no service is public.",
        |_, _| String::new()),
    question!(ci: AnswerKind::OneOf(systems), false,
        "Which CI system runs `aksgen check`?", "The check fails when the tree is out of date, and shows errors at their lines.",
        |_, _| "github".into()),
];

/// Diagnostics for answers outside the choices. Texts are validated as part of the spec.
pub fn validate_answers(answers: &Answers) -> Vec<Diagnostic> {
    let wrong = |question: &Question| {
        let (AnswerKind::OneOf(choices), Some(answer)) = (question.kind, answers.of(question))
        else {
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
                format!("`{answer}` is not a valid answer to `{}`", question.key),
            )
            .help(help)
        })
    };
    QUESTIONS.iter().filter_map(wrong).collect()
}

/// Placeholders: well-formed values that belong to no organisation.
pub(super) const OWNER: &str = "platform@example.com";
pub(super) const TENANT: &str = "00000000-0000-0000-0000-000000000001";
pub(super) const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000002";
pub(super) const ADMINS: &str = "00000000-0000-0000-0000-000000000003";
pub(super) const REPOSITORIES: &str = "https://github.com/example/";

fn repository(answers: &Answers, folder: &str) -> String {
    format!("{REPOSITORIES}{}", answers.name.clone().unwrap_or_else(|| name_from_folder(folder)))
}

fn engines() -> Vec<(&'static str, &'static str)> {
    vec![
        ("flux", "Flux, through the AKS extension"),
        ("argocd", "Argo CD, operated by your team in the cluster"),
    ]
}

fn systems() -> Vec<(&'static str, &'static str)> {
    vec![
        ("github", "GitHub Actions"),
        ("azure", "Azure Pipelines"),
        ("none", "no workflow is written"),
    ]
}

/// Derives a name from a folder: letters, digits and dashes, starting with a letter.
fn name_from_folder(folder: &str) -> String {
    let lower = folder.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let name = words
        .join("-")
        .trim_start_matches(|c: char| !c.is_ascii_lowercase())
        .chars()
        .take(MAX_NAME_LENGTH)
        .collect::<String>();
    let name = name.trim_end_matches('-');
    if name.is_empty() { "platform".into() } else { name.to_owned() }
}

/// Maximum length of a proposed name; Azure names also contain the environment.
const MAX_NAME_LENGTH: usize = 20;

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
            assert_eq!(name_from_folder(folder), name, "{folder}");
        }
        assert_eq!(name_from_folder("a-platform-with-a-very-long-name"), "a-platform-with-a-ve");
    }

    #[test]
    fn ten_questions_after_the_preset() {
        assert_eq!(QUESTIONS.len(), 11);
        assert_eq!(QUESTIONS[0].key, "preset");
    }
}
