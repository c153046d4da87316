//! `aksgen list`.

use super::{OutputFormat, completions, output};
use crate::{
    assets::Assets,
    catalog::Catalog,
    diag::safe,
    model::{Presence, TABLE},
    pipeline::{self, ConnectionEnd, ConnectionRow, Request},
};
use clap::{Args, ValueEnum};
use clap_complete::ArgValueCompleter;
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Topic to list.
    #[arg(value_enum, default_value_t)]
    what: ListTopic,
    /// List the connections of these environments only.
    #[arg(long = "env", value_name = "ENVIRONMENT", add = ArgValueCompleter::new(completions::environments))]
    environments: Vec<String>,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: OutputFormat,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum ListTopic {
    /// The components with their purpose.
    #[default]
    Components,
    /// The allowed connections per environment.
    Connections,
}

pub(super) fn run(arguments: &ListArgs, dir: PathBuf) -> ExitCode {
    match arguments.what {
        ListTopic::Components if !arguments.environments.is_empty() => {
            output::message(
                "error: `--env` selects connections: run `aksgen list connections --env`",
            );
            ExitCode::from(output::FAILED)
        }
        ListTopic::Components => components(arguments.format),
        ListTopic::Connections => {
            let environments = arguments.environments.clone();
            connections(arguments.format, &Request { dir, environments, ..Request::default() })
        }
    }
}

fn components(format: OutputFormat) -> ExitCode {
    let names: Vec<&str> = TABLE.iter().map(|row| row.name).collect();
    let mut diagnostics = vec![];
    let builtin = Assets {
        user: std::collections::BTreeMap::new(),
        ..Assets::load(Path::new(""), &mut diagnostics)
    };
    let catalog = Catalog::load(&builtin, &names, &mut diagnostics);
    let rows: Vec<[&str; 3]> = TABLE
        .iter()
        .map(|row| [row.name, when(row.presence), catalog.manifest(row.name).about.as_str()])
        .collect();
    match format {
        OutputFormat::Human => {
            lines(rows.iter().map(|[name, when, about]| format!("{name:<22}{when:<13}{about}")))
        }
        OutputFormat::Json => output::json(
            &rows
                .iter()
                .map(|[name, when, about]| json!({"name": name, "exists": when, "about": about}))
                .collect(),
        ),
    }
}

const fn when(presence: Presence) -> &'static str {
    match presence {
        Presence::Always => "always",
        Presence::Needed => "when needed",
        Presence::Declared => "declared",
        Presence::Derived => "derived",
    }
}

fn connections(format: OutputFormat, request: &Request) -> ExitCode {
    match pipeline::connections(request) {
        Ok(edges) => match format {
            OutputFormat::Human => lines(edges.iter().map(described)),
            OutputFormat::Json => output::json(&json!(edges)),
        },
        Err(diagnostics) => output::no_answer(&diagnostics),
    }
}

fn described(edge: &ConnectionRow) -> String {
    let source = edge.source.as_ref().map_or_else(String::new, |path| format!("   {}", safe(path)));
    format!(
        "{:<12} {} -> {} {}/{}{source}",
        edge.environment,
        end(&edge.from),
        end(&edge.to),
        edge.protocol,
        edge.port
    )
}

fn end(end: &ConnectionEnd) -> String {
    match end {
        ConnectionEnd::Pods { namespace, labels } => match labels.get("app.kubernetes.io/name") {
            Some(name) => format!("{namespace}/{name}"),
            None => format!(
                "{namespace}/{}",
                labels.iter().map(|(k, v)| format!("{k}={v}")).collect::<Vec<_>>().join(",")
            ),
        },
        ConnectionEnd::Range { cidr, .. } => cidr.clone(),
        ConnectionEnd::Host(host) => host.clone(),
        ConnectionEnd::Workloads => "every workload".into(),
        ConnectionEnd::Anyone => "anyone".into(),
    }
}

fn lines(mut all: impl Iterator<Item = String>) -> ExitCode {
    all.find_map(|line| output::line(&line).err()).unwrap_or(ExitCode::SUCCESS)
}
