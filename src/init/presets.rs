//! The presets, as data. Never an answer of the user's.

use super::answers::{Answers, ServiceAnswers};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// What a platform can start from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// What it means, in one line.
    pub about: String,
    /// The environments, and what comes with them: TOML.
    pub environments: String,
    /// The service that is proposed first.
    pub service: Option<ServiceAnswers>,
}

static ALL: LazyLock<BTreeMap<String, Preset>> = LazyLock::new(|| {
    toml::from_str(include_str!("presets.toml")).expect("our own file, read in every test")
});

/// Their names, the smallest first.
const NAMES: [&str; 4] =
    ["learning", "small-production", "regulated-production", "secrets-platform"];

impl Preset {
    /// All of them: name and meaning, the smallest first.
    pub fn choices() -> Vec<(&'static str, &'static str)> {
        NAMES.iter().map(|name| (*name, ALL[*name].about.as_str())).collect()
    }

    /// The one that was chosen; the smallest where none was, or one that does not exist.
    pub fn of(answers: &Answers) -> Preset {
        let name = answers.preset.as_deref().unwrap_or(NAMES[0]);
        ALL.get(name).unwrap_or(&ALL[NAMES[0]]).clone()
    }
}
