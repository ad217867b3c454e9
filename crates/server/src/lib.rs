//! Attune over HTTP.

mod assets;
mod error;
mod guard;
mod model;
mod router;
mod server;

pub use model::ModelFile;
pub use server::{ListenConfig, ServeError, Server};
