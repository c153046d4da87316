//! Answers from flags, from a file and from an interrupted run.

use super::{
    Preset,
    questions::{QUESTIONS, Question},
};
use clap::Args;
use serde::{Deserialize, Serialize};

/// Answers as typed. An empty text means no value; `None` means no answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Preset: learning, small-production, regulated-production or secrets-platform.
    #[arg(long, value_name = "PRESET")]
    pub preset: Option<String>,
    /// Name of the platform.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Contact for the platform: an email address or a team.
    #[arg(long, value_name = "OWNER")]
    pub owner: Option<String>,
    /// Azure region.
    #[arg(long, value_name = "REGION")]
    pub location: Option<String>,
    /// Entra tenant ID.
    #[arg(long, value_name = "GUID")]
    pub tenant: Option<String>,
    /// Azure subscription ID.
    #[arg(long, value_name = "GUID")]
    pub subscription: Option<String>,
    /// Entra group that administers the cluster and adds secrets to the vault.
    #[arg(long, value_name = "GUID")]
    pub admins: Option<String>,
    /// GitOps engine: flux or argocd.
    #[arg(long, value_name = "ENGINE")]
    pub engine: Option<String>,
    /// Git repository of the tree.
    #[arg(long, value_name = "URL")]
    pub repository: Option<String>,
    /// DNS zone of exposed services, or none.
    #[arg(long, value_name = "ZONE")]
    pub zone: Option<String>,
    /// CI system that runs `aksgen check`: github, azure or none.
    #[arg(long, value_name = "SYSTEM")]
    pub ci: Option<String>,
    /// Service, as `name=orders image=orders:1.0.0 port=8080 calls=users,postgres.orders host=www
    /// secrets=API_KEY=api-key`. Only name and image are required; `none` means no service. Can be
    /// repeated.
    #[arg(long = "service", value_name = "SERVICE", value_parser = ServiceAnswers::parse)]
    pub services: Option<Vec<ServiceAnswers>>,
}

/// A service as typed. Lists are separated by commas.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceAnswers {
    /// Name; empty for no service.
    pub name: String,
    /// Image.
    pub image: Option<String>,
    /// Port.
    pub port: Option<String>,
    /// Called services and databases.
    pub calls: Option<String>,
    /// Public host.
    pub host: Option<String>,
    /// Secrets: `VARIABLE=name-in-the-vault`.
    pub secrets: Option<String>,
}

impl ServiceAnswers {
    /// Parses the text of a flag.
    ///
    /// # Errors
    /// If a key is unknown, repeated or has no value, or the name is missing. Messages never
    /// contain a value, because it can be a secret.
    pub fn parse(text: &str) -> Result<ServiceAnswers, String> {
        let mut service = ServiceAnswers::default();
        for pair in text.split_whitespace().filter(|pair| *pair != super::NONE) {
            let (key, value) = pair
                .split_once('=')
                .ok_or("a part is not KEY=VALUE; separate lists with commas, without spaces")?;
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
                        "unknown key `{key}`; use name, image, port, calls, host, secrets"
                    ));
                }
            };
            if slot.replace(value.to_owned()).is_some() {
                return Err(format!(
                    "`{key}` is set twice; separate lists with commas, without spaces"
                ));
            }
        }
        if service.name.is_empty() && text.trim() != super::NONE {
            Err("the name is missing; add `name=`".into())
        } else {
            Ok(service)
        }
    }
}

impl Answers {
    /// Adds missing answers from others.
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

    /// Answer to a question.
    pub fn of(&self, question: &Question) -> Option<&str> {
        (question.answer)(self)
    }

    /// Sets one answer.
    #[must_use]
    pub fn with(mut self, question: &Question, answer: &str) -> Answers {
        *(question.slot)(&mut self) = Some(answer.to_owned());
        self.tidied()
    }

    /// Sets the default for each missing answer.
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

    /// Replaces `none` by an empty answer and removes services without a name.
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
