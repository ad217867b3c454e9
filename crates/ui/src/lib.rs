//! The app people open: Rust in the browser, drawn by `sycamore`, served by `attune-server`.
//!
//! What needs no browser (the queue, the messages, colours and words) is compiled everywhere and
//! tested without one; the rest is compiled to wasm alone.
//!
//! | module | holds |
//! |---|---|
//! | `state` | what all pages share, and who is signed in |
//! | `answers`, `api` | what is asked of the server, and what comes back |
//! | `listen`, `noted`, `noting` | from a mood to a list, and what the diary is told of it |
//! | `face`, `faces`, `hold` | the camera and photos, what was read and of whom, when it is taken; pixels stay in `page/boot.js` and its worker |
//! | `queue`, `player` | what plays in which order; the media elements, keys, the bar |
//! | `plane`, `part`, `mood` | the mood plane, the part of it that the map shows, colours, shapes and words |
//! | `pages` | one file or folder a page |
//! | `rows`, `reorder`, `fields`, `menu` | what several pages have: long lists of which one draws what one sees, rows one moves, switches, chips, ranges, menus |
//! | `messages` | the interface's languages, from `messages/*.json` |
//! | `dom` | elements |

#![allow(missing_docs, reason = "nothing but the page uses this crate")]
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "the browser uses it"))]

mod answers;
mod clock;
mod faces;
mod hold;
mod messages;
mod mood;
mod noted;
mod part;
mod queue;

#[cfg(target_arch = "wasm32")]
mod api;
#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod baseline;
#[cfg(target_arch = "wasm32")]
mod continuous;
#[cfg(target_arch = "wasm32")]
mod dom;
#[cfg(target_arch = "wasm32")]
mod face;
#[cfg(target_arch = "wasm32")]
mod fields;
#[cfg(target_arch = "wasm32")]
mod glue;
#[cfg(target_arch = "wasm32")]
mod item_view;
#[cfg(target_arch = "wasm32")]
mod listen;
#[cfg(target_arch = "wasm32")]
mod mark;
#[cfg(target_arch = "wasm32")]
mod menu;
#[cfg(target_arch = "wasm32")]
mod noting;
#[cfg(target_arch = "wasm32")]
mod pages;
#[cfg(target_arch = "wasm32")]
mod plane;
#[cfg(target_arch = "wasm32")]
mod player;
#[cfg(target_arch = "wasm32")]
mod reorder;
#[cfg(target_arch = "wasm32")]
mod rows;
#[cfg(target_arch = "wasm32")]
mod state;
