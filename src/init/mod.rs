//! What `aksgen init` asks, and the files that the answers make. Never prompts, prints, or writes.

mod answers;
mod files;
mod presets;
mod questions;
mod recorded;
mod service_questions;
mod spec;

pub use answers::{Answers, ServiceAnswers};
pub use files::{InitFile, files};
pub use presets::Preset;
pub use questions::{AnswerKind, QUESTIONS, Question, mistakes};
pub use recorded::{merged, recorded};
pub use service_questions::{SERVICE_QUESTIONS, ServiceQuestion};
pub use spec::{placeholders, spec};

/// The folder of an interrupted run: it ignores itself, so nothing of the user's has to name it,
/// and it is gone at the end.
pub const STATE: &str = ".aksgen-init";

/// The answers of an interrupted run, in the form of `--answers`.
pub const STATE_FILE: &str = ".aksgen-init/answers.toml";

/// What people answer for "none": a default may stand where they want nothing.
pub const NONE: &str = "none";
