//! Presets of `init`, as data.

use super::answers::{Answers, ServiceAnswers};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// A starting point for a platform.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Description in one line.
    pub about: String,
    /// Environments and related tables, as TOML.
    pub environments: String,
    /// First proposed service.
    pub service: Option<ServiceAnswers>,
}

static ALL: LazyLock<BTreeMap<String, Preset>> = LazyLock::new(|| {
    toml::from_str(include_str!("presets.toml")).expect("our own file, read in every test")
});

/// Names of the presets, the smallest first.
const NAMES: [&str; 4] =
    ["learning", "small-production", "regulated-production", "secrets-platform"];

impl Preset {
    /// Name and description of all presets, the smallest first.
    pub fn choices() -> Vec<(&'static str, &'static str)> {
        NAMES.iter().map(|name| (*name, ALL[*name].about.as_str())).collect()
    }

    /// The selected preset; the smallest one if the selection is missing or unknown.
    pub fn of(answers: &Answers) -> Preset {
        let name = answers.preset.as_deref().unwrap_or(NAMES[0]);
        ALL.get(name).unwrap_or(&ALL[NAMES[0]]).clone()
    }
}
