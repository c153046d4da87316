//! All integration tests in one program: it links once.

#![allow(clippy::unwrap_used, reason = "a failed read fails the test")]

mod action;
mod cases;
mod cli;
mod codes;
mod common;
mod components;
mod crash;
mod data;
mod data_identity;
mod diff;
mod disk;
mod explain;
mod formats;
mod git;
mod hostile;
mod init;
mod inputs;
mod kinds;
mod links;
mod messages;
mod network;
mod progress;
mod properties;
mod readme;
mod recipe;
mod recording;
mod reference;
mod rules;
mod same;
mod secrets;
mod shell;
mod sink;
mod spec;
mod support;
mod table;
mod terminal;
mod tidy;
mod wiring;
mod workloads;
