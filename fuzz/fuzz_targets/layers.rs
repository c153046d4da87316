//! Up to four layers, separated by lines `===`. Merging one table alone gives the same result as
//! merging all tables, in any environment. A repeated layer changes nothing.

#![no_main]

use aksgen::{
    diag::Source,
    model::{TABLE, shape},
    spec::{Layer, Layers, Rank, SchemaValidator},
};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::sync::LazyLock;

static VALIDATOR: LazyLock<SchemaValidator> = LazyLock::new(|| SchemaValidator::new(shape()));

/// Layers of an input, in order.
const RANKS: [(Rank, &str); 4] = [
    (Rank::Default, "aksgen:defaults.toml"),
    (Rank::Profile, "aksgen:profiles/dev.toml"),
    (Rank::Spec, "platform.toml"),
    (Rank::Set, "--set"),
];

fuzz_target!(|text: &str| {
    let texts: Vec<&str> = text.split("===\n").take(RANKS.len()).collect();
    let layers = built(&texts, 1);
    let Some(layers) = layers else { return };
    let twice = built(&texts, 2).expect("they were read before");
    assert_eq!(layers.stages(), twice.stages());
    for stage in layers.stages() {
        let whole = layers.resolve(&stage, VALIDATOR.shape());
        assert_eq!(whole, layers.resolve(&stage, VALIDATOR.shape()));
        assert_eq!(
            whole,
            twice.resolve(&stage, VALIDATOR.shape()),
            "a repeated layer changes the result"
        );
        for row in TABLE {
            let own = layers.resolve_table(&stage, row.name, &[], VALIDATOR.shape());
            let same = whole
                .get(row.name)
                .map_or(own == Value::Object(serde_json::Map::new()), |there| *there == own);
            assert!(same, "`{}` by itself is {own}", row.name);
        }
        for place in VALIDATOR.violations(&whole).into_iter().flat_map(|violation| violation.places)
        {
            let _ = (layers.label(&stage, &place.keys), layers.label_value(&stage, &place.keys));
        }
    }
});

/// Layers with repetitions. Returns `None` for invalid TOML, and for keys that aksgen refuses
/// before the merge.
fn built(texts: &[&str], times: usize) -> Option<Layers> {
    let (mut layers, mut diagnostics) = (Layers::default(), vec![]);
    for ((rank, name), text) in RANKS.iter().zip(texts) {
        for _ in 0..times {
            let layer = Layer::parse(&Source::new(*name, *text), *rank, &mut diagnostics);
            if !VALIDATOR.unknown_keys(&layer.tree.plain()).is_empty() {
                return None;
            }
            layers.add(layer);
        }
    }
    diagnostics.is_empty().then_some(layers)
}
