//! What people wrote into a file: ID3, Vorbis comments, APE, MP4 and RIFF tags alike.

use std::path::Path;

use attune_core::Language;
use lofty::config::ParseOptions;
use lofty::file::{AudioFile as _, TaggedFile, TaggedFileExt as _};
use lofty::picture::PictureType;
use lofty::probe::Probe;
use lofty::tag::{ItemKey, Tag};

use crate::error::{AudioError, AudioErrorKind};
use crate::language::identified;

/// The longest text that is taken; what is longer is cut.
const LONGEST: usize = 500;

/// The tags of one file; each may be missing.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Tags {
    /// Never blank.
    pub title: Option<String>,
    /// The track's, the main one first; else the album's.
    pub artists: Vec<String>,
    /// Album.
    pub album: Option<String>,
    /// Year of release.
    pub year: Option<i16>,
    /// Lower case, each once.
    pub genres: Vec<String>,
    /// As the language tag says.
    pub language: Option<Language>,
    /// As script, lyrics or title suggest, where there is no language tag: a guess.
    pub language_guess: Option<Language>,
    /// Beats a minute.
    pub bpm: Option<f32>,
    /// Words of the mood tag, as they were written.
    pub mood_words: Vec<String>,
    /// MusicBrainz' number of the recording.
    pub musicbrainz_recording: Option<String>,
    /// MusicBrainz' number of the release it is on.
    pub musicbrainz_release: Option<String>,
    /// MusicBrainz' number of the artist.
    pub musicbrainz_artist: Option<String>,
    /// ReplayGain of the track, in decibels.
    pub replay_gain_db: Option<f32>,
    /// There is a picture in the file.
    pub has_cover: bool,
    /// Length of the whole recording by its header.
    pub duration_ms: Option<u32>,
}

impl Tags {
    /// Reads them; the sound itself is not decoded. A file without tags has empty ones.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or its tags are damaged beyond reading.
    pub fn read(path: &Path) -> Result<Self, AudioError> {
        Ok(Self::of(&tagged(path)?))
    }

    fn of(file: &TaggedFile) -> Self {
        let mut tags = file.tags().iter().fold(Self::default(), |tags, tag| tags.completed(tag));
        let duration = file.properties().duration().as_millis();
        tags.duration_ms = u32::try_from(duration).ok().filter(|ms| *ms > 0);
        tags
    }

    /// Takes from one tag of the file what the ones before it lack.
    fn completed(mut self, tag: &Tag) -> Self {
        let text = |key: ItemKey| tag.get_string(key).and_then(clean);
        let list = |key: ItemKey| -> Vec<String> {
            tag.get_strings(key)
                .flat_map(|text| text.split(['\0', ';']))
                .filter_map(clean)
                .collect()
        };
        let number = |key: ItemKey| text(key).and_then(|text| leading_number(&text));
        let first = |keys: &[ItemKey]| {
            keys.iter().map(|key| list(*key)).find(|names| !names.is_empty()).unwrap_or_default()
        };
        if self.artists.is_empty() {
            self.artists =
                first(&[ItemKey::TrackArtists, ItemKey::TrackArtist, ItemKey::AlbumArtist]);
        }
        for genre in list(ItemKey::Genre).iter().map(|genre| genre.to_lowercase()) {
            if !self.genres.contains(&genre) {
                self.genres.push(genre);
            }
        }
        self.mood_words.extend(list(ItemKey::Mood));
        let year = || {
            let date = text(ItemKey::RecordingDate).or_else(|| text(ItemKey::Year))?;
            date.get(..4)?.parse::<i16>().ok().filter(|year| (1000..3000).contains(year))
        };
        let bpm = number(ItemKey::Bpm).or_else(|| number(ItemKey::IntegerBpm));
        self.title = self.title.take().or_else(|| text(ItemKey::TrackTitle));
        self.language = self.language.take().or_else(|| language(&text(ItemKey::Language)?));
        let lyrics = tag.get_string(ItemKey::Lyrics).or(tag.get_string(ItemKey::UnsyncLyrics));
        if self.language_guess.is_none() {
            self.language_guess = identified(self.title.as_deref(), lyrics);
        }
        Self {
            album: self.album.or_else(|| text(ItemKey::AlbumTitle)),
            year: self.year.or_else(year),
            bpm: self.bpm.or(bpm.filter(|bpm| (20.0..=400.0).contains(bpm))),
            musicbrainz_recording: self
                .musicbrainz_recording
                .or_else(|| text(ItemKey::MusicBrainzRecordingId)),
            musicbrainz_release: self
                .musicbrainz_release
                .or_else(|| text(ItemKey::MusicBrainzReleaseId)),
            musicbrainz_artist: self
                .musicbrainz_artist
                .or_else(|| text(ItemKey::MusicBrainzArtistId)),
            replay_gain_db: self.replay_gain_db.or(number(ItemKey::ReplayGainTrackGain)),
            has_cover: self.has_cover || tag.picture_count() > 0,
            ..self
        }
    }
}

/// The picture in a file that stands for it: its front cover, else the first there is.
///
/// # Errors
///
/// Where the file cannot be read, or its tags are damaged beyond reading.
pub fn embedded_cover(path: &Path) -> Result<Option<Vec<u8>>, AudioError> {
    let file = tagged(path)?;
    let front = file.tags().iter().find_map(|tag| tag.get_picture_type(PictureType::CoverFront));
    let first = || file.tags().iter().find_map(|tag| tag.pictures().first());
    Ok(front.or_else(first).map(|picture| picture.data().to_vec()))
}

fn tagged(path: &Path) -> Result<TaggedFile, AudioError> {
    let probe = Probe::open(path).map_err(|_| unreadable(path))?.options(ParseOptions::new());
    probe.guess_file_type()?.read().map_err(|error| {
        let message = format!("its tags cannot be read: {error}");
        AudioError::new(AudioErrorKind::Damaged, message)
    })
}

fn unreadable(path: &Path) -> AudioError {
    match std::fs::File::open(path) {
        Err(error) => error.into(),
        Ok(_) => AudioError::new(AudioErrorKind::Unreadable, "it cannot be read"),
    }
}

/// Without control characters, blank ends and what is absurdly long; `None` for nothing.
pub(crate) fn clean(text: &str) -> Option<String> {
    let kept: String = text.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// `-7.23 dB` is -7.23.
fn leading_number(text: &str) -> Option<f32> {
    let end = text.find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+')).unwrap_or(text.len());
    text[..end].parse().ok().filter(|number: &f32| number.is_finite())
}

/// ISO 639-2 codes, as ID3 wants them, are told by their first two letters or by name.
pub(crate) fn language(code: &str) -> Option<Language> {
    let code = code.trim().to_lowercase();
    let two = match code.as_str() {
        "ara" => "ar",
        "ben" => "bn",
        "deu" | "ger" => "de",
        "eng" => "en",
        "spa" => "es",
        "fra" | "fre" => "fr",
        "hin" => "hi",
        "ita" => "it",
        "jpn" => "ja",
        "kan" => "kn",
        "kor" => "ko",
        "mal" => "ml",
        "pan" => "pa",
        "por" => "pt",
        "tam" => "ta",
        "tel" => "te",
        "zho" | "chi" => "zh",
        "mul" | "und" | "xxx" | "zxx" => return None,
        other => other,
    };
    Language::new(two)
}

#[cfg(test)]
mod tests {
    use lofty::tag::TagType;
    use proptest::prelude::*;

    use super::*;

    fn tag(items: &[(ItemKey, &str)]) -> Tag {
        let mut tag = Tag::new(TagType::VorbisComments);
        for (key, text) in items {
            tag.insert_text(*key, (*text).to_owned());
        }
        tag
    }

    #[test]
    fn tags_are_read_as_they_are_meant() {
        let tag = tag(&[
            (ItemKey::TrackTitle, " Kites\u{0} "),
            (ItemKey::TrackArtist, "One; Two"),
            (ItemKey::RecordingDate, "1998-05-02"),
            (ItemKey::Genre, "Rock"),
            (ItemKey::Language, "eng"),
            (ItemKey::Bpm, "128"),
            (ItemKey::Mood, "Happy"),
            (ItemKey::ReplayGainTrackGain, "-7.23 dB"),
        ]);
        let tags = Tags::default().completed(&tag);
        assert_eq!(tags.title.as_deref(), Some("Kites"));
        assert_eq!(tags.artists, ["One", "Two"]);
        assert_eq!((tags.year, tags.bpm), (Some(1998), Some(128.0)));
        assert_eq!(tags.genres, ["rock"]);
        assert_eq!(tags.language, Language::new("english"));
        assert_eq!(tags.mood_words, ["Happy"]);
        assert_eq!(tags.replay_gain_db, Some(-7.23));
    }

    #[test]
    fn nonsense_is_left_out() {
        let tag = tag(&[
            (ItemKey::TrackTitle, " \u{1}\u{2} "),
            (ItemKey::RecordingDate, "soon"),
            (ItemKey::Language, "und"),
            (ItemKey::Bpm, "fast"),
            (ItemKey::ReplayGainTrackGain, "loud"),
        ]);
        assert_eq!(Tags::default().completed(&tag), Tags::default());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,30}", date in "[0-9é-]{0,6}") {
            let tag = tag(&[
                (ItemKey::TrackTitle, &text),
                (ItemKey::RecordingDate, &date),
                (ItemKey::Language, &text),
                (ItemKey::Lyrics, &text),
                (ItemKey::Bpm, &text),
                (ItemKey::ReplayGainTrackGain, &text),
            ]);
            let _ = Tags::default().completed(&tag);
        }
    }
}
