//! The browser's half of vision: pixels in, readings out as JSON, inside the page's own worker.
//!
//! Compiled to wasm this crate exports nine plain functions (no generated glue; `page/vision.js`
//! calls them). Numbers are bytes unless said otherwise:
//!
//! | function | does |
//! |---|---|
//! | `attune_alloc(length) -> address` | reserves memory, 0 if there is none |
//! | `attune_free(address, length)` | gives it back, also that of an answer |
//! | `attune_load(address, length) -> answer` | reads a model file |
//! | `attune_read(address, length, width, height) -> answer` | reads the faces of an RGBA picture, rows from the top, sides in pixels |
//! | `attune_glance(address, length, width, height) -> answer` | the same for one of many frames: only large faces, much sooner |
//! | `attune_begin(address, length) -> answer` | begins anew with a person: a JSON array of what their corrections and baseline add to each logit, empty for none |
//! | `attune_watch(address, length, width, height, at_s) -> answer` | takes a camera's frame and its time in seconds (a double), and follows people as `attune watch` does |
//! | `attune_stages(address, length, width, height) -> answer` | for those who measure: makes the stages of reading a picture |
//! | `attune_run_stage(stage) -> things` | runs a stage, by its place in [`Stage::ALL`](attune_vision::Stage::ALL), once |
//!
//! An answer is 64 bits: the address of UTF-8 JSON in the low half, its length in the high half.
//! It is `{"model":"name"}`, `{"faces":[...]}` with [`FaceReading`](attune_core::FaceReading)s in
//! pixels of the picture, the largest face first (of `attune_watch` [`Reading`](attune_core::Reading)s
//! in the order of people's numbers, with `"advice"` where nobody is seen), or `{"error":"one sentence"}`. The functions
//! are for one thread, and none traps on any input.

#[cfg(target_arch = "wasm32")]
mod abi;
mod session;

pub use session::{Look, Session};
