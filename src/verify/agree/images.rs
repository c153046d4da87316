//! Images are pinned to a version or a digest.

use super::{Facts, ObjectPlace, StatedFact};
use crate::{
    diag::{Code, Diagnostic},
    kinds::Image,
    model::image::{self, Tag},
    verify::facts::Name,
};

pub(super) fn check(facts: &Facts<'_>) -> Vec<Diagnostic<ObjectPlace>> {
    facts.all::<Image<Name>>().filter_map(|row| unpinned(facts, row)).collect()
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
