//! The tables that trials are made of.

use std::collections::HashMap;
use std::path::Path;

use attune_core::Point;
use attune_recommend::trials::{Classified, Events, HeardBefore, Rated, Song};

use crate::exit::Failure;

/// A table with a header, its cells by column name.
struct Table {
    columns: HashMap<String, usize>,
    rows: Vec<csv::StringRecord>,
    name: String,
}

impl Table {
    /// Commas, or tabs where the first line holds some.
    fn read(path: &Path) -> Result<Self, Failure> {
        let name = path.display().to_string();
        let bad = |error: &dyn std::fmt::Display| {
            Failure::new(format!("{name} cannot be read: {error}"), "check the path and the file")
        };
        let bytes = std::fs::read(path).map_err(|error| bad(&error))?;
        let first = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
        let tabs = first.contains(&b'\t');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(if tabs { b'\t' } else { b',' })
            .quoting(!tabs)
            .flexible(true)
            .from_reader(bytes.as_slice());
        let header = reader.byte_headers().map_err(|error| bad(&error))?.clone();
        let text = |cell: &[u8]| String::from_utf8_lossy(cell).trim().to_owned();
        let columns = header.iter().enumerate().map(|(i, cell)| (text(cell), i)).collect();
        let mut rows = Vec::new();
        for record in reader.byte_records() {
            let record = record.map_err(|error| bad(&error))?;
            rows.push(record.iter().map(text).collect());
        }
        Ok(Self { columns, rows, name })
    }

    /// The place of the first of these columns that is there.
    fn place(&self, names: &[&str]) -> Option<usize> {
        let find = |name: &&str| {
            self.columns.iter().find(|(c, _)| c.eq_ignore_ascii_case(name)).map(|(_, i)| *i)
        };
        names.iter().find_map(find)
    }

    fn need(&self, names: &[&str]) -> Result<usize, Failure> {
        self.place(names).ok_or_else(|| {
            Failure::new(
                format!("{} has no column {}", self.name, names.join(" or ")),
                "give the table in its published form",
            )
        })
    }

    fn numbers(&self, row: &csv::StringRecord, places: &[usize]) -> Vec<f32> {
        places.iter().map(|p| number(row, *p)).collect()
    }
}

fn number(row: &csv::StringRecord, place: usize) -> f32 {
    row.get(place).and_then(|cell| cell.parse().ok()).unwrap_or(f32::NAN)
}

fn word(row: &csv::StringRecord, place: usize) -> String {
    row.get(place).unwrap_or_default().to_owned()
}

const LISTENER: &[&str] = &["user", "userID", "user_id", "listener"];
const ITEM: &[&str] =
    &["item", "artistID", "item_id", "itemID", "track_id", "artist", "track", "movieId"];
const TIMES: &[&str] = &["plays", "weight", "count", "times", "playcount"];
const TAG: &[&str] = &["tag", "tagID", "tag_id", "genre"];

/// Listening events and, where there are, tags.
pub fn events(file: &Path, tags: Option<&Path>) -> Result<Events, Failure> {
    let table = Table::read(file)?;
    let (listener, item) = (table.need(LISTENER)?, table.need(ITEM)?);
    let times = table.place(TIMES);
    let play = |row: &csv::StringRecord| {
        (word(row, listener), word(row, item), times.map_or(1.0, |place| number(row, place)))
    };
    let plays = table.rows.iter().map(play).collect();
    let tags = match tags {
        None => Vec::new(),
        Some(file) => {
            let table = Table::read(file)?;
            let (who, what, tag) = (table.need(LISTENER)?, table.need(ITEM)?, table.need(TAG)?);
            table.rows.iter().map(|row| (word(row, who), word(row, what), word(row, tag))).collect()
        }
    };
    Ok(Events { plays, tags })
}

/// What SiTunes says of a song, but for its identity.
const SITUNES: [&str; 19] = [
    "loudness",
    "danceability",
    "energy",
    "key",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "valence",
    "tempo",
    "duration",
    "F0final_sma_amean",
    "F0final_sma_stddev",
    "audspec_lengthL1norm_sma_stddev",
    "pcm_RMSenergy_sma_stddev",
    "pcm_fftMag_psySharpness_sma_amean",
    "pcm_fftMag_psySharpness_sma_stddev",
    "pcm_zcr_sma_amean",
    "pcm_zcr_sma_stddev",
    "popularity",
];

/// Songs, rated listenings, and what was rated before.
type Situnes = (Vec<Song>, Vec<Rated>, Vec<HeardBefore>);

/// Songs, the rated listenings of stage 2, and stage 1 as what each listener rated before.
pub fn situnes(folder: &Path) -> Result<Situnes, Failure> {
    let table = Table::read(&folder.join("music_info.csv"))?;
    let id = table.need(&["item_id"])?;
    let places: Vec<usize> =
        SITUNES.iter().map(|name| table.need(&[name])).collect::<Result<_, _>>()?;
    let of = |row: &csv::StringRecord, name: &str| {
        SITUNES.iter().position(|n| *n == name).map_or(f32::NAN, |i| number(row, places[i]))
    };
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut songs = Vec::new();
    for row in &table.rows {
        numbers.insert(word(row, id), songs.len());
        let place = |name: &str| 2.0 * of(row, name) - 1.0;
        songs.push(Song {
            descriptors: table.numbers(row, &places),
            popularity: of(row, "popularity") / 100.0,
            place: Point::new(place("valence"), place("energy")),
        });
    }
    let table = Table::read(&folder.join("stage1.csv"))?;
    let (user, item) = (table.need(&["user_id"])?, table.need(&["item_id"])?);
    let rating = table.need(&["rating"])?;
    let mut listeners: HashMap<String, usize> = HashMap::new();
    let mut listener_of = |row: &csv::StringRecord, place: usize| {
        let next = listeners.len();
        *listeners.entry(word(row, place)).or_insert(next)
    };
    let mut heard = Vec::new();
    for row in &table.rows {
        let listener = listener_of(row, user);
        if let (Some(song), true) = (numbers.get(&word(row, item)), number(row, rating) >= 1.0) {
            heard.push(HeardBefore { listener, song: *song, rating: number(row, rating) });
        }
    }
    let table = Table::read(&folder.join("stage2.csv"))?;
    let (user, item) = (table.need(&["user_id"])?, table.need(&["item_id"])?);
    let rating = table.need(&["rating"])?;
    let moods: Vec<usize> =
        ["emo_pre_valence", "emo_pre_arousal", "emo_post_valence", "emo_post_arousal"]
            .iter()
            .map(|name| table.need(&[name]))
            .collect::<Result<_, _>>()?;
    let mut rated = Vec::new();
    for row in &table.rows {
        let listener = listener_of(row, user);
        let m = table.numbers(row, &moods);
        let known = m.iter().all(|x| x.is_finite()) && number(row, rating) >= 1.0;
        if let (Some(song), true) = (numbers.get(&word(row, item)), known) {
            let (before, after) = (Point::new(m[0], m[1]), Point::new(m[2], m[3]));
            let rating = number(row, rating);
            rated.push(Rated { listener, song: *song, rating, before, after });
        }
    }
    Ok((songs, rated, heard))
}

/// Descriptors that both catalogues hold.
const DESCRIPTORS: [&str; 10] = [
    "danceability",
    "acousticness",
    "energy",
    "instrumentalness",
    "liveness",
    "valence",
    "loudness",
    "speechiness",
    "tempo",
    "key",
];

/// Tracks by their mood label, grouped by artist.
pub fn moods(file: &Path) -> Result<Classified, Failure> {
    classified(file, "mood", "artist", None)
}

/// Tracks by the genre of their playlist, each track once, grouped by artist.
pub fn genres(file: &Path) -> Result<Classified, Failure> {
    classified(file, "playlist_genre", "track_artist", Some("track_id"))
}

fn classified(
    file: &Path,
    label: &str,
    group: &str,
    id: Option<&str>,
) -> Result<Classified, Failure> {
    let table = Table::read(file)?;
    let places: Vec<usize> =
        DESCRIPTORS.iter().map(|name| table.need(&[name])).collect::<Result<_, _>>()?;
    let (label, group) = (table.need(&[label])?, table.need(&[group])?);
    let id = id.map(|id| table.need(&[id])).transpose()?;
    let mut classes: Vec<String> = table.rows.iter().map(|row| word(row, label)).collect();
    classes.sort_unstable();
    classes.dedup();
    let mut seen = std::collections::HashSet::new();
    let mut data = Classified { classes, ..Classified::default() };
    for row in &table.rows {
        if id.is_some_and(|id| !seen.insert(word(row, id))) {
            continue;
        }
        let class = data.classes.binary_search(&word(row, label)).unwrap_or_default();
        data.rows.push(table.numbers(row, &places));
        data.labels.push(class as u32);
        data.groups.push(word(row, group));
    }
    Ok(data)
}
