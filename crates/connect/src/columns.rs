use std::fmt;
use std::str::FromStr;

/// What a column of a catalogue can say of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// The title; no row without one.
    Title,
    /// Performers or channels.
    Artist,
    /// Album or film.
    Album,
    /// Language by name or ISO 639-1 code.
    Language,
    /// A genre; may be mapped more than once.
    Genre,
    /// A year, or a date that holds one.
    Year,
    /// `m:ss`, `h:mm:ss`, milliseconds (from 10,000 on, or where the column's name ends in `_ms`)
    /// or seconds.
    Duration,
    /// 0 to 100.
    Popularity,
    /// Spotify's perceptual energy, 0 to 1.
    Energy,
    /// Spotify's musical positiveness, 0 to 1.
    Valence,
    /// How danceable, 0 to 1.
    Danceability,
    /// Beats a minute.
    Tempo,
    /// Decibels below full scale, or LUFS.
    Loudness,
    /// Whether its words are explicit: yes or no, true or false, 1 or 0.
    Explicit,
    /// Mood words people gave it.
    Mood,
    /// `music` or `video`; music where it is not mapped.
    Kind,
    /// An address that a browser opens.
    Link,
    /// The catalogue's own number; rows that share it are one item.
    Id,
}

impl Field {
    /// Every field, in declaration order.
    pub const ALL: [Self; 18] = [
        Self::Title,
        Self::Artist,
        Self::Album,
        Self::Language,
        Self::Genre,
        Self::Year,
        Self::Duration,
        Self::Popularity,
        Self::Energy,
        Self::Valence,
        Self::Danceability,
        Self::Tempo,
        Self::Loudness,
        Self::Explicit,
        Self::Mood,
        Self::Kind,
        Self::Link,
        Self::Id,
    ];

    /// The word used in a mapping.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Artist => "artist",
            Self::Album => "album",
            Self::Language => "language",
            Self::Genre => "genre",
            Self::Year => "year",
            Self::Duration => "duration",
            Self::Popularity => "popularity",
            Self::Energy => "energy",
            Self::Valence => "valence",
            Self::Danceability => "danceability",
            Self::Tempo => "tempo",
            Self::Loudness => "loudness",
            Self::Explicit => "explicit",
            Self::Mood => "mood",
            Self::Kind => "kind",
            Self::Link => "link",
            Self::Id => "id",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.key())
    }
}

/// Which column says what, as `title=Name,artist=Band`. A title is always among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Columns(Vec<(Field, String)>);

impl Columns {
    /// Pairs of field and column name, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        self.0.iter().map(|(field, column)| (*field, column.as_str()))
    }
}

/// A mapping that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadColumns {
    /// Not `field=Column`.
    #[error("'{0}' is not of the form field=Column")]
    NotAPair(String),
    /// The word before `=` is no [`Field`].
    #[error("'{0}' is not a field: say one of {fields}", fields = field_list())]
    UnknownField(String),
    /// Nothing says which column holds the title.
    #[error("the mapping names no title column, as in title=Name")]
    NoTitle,
}

fn field_list() -> String {
    Field::ALL.map(Field::key).join(", ")
}

impl FromStr for Columns {
    type Err = BadColumns;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let pairs = text.split(',').filter(|pair| !pair.trim().is_empty()).map(pair);
        let pairs = pairs.collect::<Result<Vec<_>, _>>()?;
        let titled = pairs.iter().any(|(field, _)| *field == Field::Title);
        if titled { Ok(Self(pairs)) } else { Err(BadColumns::NoTitle) }
    }
}

fn pair(text: &str) -> Result<(Field, String), BadColumns> {
    let refuse = || BadColumns::NotAPair(text.trim().to_owned());
    let (word, column) = text.split_once('=').ok_or_else(refuse)?;
    let (word, column) = (word.trim(), column.trim());
    if column.is_empty() {
        return Err(refuse());
    }
    let field = Field::ALL.into_iter().find(|field| field.key().eq_ignore_ascii_case(word));
    field.map(|f| (f, column.to_owned())).ok_or_else(|| BadColumns::UnknownField(word.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mappings_parse_or_say_what_is_wrong() {
        let columns: Columns = " title = My Name ,Artist=Band,".parse().unwrap();
        let pairs: Vec<_> = columns.iter().collect();
        assert_eq!(pairs, [(Field::Title, "My Name"), (Field::Artist, "Band")]);
        for (text, error) in [
            ("", BadColumns::NoTitle),
            ("artist=Band", BadColumns::NoTitle),
            ("title", BadColumns::NotAPair("title".into())),
            ("title=", BadColumns::NotAPair("title=".into())),
            ("name=Name", BadColumns::UnknownField("name".into())),
        ] {
            assert_eq!(text.parse::<Columns>(), Err(error), "{text}");
        }
    }
}
