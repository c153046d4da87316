//! Files beside the spec: schema, Git attributes and CI workflow.

use super::answers::Answers;

/// A file beside the spec.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitFile {
    /// Path relative to the folder of the spec.
    pub path: &'static str,
    /// Content.
    pub text: String,
}

/// CI workflows: system, path and text.
const WORKFLOWS: [(&str, &str, &str); 2] = [
    ("github", ".github/workflows/platform.yaml", include_str!("github.yaml")),
    ("azure", "azure-pipelines.yml", include_str!("azure.yaml")),
];

/// All files beside the spec; `schema` is the output of `aksgen schema`.
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

/// CI system whose workflow exists.
pub(super) fn system(there: impl Fn(&str) -> bool) -> &'static str {
    WORKFLOWS.iter().find(|(_, path, _)| there(path)).map_or("none", |(system, ..)| system)
}
