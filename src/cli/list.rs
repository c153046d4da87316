//! `aksgen list`.

use super::output;
use crate::{
    assets::Assets,
    catalog::Catalog,
    model::{Presence, TABLE},
};
use std::{path::Path, process::ExitCode};

pub(super) fn run() -> ExitCode {
    let names: Vec<&str> = TABLE.iter().map(|row| row.name).collect();
    let mut findings = vec![];
    let builtin = Assets { user: std::collections::BTreeMap::new(), ..Assets::load(Path::new(""), &mut findings) };
    let catalog = Catalog::load(&builtin, &names, &mut findings);
    for row in TABLE {
        let when = match row.presence {
            Presence::Always => "always",
            Presence::Needed => "when needed",
            Presence::Declared => "declared",
            Presence::Derived => "derived",
        };
        if let Err(code) = output::line(&format!("{:<18}{when:<13}{}", row.name, catalog.manifest(row.name).about)) {
            return code;
        }
    }
    ExitCode::SUCCESS
}
