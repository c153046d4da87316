//! Dialogue of `init`: prompts for all answers and saves the answers so far.

use super::{super::output, prompt::Prompter, state::InitState};
use crate::{
    diag::Diagnostic,
    init::{
        AnswerKind, Answers, NONE, Preset, QUESTIONS, Question, SERVICE_QUESTIONS, ServiceAnswers,
        ServiceQuestion,
    },
};
use std::io;

/// Reason for an early end of the dialogue.
pub(super) enum PromptError {
    /// The input ended.
    Left,
    /// The answers cannot be saved.
    Failed(Diagnostic),
}

impl From<io::Error> for PromptError {
    fn from(_: io::Error) -> PromptError {
        PromptError::Left
    }
}

type PromptResult<T> = Result<T, PromptError>;

/// Prompts for all missing answers, and then for services.
pub(super) fn ask_questions(
    state: &mut InitState,
    prompter: &dyn Prompter,
    more_services: bool,
) -> PromptResult<()> {
    state.save().map_err(PromptError::Failed)?;
    for (i, question) in QUESTIONS.iter().enumerate() {
        if state.given.of(question).is_none() {
            output::message(&format!(
                "\n[{}/{}] {}\n{}",
                i + 1,
                QUESTIONS.len(),
                question.ask,
                question.why
            ));
            ask_question(state, prompter, question)?;
        }
    }
    if more_services {
        output::message(
            "\nServices of the platform, one at a time; an empty name or `none` ends the list.",
        );
        services(state, prompter)?;
    }
    Ok(())
}

/// Shows all answers and prompts for changes.
pub(super) fn review(state: &mut InitState, prompter: &dyn Prompter) -> PromptResult<()> {
    loop {
        let answers = state.answers();
        let services = answers.services.clone().unwrap_or_default();
        print_answers(&answers, &services);
        let text = prompter.text("number to change (Enter continues)", "")?;
        let last = QUESTIONS.len() + services.len() + 1;
        match text.parse::<usize>() {
            Err(_) if text.is_empty() => return Ok(()),
            Ok(number) if (1..=QUESTIONS.len()).contains(&number) => {
                change_answer(state, prompter, &QUESTIONS[number - 1], &answers)?;
            }
            Ok(number) if number <= last && number > 0 => {
                state.given.services = Some(services);
                service_at(state, prompter, number - QUESTIONS.len() - 1)?;
            }
            _ => output::message(&format!("enter a number from 1 to {last}, or nothing")),
        }
        state.save().map_err(PromptError::Failed)?;
    }
}

fn print_answers(answers: &Answers, services: &[ServiceAnswers]) {
    output::message("\nReview");
    let none = |answer: &str| if answer.is_empty() { NONE.to_owned() } else { answer.to_owned() };
    let given = QUESTIONS.iter().map(|question| {
        format!("{:<13} {}", question.key, none(answers.of(question).unwrap_or_default()))
    });
    let run = services.iter().map(|service| format!("{:<13} {}", "service", service.summary()));
    for (i, line) in given.chain(run).chain(["add a service".to_owned()]).enumerate() {
        output::message(&format!("{:>3}) {}", i + 1, crate::diag::safe(&line)));
    }
}

/// Repeats a question, with the current answer as the default.
fn change_answer(
    state: &mut InitState,
    prompter: &dyn Prompter,
    question: &Question,
    answers: &Answers,
) -> PromptResult<()> {
    let current = answers.of(question).unwrap_or_default().to_owned();
    output::message(&format!("\n{}\n{}", question.ask, question.why));
    with_default(state, prompter, question, &current)
}

fn ask_question(
    state: &mut InitState,
    prompter: &dyn Prompter,
    question: &Question,
) -> PromptResult<()> {
    let default = state.default(question);
    with_default(state, prompter, question, &default)
}

/// Repeats a question until the platform is valid with the answer.
fn with_default(
    state: &mut InitState,
    prompter: &dyn Prompter,
    question: &Question,
    default: &str,
) -> PromptResult<()> {
    loop {
        let answer = match question.kind {
            AnswerKind::Text => prompter.text(question.key, default)?,
            AnswerKind::OneOf(choices) => {
                let choices = choices();
                let at = choices.iter().position(|(name, _)| *name == default).unwrap_or_default();
                let lines: Vec<String> =
                    choices.iter().map(|(name, about)| format!("{name}: {about}")).collect();
                choices[prompter.choose(question.key, &lines, at)?].0.to_owned()
            }
        };
        let next =
            InitState { given: state.given.clone().with(question, &answer), ..state.clone() };
        if accept(state, next)? {
            return Ok(());
        }
    }
}

/// Accepts a state if it is valid and saves its answers; otherwise prints the diagnostics.
fn accept(state: &mut InitState, next: InitState) -> PromptResult<bool> {
    if let Err(diagnostics) = next.validate() {
        output::diagnostics(&diagnostics);
        return Ok(false);
    }
    *state = next;
    state.save().map_err(PromptError::Failed)?;
    Ok(true)
}

/// Prompts for each recorded service, and then for new ones. Services of an interrupted run are
/// kept without a prompt.
fn services(state: &mut InitState, prompter: &dyn Prompter) -> PromptResult<()> {
    let mut number = state.given.services.as_ref().map_or(0, Vec::len);
    let recorded = state.before.as_ref().and_then(|(_, answers)| answers.services.clone());
    let first = Preset::of(&state.given).service.filter(|_| recorded.is_none());
    state.given.services.get_or_insert(recorded.unwrap_or_default());
    loop {
        let current = state.given.services.iter().flatten().nth(number).cloned();
        let proposal =
            current.or_else(|| first.clone().filter(|_| number == 0)).unwrap_or_default();
        if service(state, prompter, number, &proposal)? {
            number += 1;
        } else if truncate_services(state, number)? {
            return Ok(());
        }
    }
}

/// Removes the services from an index on; returns false if other services need them.
fn truncate_services(state: &mut InitState, number: usize) -> PromptResult<bool> {
    let mut next = state.clone();
    next.given.services.iter_mut().for_each(|all| all.truncate(number));
    accept(state, next)
}

/// Changes a service, or adds one.
fn service_at(state: &mut InitState, prompter: &dyn Prompter, number: usize) -> PromptResult<()> {
    let current = state.given.services.iter().flatten().nth(number).cloned().unwrap_or_default();
    let (known, name) = (!current.name.is_empty(), current.name.clone());
    if !service(state, prompter, number, &current)? && known {
        let next = without(state, number);
        if accept(state, next)? {
            output::message(&format!("`{}` is removed", crate::diag::safe(&name)));
        }
    }
    Ok(())
}

fn without(state: &InitState, number: usize) -> InitState {
    let mut next = state.clone();
    next.given.services.iter_mut().for_each(|all| drop(all.remove(number)));
    next
}

/// Prompts for one service; returns false if the name is empty.
fn service(
    state: &mut InitState,
    prompter: &dyn Prompter,
    number: usize,
    proposal: &ServiceAnswers,
) -> PromptResult<bool> {
    let mut so_far = loop {
        let name = prompter.text("service", &proposal.name)?;
        if name.is_empty() || name == NONE {
            return Ok(false);
        }
        let same = name == proposal.name;
        let so_far = if same {
            proposal.clone()
        } else {
            ServiceAnswers { name, ..ServiceAnswers::default() }
        };
        if valid(state, number, &so_far) {
            break so_far;
        }
    };
    for question in SERVICE_QUESTIONS.iter().filter(|question| (question.when)(&state.answers())) {
        so_far = ask_service_answer(state, prompter, number, &so_far, question)?;
    }
    let next = with_service(state, number, so_far);
    accept(state, next)
}

fn ask_service_answer(
    state: &InitState,
    prompter: &dyn Prompter,
    number: usize,
    so_far: &ServiceAnswers,
    question: &ServiceQuestion,
) -> PromptResult<ServiceAnswers> {
    let mut slot = so_far.clone();
    let default = (question.slot)(&mut slot).clone().unwrap_or_else(|| (question.default)(so_far));
    output::message(question.why);
    loop {
        let answer = prompter.text(&format!("{} {}", so_far.name, question.key), &default)?;
        let mut next = so_far.clone();
        *(question.slot)(&mut next) = Some(if answer == NONE { String::new() } else { answer });
        if valid(state, number, &next) {
            return Ok(next);
        }
    }
}

/// Whether the platform is valid with this service; prints the diagnostics if not.
fn valid(state: &InitState, number: usize, service: &ServiceAnswers) -> bool {
    let found = with_service(state, number, service.clone().complete()).validate();
    found.as_ref().err().into_iter().for_each(|diagnostics| output::diagnostics(diagnostics));
    found.is_ok()
}

fn with_service(state: &InitState, number: usize, service: ServiceAnswers) -> InitState {
    let mut next = state.clone();
    let all = next.given.services.get_or_insert_default();
    if number < all.len() {
        all[number] = service;
    } else {
        all.push(service);
    }
    next
}
