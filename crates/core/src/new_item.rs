use serde::{Deserialize, Serialize};

use crate::{Descriptors, Item, ItemId, Kind, Language, Mood, MoodTag, Source};

/// An item on its way into a library, which has not given it a number yet.
///
/// The fields mean what they mean in [`Item`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewItem {
    /// Music or video.
    pub kind: Kind,
    /// Never empty.
    pub title: String,
    /// Performers or channels, the main one first; may be empty when unknown.
    pub artists: Vec<String>,
    /// Album or film.
    pub album: Option<String>,
    /// Language sung or spoken.
    pub language: Option<Language>,
    /// Genres, lower case.
    pub genres: Vec<String>,
    /// Year of release.
    pub year: Option<i16>,
    /// Playing time in milliseconds.
    pub duration_ms: Option<u32>,
    /// How widely it is heard, 0 to 1.
    pub popularity: Option<f32>,
    /// Whether a catalogue marks its words as explicit.
    #[serde(default)]
    pub explicit: Option<bool>,
    /// Mood words people gave it.
    pub tags: Vec<MoodTag>,
    /// Where it stands in the plane.
    pub mood: Option<Mood>,
    /// What was measured of it.
    pub descriptors: Descriptors,
    /// Where it plays; `None` leaves a search link.
    pub source: Option<Source>,
}

impl NewItem {
    /// An item of which only this much is known; `None` for a title without a visible character.
    #[must_use]
    pub fn new(kind: Kind, title: &str, artists: Vec<String>) -> Option<Self> {
        let title = title.trim();
        (!title.is_empty()).then(|| Self {
            kind,
            title: title.to_owned(),
            artists,
            album: None,
            language: None,
            genres: Vec::new(),
            year: None,
            duration_ms: None,
            popularity: None,
            explicit: None,
            tags: Vec::new(),
            mood: None,
            descriptors: Descriptors::default(),
            source: None,
        })
    }

    /// What two entries for the same thing share: kind, title and main artist, without case,
    /// spacing and punctuation. `a-ha, "Take On Me"` and `A-Ha, "Take on me!"` are one.
    #[must_use]
    pub fn identity(&self) -> String {
        let artist = self.artists.first().map_or("", String::as_str);
        format!("{}\t{}\t{}", self.kind, fold(&self.title), fold(artist))
    }

    /// Gives mood words people chose; they outrank whatever was known of the mood.
    #[must_use]
    pub fn tagged(mut self, tags: Vec<MoodTag>) -> Self {
        self.mood = MoodTag::mood_of(&tags).or(self.mood);
        self.tags = tags;
        self
    }

    /// Takes from another entry for the same thing what this one lacks. What this one knows stays,
    /// but mood words outrank a mood that has none.
    #[must_use]
    pub fn completed_by(mut self, other: Self) -> Self {
        if self.tags.is_empty() && !other.tags.is_empty() {
            self.tags = other.tags;
            self.mood = other.mood;
        }
        let (d, e) = (self.descriptors, other.descriptors);
        self.descriptors = Descriptors {
            tempo_bpm: d.tempo_bpm.or(e.tempo_bpm),
            loudness_lufs: d.loudness_lufs.or(e.loudness_lufs),
            energy: d.energy.or(e.energy),
            danceability: d.danceability.or(e.danceability),
        };
        for genre in other.genres {
            if !self.genres.contains(&genre) {
                self.genres.push(genre);
            }
        }
        Self {
            album: self.album.or(other.album),
            language: self.language.or(other.language),
            year: self.year.or(other.year),
            duration_ms: self.duration_ms.or(other.duration_ms),
            popularity: self.popularity.or(other.popularity),
            explicit: self.explicit.or(other.explicit),
            mood: self.mood.or(other.mood),
            source: self.source.or(other.source),
            ..self
        }
    }

    /// The item under its number; without a source it gets a search link.
    #[must_use]
    pub fn numbered(self, id: ItemId) -> Item {
        let artist = self.artists.first().map_or("", String::as_str);
        let source = self.source.unwrap_or_else(|| Source::search(&self.title, artist));
        Item {
            id,
            kind: self.kind,
            title: self.title,
            artists: self.artists,
            album: self.album,
            language: self.language,
            genres: self.genres,
            year: self.year,
            duration_ms: self.duration_ms,
            popularity: self.popularity,
            explicit: self.explicit,
            tags: self.tags,
            mood: self.mood,
            descriptors: self.descriptors,
            source,
        }
    }
}

/// Lower case letters and digits with single spaces; a name of signs alone stays as it is.
fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            folded.push(c);
        } else if c.is_whitespace() && !folded.is_empty() && !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded.truncate(folded.trim_end().len());
    if folded.is_empty() { name.trim().to_lowercase() } else { folded }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn song(title: &str, artist: &str) -> NewItem {
        NewItem::new(Kind::Music, title, vec![artist.to_owned()]).unwrap()
    }

    #[test]
    fn the_same_thing_under_two_spellings_has_one_identity() {
        for (a, b, same) in [
            (("Take On Me", "a-ha"), (" take on  me! ", "A-Ha"), true),
            (("Don't", "Ed Sheeran"), ("Dont", "ED SHEERAN"), true),
            (("Don't", "Ed Sheeran"), ("Dont", "Someone"), false),
            (("+", "Ed Sheeran"), ("÷", "Ed Sheeran"), false),
            (("ab", "c"), ("a", "bc"), false),
        ] {
            let equal = song(a.0, a.1).identity() == song(b.0, b.1).identity();
            assert_eq!(equal, same, "{a:?} {b:?}");
        }
        assert!(NewItem::new(Kind::Music, " \t", vec![]).is_none());
    }

    #[test]
    fn mood_words_outrank_descriptors_in_either_order() {
        let measured = Mood { valence: 0.1, arousal: 0.1, uncertainty: 0.5 };
        let tagged = song("a", "b").tagged(vec![MoodTag::Sad]);
        let described = NewItem { mood: Some(measured), year: Some(1999), ..song("a", "b") };
        let sad = MoodTag::mood_of(&[MoodTag::Sad]);
        let joined = described.clone().completed_by(tagged.clone());
        assert_eq!((joined.mood, joined.year), (sad, Some(1999)));
        assert_eq!(tagged.completed_by(described).mood, sad);
    }

    #[test]
    fn an_item_without_a_source_can_still_be_looked_for() {
        let item = song("a b", "c").numbered(ItemId(7));
        assert!(item.source.address().ends_with("search_query=a+b+c"));
    }
}
