//! Histories as Last.fm and the tools around it write them.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};

use csv::{ByteRecord, ReaderBuilder};

use crate::csv_error::CsvError;
use crate::csv_import::delimiter;
use crate::refusal::{Refusal, quoted};

/// Who played what how often.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// What kind of file it was.
    pub format: &'static str,
    /// No listener has two of one artist and title; in the order of their first appearance.
    pub plays: Vec<Play>,
    /// Rows below the header, where there was one.
    pub rows: u64,
    /// Rows that were left out.
    pub refused: Vec<Refusal>,
}

/// How often somebody played something.
#[derive(Clone, Debug, PartialEq)]
pub struct Play {
    /// As the file calls them; `None` where the whole file is one listener's.
    pub listener: Option<String>,
    /// As it is written.
    pub artist: String,
    /// Empty where only the artist is known.
    pub title: String,
    /// Above 0.
    pub times: f64,
}

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Listener,
    Artist,
    Title,
    Times,
}

type Layout = Vec<(Part, usize)>;

const NAMES: [(Part, &[&str]); 4] = [
    (Part::Listener, &["user", "user_id", "userid", "username", "listener"]),
    (Part::Artist, &["artist", "artist_name", "artistname", "artist name"]),
    (Part::Title, &["track", "title", "track_name", "trackname", "name", "song", "track name"]),
    (Part::Times, &["plays", "playcount", "play_count", "count", "times", "weight", "scrobbles"]),
];

/// Reads a history in UTF-8, separated by tabs, commas or semicolons:
///
/// | file | columns |
/// |---|---|
/// | a table with a header | `artist` and, as far as they are there, `track` or `title`, `user`, `plays` or `playcount`; each under its usual names |
/// | `lastfm-to-csv` | artist, album, title, date; no header |
/// | Last.fm 1K (Celma 2010) | listener, time, artist id, artist, track id, track; tabs, no header |
/// | Last.fm 360K (Celma 2010) | listener, artist id, artist, plays; tabs, no header |
///
/// A row without a count is one play.
///
/// # Errors
/// Refuses what is not text, has no known layout, or holds no row that can be used.
pub fn import_lastfm(reader: impl Read) -> Result<History, CsvError> {
    let mut input = BufReader::with_capacity(1 << 16, reader);
    let separator = delimiter(input.fill_buf()?)?;
    let mut csv = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .quoting(separator != b'\t')
        .from_reader(input);
    let mut first = ByteRecord::new();
    csv.read_byte_record(&mut first)?;
    let (format, layout, has_header) = layout(&first, separator)?;
    let mut reading = Reading::new(format, layout);
    if !has_header {
        reading.add(&first);
    }
    let mut record = ByteRecord::new();
    while csv.read_byte_record(&mut record)? {
        reading.add(&record);
    }
    reading.finish()
}

/// Reads HetRec 2011's Last.fm data (Cantador et al. 2011): `artists.dat` and `user_artists.dat`.
///
/// # Errors
/// Refuses what is not text and what holds no row that can be used.
pub fn import_hetrec(artists: impl Read, plays: impl Read) -> Result<History, CsvError> {
    let table = |reader| {
        ReaderBuilder::new().flexible(true).delimiter(b'\t').quoting(false).from_reader(reader)
    };
    let mut names = HashMap::new();
    for record in table(Box::new(artists) as Box<dyn Read + '_>).byte_records() {
        let record = record?;
        let cell = |i| std::str::from_utf8(record.get(i).unwrap_or_default()).ok();
        if let (Some(id), Some(name)) = (cell(0), cell(1)) {
            names.insert(id.trim().to_owned(), name.trim().to_owned());
        }
    }
    let layout = vec![(Part::Listener, 0), (Part::Artist, 1), (Part::Times, 2)];
    let mut reading = Reading { names: Some(names), ..Reading::new("HetRec 2011 Last.fm", layout) };
    for record in table(Box::new(plays) as Box<dyn Read + '_>).byte_records() {
        reading.add(&record?);
    }
    reading.finish()
}

fn layout(first: &ByteRecord, separator: u8) -> Result<(&'static str, Layout, bool), CsvError> {
    let text =
        |cell: &[u8]| String::from_utf8_lossy(cell).trim_start_matches('\u{feff}').to_owned();
    let cells: Vec<String> = first.iter().map(text).collect();
    let find = |names: &[&str]| {
        cells.iter().position(|cell| names.iter().any(|n| cell.trim().eq_ignore_ascii_case(n)))
    };
    let named: Layout = NAMES.iter().filter_map(|(part, n)| Some((*part, find(n)?))).collect();
    if named.iter().any(|(part, _)| *part == Part::Artist) {
        return Ok(("history with a header", named, true));
    }
    let counts = |i: usize| cells.get(i).is_some_and(|cell| cell.trim().parse::<f64>().is_ok());
    match (separator, cells.len()) {
        (b'\t', 6) => Ok((
            "Last.fm 1K",
            vec![(Part::Listener, 0), (Part::Artist, 3), (Part::Title, 5)],
            false,
        )),
        (b'\t', 4) if counts(3) => Ok((
            "Last.fm 360K",
            vec![(Part::Listener, 0), (Part::Artist, 2), (Part::Times, 3)],
            false,
        )),
        (_, 4) => Ok(("lastfm-to-csv", vec![(Part::Artist, 0), (Part::Title, 2)], false)),
        _ => Err(CsvError::unknown_history(&cells)),
    }
}

/// A history while it is read.
struct Reading {
    format: &'static str,
    layout: Layout,
    /// Artists by their numbers, where the rows have numbers.
    names: Option<HashMap<String, String>>,
    places: HashMap<(Option<String>, String, String), usize>,
    plays: Vec<Play>,
    rows: u64,
    refused: Vec<Refusal>,
}

impl Reading {
    fn new(format: &'static str, layout: Layout) -> Self {
        let (names, places, plays, refused) = (None, HashMap::new(), Vec::new(), Vec::new());
        Self { format, layout, names, places, plays, rows: 0, refused }
    }

    fn add(&mut self, record: &ByteRecord) {
        self.rows += 1;
        match self.play(record) {
            Ok(play) => self.count(play),
            Err((column, why)) => {
                let line = record.position().map_or(0, csv::Position::line);
                let column = column.to_owned();
                self.refused.push(Refusal { line, column, why, whole_row: true, damaged: false });
            }
        }
    }

    fn count(&mut self, play: Play) {
        let key = (play.listener.clone(), play.artist.clone(), play.title.clone());
        let new = self.plays.len();
        match *self.places.entry(key).or_insert(new) {
            place if place == new => self.plays.push(play),
            place => self.plays[place].times += play.times,
        }
    }

    fn play(&self, record: &ByteRecord) -> Result<Play, (&'static str, String)> {
        let cell = |part: Part, column: &'static str| -> Result<Option<String>, _> {
            let Some((_, place)) = self.layout.iter().find(|(p, _)| *p == part) else {
                return Ok(None);
            };
            let bytes = record.get(*place).ok_or((column, "the row is too short".to_owned()))?;
            let text = std::str::from_utf8(bytes);
            let text = text.map_err(|_| (column, "the text is not UTF-8".to_owned()))?;
            Ok(Some(text.trim().to_owned()))
        };
        let artist = cell(Part::Artist, "artist")?.unwrap_or_default();
        let artist = match &self.names {
            Some(names) => names.get(&artist).cloned().ok_or_else(|| {
                ("artist", format!("there is no artist with the number {}", quoted(&artist)))
            })?,
            None => artist,
        };
        if artist.is_empty() {
            return Err(("artist", "there is no artist".to_owned()));
        }
        let times = match cell(Part::Times, "plays")? {
            None => 1.0,
            Some(count) => count
                .parse()
                .ok()
                .filter(|n: &f64| n.is_finite() && *n > 0.0)
                .ok_or(("plays", format!("{} is not a number of plays above 0", quoted(&count))))?,
        };
        let title = cell(Part::Title, "title")?.unwrap_or_default();
        let listener = cell(Part::Listener, "user")?;
        if listener.as_deref() == Some("") {
            return Err(("user", "there is no listener".to_owned()));
        }
        Ok(Play { listener, artist, title, times })
    }

    fn finish(self) -> Result<History, CsvError> {
        if self.plays.is_empty() {
            return Err(CsvError::nothing_usable(self.refused.first()));
        }
        let Self { format, plays, rows, refused, .. } = self;
        Ok(History { format, plays, rows, refused })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> History {
        import_lastfm(text.as_bytes()).unwrap()
    }

    fn play(listener: Option<&str>, artist: &str, title: &str, times: f64) -> Play {
        let listener = listener.map(str::to_owned);
        Play { listener, artist: artist.to_owned(), title: title.to_owned(), times }
    }

    #[test]
    fn the_usual_exports_are_told_apart() {
        let export = "\"Dido\",Life for Rent,\"White, Flag\",01 Jan 2020 10:00\n\
                      Dido,Life for Rent,\"White, Flag\",02 Jan 2020 10:00\nAdele,19,Hello,x\n";
        let history = read(export);
        assert_eq!((history.format, history.rows), ("lastfm-to-csv", 3));
        assert_eq!(
            history.plays,
            [play(None, "Dido", "White, Flag", 2.0), play(None, "Adele", "Hello", 1.0)]
        );
        let thousand = "user_1\t2009-05-04T23:08:57Z\tid\tDeep \"Dish\tid\tFuck Me\n";
        assert_eq!(read(thousand).plays, [play(Some("user_1"), "Deep \"Dish", "Fuck Me", 1.0)]);
        let counted = "a1\tid\tDido\t12\na2\tid\tDido\tmany\n";
        let history = read(counted);
        assert_eq!(history.plays, [play(Some("a1"), "Dido", "", 12.0)]);
        assert!(history.refused[0].to_string().contains("'many'"), "{}", history.refused[0]);
        let headed = "\u{feff}uts;Artist;album;Track\n1;Dido;;Thank You\n2;;;Nobody\n";
        let history = read(headed);
        assert_eq!(history.plays, [play(None, "Dido", "Thank You", 1.0)]);
        assert_eq!(history.refused.len(), 1);
    }

    #[test]
    fn plays_of_nobody_are_refused_row_by_row() {
        let history = read("user,artist\nann,Dido\n,Dido\n  ,Adele\n");
        assert_eq!(history.plays, [play(Some("ann"), "Dido", "", 1.0)]);
        let said: Vec<String> = history.refused.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "line 3, column user: there is no listener",
                "line 4, column user: there is no listener"
            ]
        );
        let whole = history.refused.iter().all(|refusal| refusal.whole_row);
        assert!(whole && import_lastfm("user,artist\n,Dido\n".as_bytes()).is_err());
    }

    #[test]
    fn hetrec_names_its_artists_in_a_second_file() {
        let artists = "id\tname\turl\n51\tDuran Duran\tx\n";
        let plays = "userID\tartistID\tweight\n2\t51\t13883\n2\t52\t9\n2\t51\tNaN\n";
        let history = import_hetrec(artists.as_bytes(), plays.as_bytes()).unwrap();
        assert_eq!(history.plays, [play(Some("2"), "Duran Duran", "", 13883.0)]);
        assert_eq!(history.refused.len(), 2);
    }

    #[test]
    fn what_is_no_history_is_refused_with_a_hint() {
        for text in ["", "a,b\n1,2\n", "artist,track\n", "\u{0}\u{1}"] {
            let error = import_lastfm(text.as_bytes()).unwrap_err();
            assert!(!error.hint().is_empty(), "{text:?}: {error}");
        }
    }
}
