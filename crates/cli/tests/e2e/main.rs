//! The app in a real browser against the real binary: what people do, from the first run on.
//!
//! A test fails on any error or policy violation in the console, on any request to another origin, and
//! on any body of more than 4 kB, whoever in the browser sends it: all of its requests pass a proxy of the
//! test's own. Where Chromium, its driver or the photographs are missing they say so and pass.
//! `ATTUNE_GALLERY=docs/gallery` writes the screenshots there; `ATTUNE_AXE` names axe-core's
//! `axe.min.js`, which then must find nothing in either theme.

#![allow(clippy::unwrap_used, clippy::print_stderr, clippy::print_stdout)]

mod account;
mod acts;
mod connect;
mod driver;
mod face;
#[path = "../../../connect/tests/fake/mod.rs"]
mod fake;
mod fake_camera;
mod house;
mod http;
mod keyboard;
mod manners;
mod map;
mod order;
mod playing;
mod road;
mod sound;
mod trouble;
mod walk;
mod wishes;
