//! Runs the `attune` binary as a person would and holds stdout, stderr and the exit status
//! together in one snapshot. `INSTA_UPDATE=always cargo test -p attune-cli` rewrites them.

mod harness;

mod manners;
mod settings;
