//! The server over real TCP on a free port.

// Helpers outside of the test functions unwrap and print as tests do.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

mod accounts;
mod api;
mod assets;
mod client;
mod connections;
mod diary;
#[path = "../../../connect/tests/fake/mod.rs"]
mod fake;
mod guard;
mod library;
mod parity;
