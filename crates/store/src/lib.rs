//! What Attune keeps: the library, what happened, and settings, in one SQLite file.
//!
//! A call that returned `Ok` survives a killed process and a power cut: the file is in WAL mode
//! with `synchronous = FULL`, and each call is one transaction. Events are appended, never edited.

mod accounts;
mod connections;
mod diary;
mod error;
mod events;
mod files;
mod import;
mod items;
mod json;
mod mood_evidence;
mod open;
mod playlists;
mod plays;
mod saved_lists;
mod server_tracks;
mod settings;

pub use accounts::{AccountRow, NewAccount, SessionRow};
pub use connections::{ConnectionRow, NewConnection};
pub use diary::DiaryRow;
pub use error::{StoreError, StoreErrorKind};
pub use events::{Event, NewEvent};
pub use files::{CoverPlace, FileOutcome, FileState, FileTags, ItemFile, KnownFile, ScannedFile};
pub use import::ImportCount;
pub use open::Store;
pub use playlists::KeptPlaylist;
pub use plays::PlayCount;
pub use saved_lists::SavedListRow;
pub use server_tracks::{Heard, HeardTrack, ServerCount, ServerTrack, origin as server_origin};
