//! The server over real TCP on a free port.

// Helpers outside of the test functions unwrap and print as tests do.
#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

mod api;
mod assets;
mod browser;
mod client;
mod guard;
mod parity;
