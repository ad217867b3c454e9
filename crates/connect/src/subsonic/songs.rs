use attune_core::{Descriptors, Kind, Language, NewItem, ServerAddress, Source};
use serde::Serialize;
use serde_json::Value;

use super::lenient::{as_text, flag, id, list, number, text};
use crate::mood_words;
use crate::values::name;

/// The loudness that ReplayGain 2.0 brings a track to.
const REPLAY_GAIN_LUFS: f32 = -18.0;

/// What a server says of one recording.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Song {
    /// What it is called by the server.
    pub id: String,
    /// Never empty.
    pub title: String,
    /// The main one first.
    pub artists: Vec<String>,
    /// Album.
    pub album: Option<String>,
    /// Lower case, each once.
    pub genres: Vec<String>,
    /// Year of release.
    pub year: Option<i16>,
    /// Playing time in milliseconds.
    pub duration_ms: Option<u32>,
    /// Beats a minute.
    pub tempo_bpm: Option<f32>,
    /// What ReplayGain adds to the track, in decibels.
    pub replay_gain_db: Option<f32>,
    /// Mood words, as they were written.
    pub moods: Vec<String>,
    /// Language sung; no server is known to say it yet.
    pub language: Option<String>,
    /// Whether the words are marked as explicit.
    pub explicit: Option<bool>,
    /// It is a video.
    pub video: bool,
    /// International Standard Recording Codes.
    pub isrc: Vec<String>,
    /// MusicBrainz' number of the recording.
    pub musicbrainz_recording: Option<String>,
    /// What its picture is called by the server.
    pub cover: Option<String>,
    /// The ending of its file, like `flac`.
    pub suffix: Option<String>,
    /// Bytes of its file.
    pub size: Option<u64>,
}

impl Song {
    /// Reads a `Child` of the interface; `None` for folders, spoken words, and what has no id or title.
    #[must_use]
    pub fn read(child: &Value) -> Option<Self> {
        let spoken = matches!(text(child, "type").as_deref(), Some("podcast" | "audiobook"));
        if flag(child, "isDir") == Some(true) || spoken {
            return None;
        }
        #[expect(clippy::cast_possible_truncation, reason = "checked, and a float saturates")]
        let within = |key: &str, least: f64, most: f64| {
            number(child, key).filter(|x| (least..=most).contains(x)).map(|x| x as f32)
        };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
        let duration_ms = number(child, "duration")
            .filter(|s| (0.001..4_000_000.0).contains(s))
            .map(|s| (1_000.0 * s) as u32);
        #[expect(clippy::cast_possible_truncation, reason = "checked")]
        let year =
            number(child, "year").filter(|y| (1_000.0..3_000.0).contains(y)).map(|y| y as i16);
        Some(Self {
            id: id(child, "id")?,
            // Of a recording without tags servers tell the file's name.
            title: Some(name(&text(child, "title").or_else(|| text(child, "name"))?))
                .filter(|title| !title.is_empty())?,
            artists: artists(child),
            album: text(child, "album").filter(|album| !says_none(album)),
            genres: genres(child),
            year,
            duration_ms,
            tempo_bpm: within("bpm", 20.0, 400.0),
            replay_gain_db: child.get("replayGain").and_then(|gain| {
                #[expect(clippy::cast_possible_truncation, reason = "checked")]
                number(gain, "trackGain")
                    .filter(|db| (-60.0..=60.0).contains(db))
                    .map(|db| db as f32)
            }),
            moods: texts(child, "moods"),
            language: text(child, "language"),
            explicit: match text(child, "explicitStatus").as_deref() {
                Some("explicit") => Some(true),
                Some("clean") => Some(false),
                _ => None,
            },
            video: flag(child, "isVideo") == Some(true)
                || text(child, "type").as_deref() == Some("video"),
            isrc: texts(child, "isrc"),
            musicbrainz_recording: text(child, "musicBrainzId"),
            cover: id(child, "coverArt"),
            suffix: text(child, "suffix").map(|suffix| suffix.to_lowercase()),
            size: text(child, "size").and_then(|size| size.parse().ok()),
        })
    }

    /// The item that it becomes. Mood words count as those that people wrote into files do; genre and tempo say
    /// nothing that a published fit could turn into a place in the plane, so without mood words there is none
    /// before the recording was heard.
    #[must_use]
    pub fn item(&self, connection: i64) -> Option<NewItem> {
        let kind = if self.video { Kind::Video } else { Kind::Music };
        let item = NewItem::new(kind, &self.title, self.artists.clone())?;
        let (tags, _) = mood_words::tags(&self.moods.join(";"));
        Some(NewItem {
            album: self.album.clone(),
            language: self.language.as_deref().and_then(Language::new),
            genres: self.genres.clone(),
            year: self.year,
            duration_ms: self.duration_ms,
            explicit: self.explicit,
            tags,
            descriptors: Descriptors {
                tempo_bpm: self.tempo_bpm,
                loudness_lufs: self.replay_gain_db.map(|gain| REPLAY_GAIN_LUFS - gain),
                ..Descriptors::default()
            },
            source: Some(Source::Server(ServerAddress::new(connection, &self.id))),
            ..item
        })
    }
}

/// Whether a name stands for none, as servers write it: in brackets, for there may be a band called Unknown.
fn says_none(name: &str) -> bool {
    const NONE: [&str; 4] =
        ["[unknown]", "[unknown artist]", "[unknown album]", "[non-album tracks]"];
    NONE.contains(&name.to_lowercase().as_str())
}

/// OpenSubsonic's list, else the one name that Subsonic has; a name that says that there is none is none.
fn artists(child: &Value) -> Vec<String> {
    let named = list(child, "artists").iter().filter_map(|artist| text(artist, "name"));
    let mut artists = each_once(named);
    if artists.is_empty() {
        artists.extend(text(child, "artist").or_else(|| text(child, "displayArtist")));
    }
    artists.retain(|name| !says_none(name));
    artists
}

fn genres(child: &Value) -> Vec<String> {
    let mut genres: Vec<String> =
        list(child, "genres").iter().filter_map(|genre| text(genre, "name")).collect();
    if genres.is_empty() {
        genres.extend(text(child, "genre"));
    }
    let parts = genres.iter().flat_map(|genre| genre.split(';'));
    each_once(parts.map(|genre| genre.trim().to_lowercase()).filter(|genre| !genre.is_empty()))
}

/// A list of texts, or one.
fn texts(child: &Value, key: &str) -> Vec<String> {
    match child.get(key) {
        Some(Value::Array(list)) => each_once(list.iter().filter_map(as_text)),
        Some(one) => as_text(one).into_iter().collect(),
        None => Vec::new(),
    }
}

fn each_once(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

#[cfg(test)]
mod tests {
    use attune_core::MoodTag;
    use serde_json::json;

    use super::*;

    #[test]
    fn all_that_opensubsonic_tells_is_read() {
        let song = Song::read(&json!({
            "id": "300000116", "title": "Can I Help U?", "album": "Stranger Than Fiction", "artist": "One, Two",
            "artists": [{"id": 1, "name": "One"}, {"id": 2, "name": "Two"}], "genre": "Hip-Hop",
            "genres": [{"name": "Hip-Hop"}, {"name": "East Coast; Rap"}], "year": 2005, "duration": 103,
            "bpm": 96, "replayGain": {"trackGain": -6.5, "trackPeak": 0.9}, "moods": ["Happy", "Slow", "chill"],
            "isDir": false, "isVideo": false, "isrc": ["GBAYE0601498"], "musicBrainzId": "189002e7",
            "explicitStatus": "clean", "coverArt": "mf-082f435a", "suffix": "MP3", "mediaType": "song"
        }))
        .unwrap();
        assert_eq!(song.artists, ["One", "Two"]);
        assert_eq!(song.genres, ["hip-hop", "east coast", "rap"]);
        assert_eq!(
            (song.duration_ms, song.year, song.explicit),
            (Some(103_000), Some(2005), Some(false))
        );
        assert_eq!(
            (song.cover.as_deref(), song.suffix.as_deref()),
            (Some("mf-082f435a"), Some("mp3"))
        );
        let item = song.item(3).unwrap();
        assert_eq!(item.tags, [MoodTag::Happy, MoodTag::Calm]);
        assert_eq!(item.descriptors.loudness_lufs, Some(-11.5));
        assert_eq!(item.source.unwrap().address(), "subsonic:3/300000116");
    }

    #[test]
    fn what_is_missing_or_odd_is_left_out() {
        let song = Song::read(&json!({
            "id": 7, "title": "01 Bell.OGG", "artist": "[Unknown Artist]", "genres": {"name": "Folk"}, "year": 0,
            "duration": "12.5", "bpm": 0, "replayGain": {}, "moods": "calm", "isVideo": "true",
            "album": "[non-album tracks]",
            "coverArt": ["x"],
        }))
        .unwrap();
        assert_eq!((song.title.as_str(), song.album.as_ref()), ("01 Bell", None));
        assert_eq!(
            (song.id.as_str(), song.artists.len(), &song.genres[..]),
            ("7", 0, &["folk".to_owned()][..])
        );
        assert_eq!((song.duration_ms, song.year, song.tempo_bpm), (Some(12_500), None, None));
        assert_eq!(
            (song.video, song.cover.as_deref(), &song.moods[..]),
            (true, None, &["calm".to_owned()][..])
        );
        for none in [
            json!({"id": "1"}),
            json!({"title": "no id"}),
            json!({"id": "1", "title": " \u{0} "}),
            json!({"id": "1", "title": "a folder", "isDir": true}),
            json!({"id": "1", "title": "an episode", "type": "podcast"}),
            json!("text"),
            json!(null),
        ] {
            assert_eq!(Song::read(&none), None, "{none}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_number_panics(number: f64) {
            let child = json!({"id": 1, "title": "a", "year": number, "duration": number, "bpm": number,
                "replayGain": {"trackGain": number}});
            let _ = Song::read(&child).and_then(|song| song.item(1));
        }
    }
}
