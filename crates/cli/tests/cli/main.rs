//! Runs the `attune` binary as a person would and holds stdout, stderr and the exit status
//! together in one snapshot. `INSTA_UPDATE=always cargo test -p attune-cli` rewrites them.

// Helpers outside of the test functions unwrap and print as tests do.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "../../../connect/tests/fake/mod.rs"]
mod fake;
mod fixtures;
mod harness;

mod baseline;
mod bench;
mod card;
mod connections;
mod evaluation;
mod explain;
mod export;
mod faces;
#[cfg(target_os = "linux")]
mod full_disk;
mod library;
mod listening;
mod manners;
mod recommend;
mod scan;
mod serve;
mod settings;
mod train;
mod watch;
mod who;
