//! The server over real TCP on a free port.

mod assets;
mod client;
mod guard;
mod parity;
