//! Every reader of Kikimori under libFuzzer: `cargo xtask fuzz [--seconds N] [TARGET…]`.
//!
//! One program holds all targets, because linking takes longer than a run; the environment variable `KIKIMORI_FUZZ_TARGET` says
//! which one it is. A target fails by panicking, by a hang or by taking too much memory.
#![no_main]

#[path = "../../crates/kikimori/src/tool/lines.rs"]
mod lines;
mod stored;
mod targets;

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;

/// The target of this process.
static TARGET: OnceLock<fn(&[u8])> = OnceLock::new();

fuzz_target!(|data: &[u8]| {
    let target = TARGET.get_or_init(|| {
        let name = std::env::var("KIKIMORI_FUZZ_TARGET").unwrap_or_default();
        targets::TARGETS
            .iter()
            .find(|(known, _)| *known == name)
            .unwrap_or_else(|| panic!("KIKIMORI_FUZZ_TARGET is none of the targets: {name}"))
            .1
    });
    target(data);
});
