//! Images are pinned, and the nodes may pull them.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::{AzureName, Image, PullsFrom},
    model::image::{self, Tag},
    verify::facts::Name,
};
use std::collections::BTreeSet;

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    let mut out: Vec<_> =
        facts.all::<Image<Name>>().filter_map(|row| unpinned(facts, row)).collect();
    let registries = registries(facts);
    let pulls = facts.all::<PullsFrom<Name>>();
    out.extend(pulls.filter_map(|row| unreadable(facts, &registries, row)));
    out
}

/// An image without a version, or with a tag that moves.
fn unpinned(
    facts: &Facts<'_>,
    row: StatedFact<'_, Image<Name>>,
) -> Option<Diagnostic<ObjectPlace>> {
    let image = facts.text(row.image);
    match image::tag(&image) {
        Tag::Fixed => None,
        Tag::None | Tag::Moving => {
            let help = "name a version or a digest; `latest`, `main` and `stable` are neither";
            let message = format!("`{image}` is not pinned");
            Some(facts.diagnostic(row, Code::UnpinnedImage, message, help))
        }
        Tag::Major => {
            let message =
                format!("the tag of `{image}` is a major version, which moves with each release");
            let help = "name a full version such as `8.2.1`, or a digest";
            Some(facts.diagnostic(row, Code::MovingTag, message, help))
        }
    }
}

/// Registries that this tree describes or names, as `Kind` and name in Azure.
fn registries(facts: &Facts<'_>) -> BTreeSet<(String, String)> {
    let objects = facts.objects();
    let rendered = facts.all::<AzureName<Name>>().filter_map(|row| {
        let (kind, _) = objects.get(&row.origin)?;
        Some((kind.clone(), facts.text(row.name).to_lowercase()))
    });
    let foreign = facts.declared.foreign.iter();
    let foreign = foreign.map(|(kind, name)| ((*kind).to_owned(), name.to_lowercase()));
    rendered.chain(foreign).collect()
}

/// An image of a registry on which the nodes have no role, without a Secret for it.
fn unreadable(
    facts: &Facts<'_>,
    registries: &BTreeSet<(String, String)>,
    row: StatedFact<'_, PullsFrom<Name>>,
) -> Option<Diagnostic<ObjectPlace>> {
    let (host, suffix, role) = (facts.text(row.host), facts.text(row.suffix), facts.text(row.role));
    let registry = host.strip_suffix(&suffix)?;
    let is_known = registries.contains(&(facts.short(row.kind), registry.to_owned()));
    if is_known || !facts.text(row.pull_secret).is_empty() {
        return None;
    }
    let message =
        format!("the nodes have no role `{role}` on `{host}`, and the pod has no pull secret");
    let help = "set `registry.existing` to the id of the registry, or ask its owner to assign the role to the kubelet identity and waive this warning";
    Some(facts.diagnostic(row, Code::RegistryAccess, message, help))
}
