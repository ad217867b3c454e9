use attune_core::{Descriptors, Kind, Language, NewItem, Source};
use csv::ByteRecord;

use crate::columns::Field;
use crate::layout::Layout;
use crate::mood_words;
use crate::refusal::{Refusal, quoted};
use crate::values::{Read, duration_ms, flag, link, name, names, number, tempo_bpm, year};

/// What one row says, before its mood is decided.
pub(crate) struct Entry {
    pub(crate) item: NewItem,
    /// The catalogue's number for it.
    pub(crate) id: Option<String>,
    /// The catalogue's valence, 0 to 1.
    pub(crate) valence: Option<f32>,
}

/// Reads a row; `None` where it cannot be used. Either way `refused` learns what was left out.
pub(crate) fn entry(
    layout: &Layout,
    record: &ByteRecord,
    refused: &mut Vec<Refusal>,
) -> Option<Entry> {
    let line = record.position().map_or(0, csv::Position::line);
    match (Row { layout, record, line, refused }).entry() {
        Ok(entry) => Some(entry),
        Err(refusal) => {
            refused.push(refusal);
            None
        }
    }
}

/// How R writes a missing value. There may be a track of this title, but not by this artist.
const MISSING: &str = "NA";

struct Row<'a> {
    layout: &'a Layout,
    record: &'a ByteRecord,
    line: u64,
    refused: &'a mut Vec<Refusal>,
}

impl Row<'_> {
    fn entry(mut self) -> Result<Entry, Refusal> {
        self.check_shape()?;
        self.check_text()?;
        let id = Some(self.cell(Field::Id)).filter(|id| !id.is_empty()).map(str::to_owned);
        let mut item = self.named()?;
        self.describe(&mut item);
        item.source = self.source(id.as_deref());
        let valence = self.value(Field::Valence, |cell| number(cell, 0.0..=1.0));
        Ok(Entry { item, id, valence })
    }

    /// As many cells as the header; empty ones beyond it do no harm.
    fn check_shape(&self) -> Result<(), Refusal> {
        let (cells, columns) = (self.record.len(), self.layout.header.len());
        let spare = self.record.iter().skip(columns).all(<[u8]>::is_empty);
        if cells >= columns && spare {
            return Ok(());
        }
        let why = format!("the row has {cells} cells and the header {columns}");
        Err(self.damage(cells.min(columns), why))
    }

    fn check_text(&self) -> Result<(), Refusal> {
        let broken = |place: &usize| std::str::from_utf8(&self.record[*place]).is_err();
        match self.layout.places.iter().map(|(_, place)| *place).find(broken) {
            Some(place) => Err(self.damage(place, "the text is not UTF-8".to_owned())),
            None => Ok(()),
        }
    }

    /// The item by kind, title and artists.
    fn named(&self) -> Result<NewItem, Refusal> {
        let kind = match self.cell(Field::Kind).to_lowercase().as_str() {
            "" | "music" => Kind::Music,
            "video" => Kind::Video,
            other => {
                let why = format!("{} is neither music nor video", quoted(other));
                return Err(self.refusal(self.place(Field::Kind), why, true));
            }
        };
        let (title, artist) = match (self.cell(Field::Title), self.cell(Field::Artist)) {
            (MISSING, MISSING) => ("", ""),
            cells => cells,
        };
        let artists = names(artist, self.layout.between_artists);
        let no_title =
            || self.refusal(self.place(Field::Title), "there is no title".to_owned(), true);
        NewItem::new(kind, &name(title), artists).ok_or_else(no_title)
    }

    fn describe(&mut self, item: &mut NewItem) {
        let unit = |cell: &str| number(cell, 0.0..=1.0);
        item.album = Some(name(self.cell(Field::Album))).filter(|album| !album.is_empty());
        item.language =
            Language::new(self.cell(Field::Language)).or_else(|| self.layout.language.clone());
        item.genres = self.genres();
        item.year = self.value(Field::Year, year);
        let in_ms = self.layout.column(self.place(Field::Duration)).ends_with("_ms");
        item.duration_ms = self.value(Field::Duration, |cell| duration_ms(cell, in_ms));
        item.popularity =
            self.value(Field::Popularity, |c| Ok(number(c, 0.0..=100.0)?.map(|x| x / 100.0)));
        item.explicit = self.value(Field::Explicit, flag);
        item.descriptors = Descriptors {
            tempo_bpm: self.value(Field::Tempo, tempo_bpm),
            loudness_lufs: self.value(Field::Loudness, |cell| number(cell, -100.0..=20.0)),
            energy: self.value(Field::Energy, unit),
            danceability: self.value(Field::Danceability, unit),
        };
        let (tags, refused) = mood_words::tags(self.cell(Field::Mood));
        item.tags = tags;
        if let Some(why) = refused {
            let refusal = self.refusal(self.place(Field::Mood), why, false);
            self.refused.push(refusal);
        }
    }

    fn genres(&self) -> Vec<String> {
        let cells = self.layout.places(Field::Genre).map(|place| self.text(place));
        let mut genres: Vec<String> = Vec::new();
        for genre in cells.flat_map(|cell| names(&cell.to_lowercase(), &[';', '|'])) {
            if !genres.contains(&genre) {
                genres.push(genre);
            }
        }
        genres
    }

    fn source(&mut self, id: Option<&str>) -> Option<Source> {
        let told = self.value(Field::Link, link);
        let made = || Some(format!("{}{}", self.layout.link_prefix?, plain_id(id?)?));
        told.or_else(made).map(Source::Link)
    }

    /// A value that the row can do without.
    fn value<T>(&mut self, field: Field, read: impl Fn(&str) -> Read<T>) -> Option<T> {
        let cell = Some(self.cell(field)).filter(|cell| *cell != MISSING).unwrap_or("");
        read(cell).unwrap_or_else(|why| {
            let refusal = self.refusal(self.place(field), why, false);
            self.refused.push(refusal);
            None
        })
    }

    fn cell(&self, field: Field) -> &str {
        self.layout.places(field).next().map_or("", |place| self.text(place))
    }

    fn text(&self, place: usize) -> &str {
        self.record.get(place).and_then(|cell| std::str::from_utf8(cell).ok()).unwrap_or("").trim()
    }

    fn place(&self, field: Field) -> usize {
        self.layout.places(field).next().unwrap_or(usize::MAX)
    }

    fn refusal(&self, place: usize, why: String, whole_row: bool) -> Refusal {
        let column = self.layout.column(place);
        Refusal { line: self.line, column, why, whole_row, damaged: false }
    }

    fn damage(&self, place: usize, why: String) -> Refusal {
        Refusal { damaged: true, ..self.refusal(place, why, true) }
    }
}

/// An id that may stand in an address as it is.
fn plain_id(id: &str) -> Option<&str> {
    id.bytes().all(|b| b.is_ascii_alphanumeric()).then_some(id)
}
