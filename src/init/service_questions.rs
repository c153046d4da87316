//! Table of the questions about a service.

use super::{Answers, ServiceAnswers};

/// A question about a service.
#[derive(Debug)]
pub struct ServiceQuestion {
    /// Name of the answer.
    pub key: &'static str,
    /// Purpose of the answer.
    pub why: &'static str,
    /// Field of the answer.
    pub slot: fn(&mut ServiceAnswers) -> &mut Option<String>,
    /// Default.
    pub default: fn(&ServiceAnswers) -> String,
    /// Whether the question applies; a host needs a zone.
    pub when: fn(&Answers) -> bool,
}

/// Questions after the name of a service.
pub const SERVICE_QUESTIONS: &[ServiceQuestion] = &[
    ServiceQuestion {
        key: "image",
        why: "Image with a version. Without a registry, as in `orders:1.0.0`, the platform's own registry is used.",
        slot: |service| &mut service.image,
        default: |service| format!("{}:1.0.0", service.name),
        when: |_| true,
    },
    ServiceQuestion {
        key: "port",
        why: "The port that the process listens on; `none` for a worker.",
        slot: |service| &mut service.port,
        default: |_| "8080".into(),
        when: |_| true,
    },
    ServiceQuestion {
        key: "calls",
        why: "Other services, or `postgres.<name>` for a database; opens both ends of the network policies. Separate with commas.",
        slot: |service| &mut service.calls,
        default: |_| String::new(),
        when: |_| true,
    },
    ServiceQuestion {
        key: "host",
        why: "The first label of the public host; none for internal services.",
        slot: |service| &mut service.host,
        default: |_| String::new(),
        when: |answers| answers.zone.as_deref().is_some_and(|zone| !zone.is_empty()),
    },
    ServiceQuestion {
        key: "secrets",
        why: "VARIABLE=name-in-the-vault, separated by commas. Enter names only. Add the values to the vault manually.",
        slot: |service| &mut service.secrets,
        default: |_| String::new(),
        when: |_| true,
    },
];

impl ServiceAnswers {
    /// Sets the default for each missing answer.
    #[must_use]
    pub fn complete(mut self) -> ServiceAnswers {
        for question in SERVICE_QUESTIONS {
            if (question.slot)(&mut self).is_none() {
                let default = (question.default)(&self);
                *(question.slot)(&mut self) = Some(default);
            }
        }
        self
    }

    /// One line in the form of the flag.
    pub fn summary(&self) -> String {
        let mut copy = self.clone();
        let mut parts = vec![format!("name={}", self.name)];
        for question in SERVICE_QUESTIONS {
            let answer = (question.slot)(&mut copy).clone().filter(|answer| !answer.is_empty());
            parts.extend(
                answer.map(|answer| format!("{}={}", question.key, answer.replace(", ", ","))),
            );
        }
        parts.join(" ")
    }
}
