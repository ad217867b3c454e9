//! What Attune does, without a terminal and without HTTP: reading faces in photos and videos, keeping a library, and
//! answering a mood with a list.
//!
//! Everything that can fail fails with an [`AppError`], which has a hint for people.

mod accounts;
mod alike;
mod alone;
mod ask;
mod band;
mod baseline;
mod clock;
mod corrections;
mod cover;
mod diary;
mod error;
mod faces;
mod follow_folders;
mod item_report;
mod journeys;
mod jpeg;
mod library;
mod listening;
mod mood_tags;
mod others;
pub mod photo;
mod playlists;
mod recommend_for;
mod recommendation;
mod scan;
mod servers;
mod setup_code;
mod shelf;
mod sound;
mod starter;
pub mod video;
mod watch;
mod who;

/// The expression model that the program carries: trained by this project, see `models/README.md`.
pub const MODEL: &[u8] = include_bytes!("../../../models/attune.safetensors");

pub use accounts::{Account, AccountError, Device, Invitation, Member, Newcomer, SESSION_MS};
pub use ask::{Ask, JourneyAsk, LISTENER, MoodSource, Shift};
pub use attune_connect::subsonic::{Media, ServerInfo, SubsonicError};
pub use attune_connect::{BadColumns, Columns, Field, Mapping, Refusal, table};
pub use attune_recommend::Order;
pub use attune_store::{
    CoverPlace, DiaryRow, Event, FileTags, ImportCount, ItemFile, NewEvent, StoreError,
    StoreErrorKind,
};
pub use attune_vision::{Correction, PersonalBias};
pub use band::{BAND, Composed, band_folder, compose_to, programme};
pub use baseline::{Baseline, BaselineRecorder, BaselineUse, Baselines, Phase};
pub use clock::moment;
pub use cover::Cover;
pub use diary::{Helped, NewEntry, ToldBy, diary_csv, what_helped};
pub use error::AppError;
pub use faces::{FaceReader, FaceReport, PhotoReport, read_expression};
pub use item_report::{ItemReport, MoodCorrection, Said};
pub use library::{Catalogue, CsvReport, Library};
pub use listening::{NewDeed, Recorded};
pub use mood_tags::{TagChange, TagReport};
pub use others::{HistoryReport, LearnReport};
pub use playlists::{PlaylistItems, PlaylistSummary};
pub use recommendation::{JourneyReport, Listed, PlaylistFormat, Recommendation, playlist_file};
pub use scan::{Remark, SCAN_THREAD, ScanProgress, ScanReport, music_model};
pub use servers::{Connection, HearReport, ServerNews, ServerProgress, SignIn, SyncReport};
pub use setup_code::SetupCode;
pub use shelf::{Dot, GroupBy, Look, Shelf, Shelved, Sort, Window, plays_here};
pub use starter::{STARTER_CSV, STARTER_ORIGIN, starter};
pub use watch::{Group, Moment, Timeline, Watch, WatchOptions};
pub use who::{Enrolled, Enroller, Enrolment};
