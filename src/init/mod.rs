//! Questions of `aksgen init`, and the files that result from the answers.

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
pub use questions::{AnswerKind, QUESTIONS, Question, validate_answers};
pub use recorded::{merged, recorded};
pub use service_questions::{SERVICE_QUESTIONS, ServiceQuestion};
pub use spec::{placeholders, spec};

/// Folder with the answers of an interrupted run. It contains its own `.gitignore` and is removed
/// at the end.
pub const STATE: &str = ".aksgen-init";

/// Answers of an interrupted run, in the form of `--answers`.
pub const STATE_FILE: &str = ".aksgen-init/answers.toml";

/// Answer that overrides a default with no value.
pub const NONE: &str = "none";
