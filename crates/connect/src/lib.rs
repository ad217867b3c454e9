//! Foreign catalogues and music servers in, playlist formats out. Everything here is pure over readers and
//! strings, but for [`subsonic::Http`], which alone uses the network.
//!
//! [`import_csv`] reads a catalogue whose columns are known by their names ([`Mapping::Detect`]) or
//! told by the caller ([`Mapping::Columns`]). A row that cannot be used is refused with its line
//! and column, and the rest is imported.
//!
//! ```
//! use attune_connect::{Mapping, import_csv};
//!
//! let csv = "Name,Band,Feel\nHere Comes the Sun,The Beatles,happy; hopeful\n,Nobody,\n";
//! let mapping = Mapping::Columns("title=Name,artist=Band,mood=Feel".parse().unwrap());
//! let import = import_csv(csv.as_bytes(), &mapping).unwrap();
//! assert_eq!(import.items[0].title, "Here Comes the Sun");
//! assert_eq!(import.refused[0].to_string(), "line 3, column Name: there is no title");
//! ```

mod catalogue_mood;
mod columns;
mod csv_error;
mod csv_import;
mod descriptor_check;
mod gather;
mod lastfm;
mod layout;
mod mood_words;
pub mod playlist;
mod presets;
mod refusal;
mod row;
pub mod subsonic;
pub mod table;
mod values;

pub use catalogue_mood::catalogue_mood;
pub use columns::{BadColumns, Columns, Field};
pub use csv_error::{CsvError, CsvErrorKind};
pub use csv_import::{Import, Mapping, import_csv};
pub use lastfm::{History, Play, import_hetrec, import_lastfm};
pub use refusal::Refusal;
