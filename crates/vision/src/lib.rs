//! From a frame to faces to expressions. No files, no clock, no threads: it runs natively and in
//! the browser.

pub mod graph;
