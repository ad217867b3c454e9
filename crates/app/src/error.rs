use std::borrow::Cow;
use std::path::PathBuf;

use attune_audio::MoodModelError;
use attune_connect::CsvError;
use attune_connect::subsonic::SubsonicError;
use attune_store::StoreError;
use attune_vision::{CascadeError, ModelError, UnreadableDetector};

use crate::photo::PhotoError;
use crate::video::VideoError;

/// Why something could not be done: one sentence, and a [hint](AppError::hint).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AppError {
    /// A picture that cannot be read.
    #[error("{}: {source}", path.display())]
    Photo {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: PhotoError,
    },
    /// A mood was to be read off a photo that shows no face.
    #[error("{}: no face was found", path.display())]
    NoFace {
        /// The file.
        path: PathBuf,
    },
    /// The expression model cannot be read.
    #[error("the expression model cannot be read: {0}")]
    Model(#[from] ModelError),
    /// The music model cannot be read.
    #[error(transparent)]
    MusicModel(#[from] MoodModelError),
    /// A cascade file that cannot be run.
    #[error("{}: {source}", path.display())]
    Cascade {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CascadeError,
    },
    /// A stream of pictures.
    #[error("{name}: {source}")]
    Video {
        /// A file, a folder or a camera.
        name: String,
        /// What is wrong with it.
        source: VideoError,
    },
    /// The detector's model cannot be read.
    #[error(transparent)]
    Detector(#[from] UnreadableDetector),
    /// The network's numbers overflow.
    #[error("the expression model gives no usable numbers")]
    Overflow,
    /// No item of the library has this number or title.
    #[error("nothing in the library has the number or title '{word}'")]
    UnknownItem {
        /// As it was given.
        word: String,
        /// The title it probably meant.
        near: Option<String>,
    },
    /// Several items have this title.
    #[error("'{word}' is the title of several items")]
    Ambiguous {
        /// As it was given.
        word: String,
        /// The first few, each with its number.
        found: Vec<String>,
    },
    /// No playlist in the followed folders has this name.
    #[error("no playlist in the library's folders is called '{word}'")]
    UnknownPlaylist {
        /// As it was given.
        word: String,
        /// The name it probably meant.
        near: Option<String>,
    },
    /// Several playlists have this name.
    #[error("'{word}' is the name of several playlists")]
    AmbiguousPlaylist {
        /// As it was given.
        word: String,
        /// The paths of the first few.
        found: Vec<String>,
    },
    /// The mood of an item was asked for that nobody knows.
    #[error("the mood of '{title}' is not known")]
    NoMood {
        /// The item's.
        title: String,
    },
    /// A journey was to go on that never began.
    #[error("there is no journey to go on with")]
    NoJourney,
    /// A journey was to go on of which nothing is left.
    #[error("the journey has come to its end")]
    JourneyDone,
    /// A journey of too many steps.
    #[error("a journey has at most {} steps, not {asked}", attune_recommend::Journey::MAX_STEPS)]
    TooManySteps {
        /// How many were asked for.
        asked: usize,
    },
    /// Wishes of which one undoes the other.
    #[error("a list cannot {0}")]
    Contradiction(String),
    /// What others play could not be learned.
    #[error("what other listeners play could not be learned: {0}")]
    Learning(String),
    /// A file that cannot be opened.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that cannot be written or deleted.
    #[error("{} cannot be written: {source}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A folder cannot be followed.
    #[error("{} cannot be followed: {source}", path.display())]
    Unwatched {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: notify::Error,
    },
    /// Too little was seen of a face for a baseline.
    #[error(
        "too little was seen of a well-lit face: {rest_frames} frames at rest, {smile_frames} smiling"
    )]
    ShortBaseline {
        /// Frames of the face at rest.
        rest_frames: usize,
        /// Frames of the smiling face.
        smile_frames: usize,
    },
    /// A stream that should show one person alone.
    #[error("{others} of {frames} frames with a face show somebody else or several people")]
    SeveralPeople {
        /// Frames with a face.
        frames: usize,
        /// Those that don't show the one who is seen most, alone.
        others: usize,
    },
    /// A smile that reads as the face at rest does.
    #[error("the smile reads as the face at rest does, so neither says anything")]
    SamePhases,
    /// A baseline was asked for and none is kept.
    #[error("no baseline is kept")]
    NoBaseline,
    /// What is kept of a baseline makes no sense.
    #[error("{} is damaged", path.display())]
    DamagedBaseline {
        /// The file.
        path: PathBuf,
    },
    /// Recognition was asked for and nobody enrolled.
    #[error("nobody has enrolled")]
    NobodyEnrolled,
    /// Somebody was to enrol of whom no good picture was seen.
    #[error("no picture shows the face well enough")]
    NobodyToEnrol,
    /// Somebody was to enrol from a photo of several people.
    #[error("{}: {faces} faces were found, so it can't be told whose it is", path.display())]
    SeveralFaces {
        /// The file.
        path: PathBuf,
        /// How many.
        faces: usize,
    },
    /// Somebody was to enrol from a photo that shows them badly.
    #[error("{}: the face is not seen well", path.display())]
    PoorPhoto {
        /// The file.
        path: PathBuf,
        /// What would help.
        advice: String,
    },
    /// What is kept of those who enrolled makes no sense to this version.
    #[error("{} is damaged or was made by another version of attune", path.display())]
    DamagedEnrolment {
        /// The file.
        path: PathBuf,
    },
    /// A catalogue that gives nothing to import.
    #[error("{}: {source}", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CsvError,
    },
    /// A music server.
    #[error(transparent)]
    Server(#[from] SubsonicError),
    /// No connection to a music server has this number.
    #[error("there is no connection with the number {id}")]
    UnknownConnection {
        /// As it was asked for.
        id: i64,
    },
    /// What signs requests to a music server cannot be made or read.
    #[error("the token for the server cannot be made or read")]
    NoToken,
    /// The library.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AppError {
    /// What a person can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<Cow<'static, str>> {
        Some(match self {
            Self::Photo { source, .. } => source.hint().into(),
            Self::NoFace { .. } => {
                "take a photo with the face upright and well lit, or say the mood yourself with \
                 --mood 0.6,-0.2 or --expression happy"
                    .into()
            }
            Self::Model(_) | Self::MusicModel(_) | Self::Detector(_) | Self::Overflow => {
                "install attune again".into()
            }
            Self::UnknownItem { near: Some(title), .. } => {
                format!("did you mean '{title}'?").into()
            }
            Self::UnknownItem { near: None, .. } => {
                "`attune library list --format json` shows every item with its number".into()
            }
            Self::Ambiguous { found, .. } => {
                format!("say which by its number: {}", found.join("; ")).into()
            }
            Self::UnknownPlaylist { near: Some(name), .. } => {
                format!("did you mean '{name}'?").into()
            }
            Self::UnknownPlaylist { near: None, .. } => {
                "`attune library playlists` shows every one of them".into()
            }
            Self::AmbiguousPlaylist { found, .. } => {
                format!("say which by its path: {}", found.join("; ")).into()
            }
            Self::NoMood { .. } => "say a mood too, like --mood 0.6,-0.2".into(),
            Self::NoJourney => "begin one: leave out --resume".into(),
            Self::JourneyDone => "begin another: leave out --resume".into(),
            Self::TooManySteps { .. } => "ask for fewer".into(),
            Self::Contradiction(_) => "leave one of the two out".into(),
            Self::Learning(_) => "please report this".into(),
            Self::Unreadable { .. } => "check the path and that you may read the file".into(),
            Self::Unwritable { .. } => "check the space left and that you may write there".into(),
            Self::Unwatched { .. } => "raise the system's limit of watched folders, on Linux \
                 fs.inotify.max_user_watches, or run `attune library scan` now and then"
                .into(),
            Self::ShortBaseline { .. } => {
                "look into the camera from the front, in good light, for the whole time".into()
            }
            Self::SeveralPeople { .. } => "look into the camera alone".into(),
            Self::SamePhases => {
                "rest your face for the first half, and smile for the second".into()
            }
            Self::NoBaseline => "`attune baseline record` makes one".into(),
            Self::NobodyEnrolled => "`attune who enrol NAME PHOTO` does that".into(),
            Self::NobodyToEnrol => {
                "look into the camera from the front, in good light, alone".into()
            }
            Self::SeveralFaces { .. } => "name a photo that shows one person alone".into(),
            Self::PoorPhoto { advice, .. } => format!("take another: {advice}").into(),
            Self::DamagedEnrolment { .. } => {
                "`attune who forget --all` removes it; enrol again after that".into()
            }
            Self::DamagedBaseline { .. } => "`attune baseline delete --all` removes it".into(),
            Self::Cascade { .. } => {
                "name a haarcascade_*.xml or lbpcascade_*.xml as OpenCV has them".into()
            }
            Self::Video { source, .. } => source.hint().into(),
            Self::Csv { source, .. } => source.hint().to_owned().into(),
            Self::Server(source) => source.hint().into(),
            Self::UnknownConnection { .. } => {
                "`attune library connections` shows every one of them".into()
            }
            Self::NoToken => {
                "disconnect it and connect it again; if that fails too, please report this".into()
            }
            Self::Store(source) => source.hint().into(),
        })
    }
}
