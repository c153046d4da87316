//! The answers, as flags, as a file, and as an interrupted run leaves them. Never judges one.

use super::{
    Preset,
    questions::{QUESTIONS, Question},
};
use clap::Args;
use serde::{Deserialize, Serialize};

/// Every answer is a text, as it is typed; an empty one means "none". What is absent was not
/// answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// What to start from: learning, small-production, regulated-production, or secrets-platform.
    #[arg(long, value_name = "PRESET")]
    pub preset: Option<String>,
    /// The name of the platform.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Whom to ask about it: an address or a team.
    #[arg(long, value_name = "OWNER")]
    pub owner: Option<String>,
    /// The Azure region.
    #[arg(long, value_name = "REGION")]
    pub location: Option<String>,
    /// The Entra tenant.
    #[arg(long, value_name = "GUID")]
    pub tenant: Option<String>,
    /// The Azure subscription.
    #[arg(long, value_name = "GUID")]
    pub subscription: Option<String>,
    /// The Entra group that administers the cluster and seeds the vault.
    #[arg(long, value_name = "GUID")]
    pub admins: Option<String>,
    /// Who applies the tree: flux or argocd.
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<String>,
    /// The repository that holds the tree.
    #[arg(long, value_name = "URL")]
    pub repository: Option<String>,
    /// The DNS zone of exposed services, or none.
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// The workflow that runs `aksgen check`: github, azure, or none.
    #[arg(long, value_name = "SYSTEM")]
    pub ci: Option<String>,
    /// A service, as `name=orders image=orders:1.0.0 port=8080 calls=users,postgres.orders host=www
    /// secrets=API_KEY=api-key`; may be given again. All but name and image may be left out; `none`
    /// alone is no service.
    #[arg(long = "service", value_name = "SERVICE", value_parser = ServiceAnswers::parse)]
    pub services: Option<Vec<ServiceAnswers>>,
}

/// A service, as it is typed. Lists are separated by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceAnswers {
    /// Its name; empty for no service.
    pub name: String,
    /// Its image.
    pub image: Option<String>,
    /// Its port.
    pub port: Option<String>,
    /// What it calls.
    pub calls: Option<String>,
    /// The host that it is reached by from outside.
    pub host: Option<String>,
    /// Its secrets: `VARIABLE=name-in-the-vault`.
    pub secrets: Option<String>,
}

impl ServiceAnswers {
    /// From the text of a flag.
    ///
    /// # Errors If a key is unknown, given twice or has no value, or there is no name. A value is
    /// never repeated: it may be a secret in the wrong place.
    pub fn parse(text: &str) -> Result<ServiceAnswers, String> {
        let mut service = ServiceAnswers::default();
        for pair in text.split_whitespace().filter(|pair| *pair != super::NONE) {
            let (key, value) = pair.split_once('=').ok_or(
                "a part of it is not KEY=VALUE; lists are separated by commas, without blanks",
            )?;
            let slot = match key {
                "name" => {
                    value.clone_into(&mut service.name);
                    continue;
                }
                "image" => &mut service.image,
                "port" => &mut service.port,
                "calls" => &mut service.calls,
                "host" => &mut service.host,
                "secrets" => &mut service.secrets,
                _ => {
                    return Err(format!(
                        "there is no key `{key}`; there are: name, image, port, calls, host, secrets"
                    ));
                }
            };
            if slot.replace(value.to_owned()).is_some() {
                return Err(format!(
                    "`{key}` is given twice; lists are separated by commas, without blanks"
                ));
            }
        }
        if service.name.is_empty() && text.trim() != super::NONE {
            Err("it has no name: begin with `name=`".into())
        } else {
            Ok(service)
        }
    }
}

impl Answers {
    /// These answers, and below them what the others say besides.
    #[must_use]
    pub fn over(mut self, mut others: Answers) -> Answers {
        for question in QUESTIONS {
            if self.of(question).is_none() {
                *(question.slot)(&mut self) = (question.slot)(&mut others).take();
            }
        }
        self.services = self.services.or(others.services);
        self.tidied()
    }

    /// The answer to a question.
    pub fn of(&self, question: &Question) -> Option<&str> {
        (question.answer)(self)
    }

    /// The same with one more answer.
    #[must_use]
    pub fn with(mut self, question: &Question, answer: &str) -> Answers {
        *(question.slot)(&mut self) = Some(answer.to_owned());
        self.tidied()
    }

    /// The same with the default for everything that was not answered.
    #[must_use]
    pub fn complete(mut self, folder: &str) -> Answers {
        for question in QUESTIONS {
            if self.of(question).is_none() {
                let default = (question.default)(&self, folder);
                *(question.slot)(&mut self) = Some(default);
            }
        }
        if self.services.is_none() {
            self.services = Some(Preset::of(&self).service.into_iter().collect());
        }
        self
    }

    /// `none` is nothing, and so is a service without a name.
    fn tidied(mut self) -> Answers {
        for question in QUESTIONS.iter().filter(|question| question.optional) {
            let slot = (question.slot)(&mut self);
            if slot.as_deref() == Some(super::NONE) {
                *slot = Some(String::new());
            }
        }
        self.services.iter_mut().for_each(|all| all.retain(|service| !service.name.is_empty()));
        self
    }
}
