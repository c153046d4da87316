//! The questions about one service. Never asks one.

use super::{Answers, ServiceAnswers};

/// A question about a service.
#[derive(Debug)]
pub struct ServiceQuestion {
    /// What is asked for.
    pub key: &'static str,
    /// What the answer is for.
    pub why: &'static str,
    /// Where the answer goes.
    pub slot: fn(&mut ServiceAnswers) -> &mut Option<String>,
    /// What is taken where nothing is said.
    pub default: fn(&ServiceAnswers) -> String,
    /// Whether it is asked: a host needs a zone.
    pub when: fn(&Answers) -> bool,
}

/// What is asked after the name of a service.
pub const SERVICE_QUESTIONS: &[ServiceQuestion] = &[
    ServiceQuestion {
        key: "image",
        why: "Pinned by a version. Without a registry, as `orders:1.0.0`, it comes from one of the platform's own.",
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
        why: "Services of above, or `postgres.<name>` for a database of its own; opens both ends of the network policies. Commas between.",
        slot: |service| &mut service.calls,
        default: |_| String::new(),
        when: |_| true,
    },
    ServiceQuestion {
        key: "host",
        why: "The first label of the host that people reach it by; none for inside only.",
        slot: |service| &mut service.host,
        default: |_| String::new(),
        when: |answers| answers.zone.as_deref().is_some_and(|zone| !zone.is_empty()),
    },
    ServiceQuestion {
        key: "secrets",
        why: "VARIABLE=name-in-the-vault, commas between. Never a value: people put values into the vault.",
        slot: |service| &mut service.secrets,
        default: |_| String::new(),
        when: |_| true,
    },
];

impl ServiceAnswers {
    /// The same with the default for everything that was not answered.
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

    /// In one line, as the flag takes it.
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
