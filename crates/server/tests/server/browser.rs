//! The page in Debian's headless Chromium, driven by its ChromeDriver. Skips where they, or the
//! photographs, are absent.
//!
//! `cargo test -p attune-server readings_a_second -- --ignored --nocapture` prints how many
//! readings a second the page makes.

mod driver;
mod fake_camera;
mod walk;
