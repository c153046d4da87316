//! The questions of `init`, one after the other, until a person is content. Never writes but the
//! answers so far.

use super::{draft::Draft, output, prompt::Ask};
use crate::{
    diag::Diagnostic,
    init::{Answers, Kind, NONE, OF_A_SERVICE, OfService, Preset, QUESTIONS, Question, Service},
};
use std::io;

/// Why an interview ends early.
pub(super) enum Stop {
    /// Nobody answers any more.
    Left,
    /// The answers cannot be kept.
    Failed(Diagnostic),
}

impl From<io::Error> for Stop {
    fn from(_: io::Error) -> Stop {
        Stop::Left
    }
}

type Asked<T> = Result<T, Stop>;

/// Asks what was not answered yet, and then for changes.
pub(super) fn interview(draft: &mut Draft, ask: &dyn Ask, more_services: bool) -> Asked<()> {
    draft.keep().map_err(Stop::Failed)?;
    for (i, question) in QUESTIONS.iter().enumerate() {
        if draft.said.of(question).is_none() {
            output::message(&format!(
                "\n[{}/{}] {}\n{}",
                i + 1,
                QUESTIONS.len(),
                question.ask,
                question.why
            ));
            one(draft, ask, question)?;
        }
    }
    if more_services {
        output::message(
            "\nNow what runs on the platform, one service after the other; an empty name, or `none`, ends the list.",
        );
        services(draft, ask)?;
    }
    Ok(())
}

/// Shows all answers, until none is to be changed.
pub(super) fn review(draft: &mut Draft, ask: &dyn Ask) -> Asked<()> {
    loop {
        let answers = draft.answers();
        let services = answers.services.clone().unwrap_or_default();
        shown(&answers, &services);
        let text = ask.text("which one to change? Enter goes on", "")?;
        let last = QUESTIONS.len() + services.len() + 1;
        match text.parse::<usize>() {
            Err(_) if text.is_empty() => return Ok(()),
            Ok(number) if (1..=QUESTIONS.len()).contains(&number) => {
                changed(draft, ask, &QUESTIONS[number - 1], &answers)?
            }
            Ok(number) if number <= last && number > 0 => {
                draft.said.services = Some(services);
                service_at(draft, ask, number - QUESTIONS.len() - 1)?;
            }
            _ => output::message(&format!("a number from 1 to {last}, or nothing, please")),
        }
        draft.keep().map_err(Stop::Failed)?;
    }
}

fn shown(answers: &Answers, services: &[Service]) {
    output::message("\nReview");
    let none = |answer: &str| if answer.is_empty() { NONE.to_owned() } else { answer.to_owned() };
    let said = QUESTIONS.iter().map(|question| {
        format!("{:<13} {}", question.key, none(answers.of(question).unwrap_or_default()))
    });
    let run = services.iter().map(|service| format!("{:<13} {}", "service", service.told()));
    for (i, line) in said.chain(run).chain(["add a service".to_owned()]).enumerate() {
        output::message(&format!("{:>3}) {}", i + 1, crate::diag::safe(&line)));
    }
}

/// Asks again what was answered: that answer is the default now.
fn changed(draft: &mut Draft, ask: &dyn Ask, question: &Question, answers: &Answers) -> Asked<()> {
    let current = answers.of(question).unwrap_or_default().to_owned();
    output::message(&format!("\n{}\n{}", question.ask, question.why));
    with_default(draft, ask, question, &current)
}

fn one(draft: &mut Draft, ask: &dyn Ask, question: &Question) -> Asked<()> {
    let default = draft.default(question);
    with_default(draft, ask, question, &default)
}

/// Asks until the platform is valid with the answer.
fn with_default(draft: &mut Draft, ask: &dyn Ask, question: &Question, default: &str) -> Asked<()> {
    loop {
        let answer = match question.kind {
            Kind::Text => ask.text(question.key, default)?,
            Kind::OneOf(choices) => {
                let choices = choices();
                let at = choices.iter().position(|(name, _)| *name == default).unwrap_or_default();
                let lines: Vec<String> =
                    choices.iter().map(|(name, about)| format!("{name}: {about}")).collect();
                choices[ask.choose(question.key, &lines, at)?].0.to_owned()
            }
        };
        let next = Draft { said: draft.said.clone().with(question, &answer), ..draft.clone() };
        if accepted(draft, next)? {
            return Ok(());
        }
    }
}

/// Takes a draft if it is valid, and keeps its answers; otherwise says why not.
fn accepted(draft: &mut Draft, next: Draft) -> Asked<bool> {
    if let Err(diagnostics) = next.judged() {
        output::diagnostics(&diagnostics);
        return Ok(false);
    }
    *draft = next;
    draft.keep().map_err(Stop::Failed)?;
    Ok(true)
}

/// The list of before, one after the other, and then further ones; what an interrupted run answered
/// is not asked again.
fn services(draft: &mut Draft, ask: &dyn Ask) -> Asked<()> {
    let mut number = draft.said.services.as_ref().map_or(0, Vec::len);
    let recorded = draft.before.as_ref().and_then(|(_, answers)| answers.services.clone());
    let first = Preset::of(&draft.said).service.filter(|_| recorded.is_none());
    draft.said.services.get_or_insert(recorded.unwrap_or_default());
    loop {
        let current = draft.said.services.iter().flatten().nth(number).cloned();
        let proposal =
            current.or_else(|| first.clone().filter(|_| number == 0)).unwrap_or_default();
        if service(draft, ask, number, &proposal)? {
            number += 1;
        } else if ends(draft, number)? {
            return Ok(());
        }
    }
}

/// Takes out the rest of the list; false if others need it.
fn ends(draft: &mut Draft, number: usize) -> Asked<bool> {
    let mut next = draft.clone();
    next.said.services.iter_mut().for_each(|all| all.truncate(number));
    accepted(draft, next)
}

/// Changes a service of the list, or adds one behind it.
fn service_at(draft: &mut Draft, ask: &dyn Ask, number: usize) -> Asked<()> {
    let current = draft.said.services.iter().flatten().nth(number).cloned().unwrap_or_default();
    let (known, name) = (!current.name.is_empty(), current.name.clone());
    if !service(draft, ask, number, &current)? && known {
        let next = without(draft, number);
        if accepted(draft, next)? {
            output::message(&format!("`{}` is taken out", crate::diag::safe(&name)));
        }
    }
    Ok(())
}

fn without(draft: &Draft, number: usize) -> Draft {
    let mut next = draft.clone();
    next.said.services.iter_mut().for_each(|all| drop(all.remove(number)));
    next
}

/// Asks for one service; false if there is none.
fn service(draft: &mut Draft, ask: &dyn Ask, number: usize, proposal: &Service) -> Asked<bool> {
    let mut so_far = loop {
        let name = ask.text("service", &proposal.name)?;
        if name.is_empty() || name == NONE {
            return Ok(false);
        }
        let same = name == proposal.name;
        let so_far = if same { proposal.clone() } else { Service { name, ..Service::default() } };
        if valid(draft, number, &so_far) {
            break so_far;
        }
    };
    for question in OF_A_SERVICE.iter().filter(|question| (question.when)(&draft.answers())) {
        so_far = of_service(draft, ask, number, &so_far, question)?;
    }
    let next = put(draft, number, so_far);
    accepted(draft, next)
}

fn of_service(
    draft: &Draft,
    ask: &dyn Ask,
    number: usize,
    so_far: &Service,
    question: &OfService,
) -> Asked<Service> {
    let mut slot = so_far.clone();
    let default = (question.slot)(&mut slot).clone().unwrap_or_else(|| (question.default)(so_far));
    output::message(question.why);
    loop {
        let answer = ask.text(&format!("{} {}", so_far.name, question.key), &default)?;
        let mut next = so_far.clone();
        *(question.slot)(&mut next) = Some(if answer == NONE { String::new() } else { answer });
        if valid(draft, number, &next) {
            return Ok(next);
        }
    }
}

/// Is the platform valid with this service? If not, says why.
fn valid(draft: &Draft, number: usize, service: &Service) -> bool {
    let found = put(draft, number, service.clone().complete()).judged();
    found.as_ref().err().into_iter().for_each(|diagnostics| output::diagnostics(diagnostics));
    found.is_ok()
}

fn put(draft: &Draft, number: usize, service: Service) -> Draft {
    let mut next = draft.clone();
    let all = next.said.services.get_or_insert_default();
    if number < all.len() {
        all[number] = service;
    } else {
        all.push(service);
    }
    next
}
