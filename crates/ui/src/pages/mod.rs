//! The app's pages.

pub mod connect;
pub mod diary;
pub mod door;
pub mod library;
pub mod listen;
pub mod playlists;
pub mod settings;
pub mod welcome;
