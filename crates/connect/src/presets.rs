use crate::columns::Field::{self, *};

/// How the catalogues of one origin are laid out.
pub(crate) struct Preset {
    /// What it is called in reports.
    pub(crate) name: &'static str,
    /// A header that holds all of these is of this kind.
    pub(crate) signature: &'static [&'static str],
    /// Columns that are read where they are there.
    pub(crate) columns: &'static [(Field, &'static str)],
    /// The language of every row, where the whole catalogue has one.
    pub(crate) language: Option<&'static str>,
    /// What stands between artists.
    pub(crate) between_artists: &'static [char],
    /// Makes an address of an id.
    pub(crate) link_prefix: Option<&'static str>,
}

const SPOTIFY_TRACK: Option<&str> = Some("https://open.spotify.com/track/");

/// The first whose signature is there wins, so the most telling come first.
pub(crate) const PRESETS: &[Preset] = &[
    Preset {
        name: "Attune catalogue",
        signature: &["kind", "title", "artist", "language", "moods"],
        columns: &[
            (Kind, "kind"),
            (Title, "title"),
            (Artist, "artist"),
            (Language, "language"),
            (Year, "year"),
            (Mood, "moods"),
        ],
        language: None,
        between_artists: &[';'],
        link_prefix: None,
    },
    // A playlist genre says nothing about the language: "latin" holds English and Spanish alike.
    Preset {
        name: "Spotify songs",
        signature: &["track_id", "track_name", "track_artist"],
        columns: &[
            (Id, "track_id"),
            (Title, "track_name"),
            (Artist, "track_artist"),
            (Popularity, "track_popularity"),
            (Album, "track_album_name"),
            (Year, "track_album_release_date"),
            (Genre, "playlist_genre"),
            (Genre, "playlist_subgenre"),
            (Danceability, "danceability"),
            (Energy, "energy"),
            (Loudness, "loudness"),
            (Valence, "valence"),
            (Tempo, "tempo"),
            (Duration, "duration_ms"),
        ],
        language: None,
        between_artists: &[],
        link_prefix: SPOTIFY_TRACK,
    },
    Preset {
        name: "Bollywood moods",
        signature: &["name", "artist", "Genre", "Album/Movie"],
        columns: &[(Title, "name"), (Artist, "artist"), (Mood, "Genre"), (Album, "Album/Movie")],
        language: Some("hindi"),
        between_artists: &[','],
        link_prefix: None,
    },
    Preset {
        name: "mood-labelled tracks",
        signature: &["name", "artist", "id", "energy", "mood"],
        columns: &[
            (Id, "id"),
            (Title, "name"),
            (Artist, "artist"),
            (Album, "album"),
            (Year, "release_date"),
            (Popularity, "popularity"),
            (Duration, "length"),
            (Danceability, "danceability"),
            (Energy, "energy"),
            (Loudness, "loudness"),
            (Valence, "valence"),
            (Tempo, "tempo"),
            (Mood, "mood"),
        ],
        language: None,
        between_artists: &[],
        link_prefix: SPOTIFY_TRACK,
    },
    Preset {
        name: "songs by language",
        signature: &["title", "artist", "language", "tempo_bpm", "loudness_db"],
        columns: &[
            (Title, "title"),
            (Artist, "artist"),
            (Language, "language"),
            (Year, "release_date"),
            (Duration, "duration"),
            (Energy, "energy"),
            (Tempo, "tempo_bpm"),
            (Loudness, "loudness_db"),
            (Popularity, "popularity"),
        ],
        language: None,
        between_artists: &['|'],
        link_prefix: None,
    },
];
