//! The files around the spec. Never the tree.

use super::answers::Answers;

/// A file beside the spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitFile {
    /// Its path, from the folder of the spec.
    pub path: &'static str,
    /// What is in it.
    pub text: String,
}

/// Workflows, by the answer that asks for them: path and text.
const WORKFLOWS: [(&str, &str, &str); 2] = [
    ("github", ".github/workflows/platform.yaml", include_str!("github.yaml")),
    ("azure", "azure-pipelines.yml", include_str!("azure.yaml")),
];

/// Everything that stands beside the spec; the schema is what `aksgen schema` prints.
pub fn files(answers: &Answers, schema: String) -> Vec<InitFile> {
    let workflow = WORKFLOWS.iter().find(|(system, ..)| answers.ci.as_deref() == Some(system));
    let text = |text: &str| text.replace("VERSION", env!("CARGO_PKG_VERSION"));
    let mut out = vec![
        InitFile { path: "platform.schema.json", text: schema },
        InitFile { path: ".gitattributes", text: include_str!("gitattributes").to_owned() },
    ];
    out.extend(workflow.map(|(_, path, workflow)| InitFile { path, text: text(workflow) }));
    out
}

/// The system whose workflow is there.
pub(super) fn system(there: impl Fn(&str) -> bool) -> &'static str {
    WORKFLOWS.iter().find(|(_, path, _)| there(path)).map_or("none", |(system, ..)| system)
}
