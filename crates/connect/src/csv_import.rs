use std::io::{BufRead, BufReader, Read};

use attune_core::NewItem;
use csv::{ByteRecord, ReaderBuilder};

use crate::catalogue_mood::catalogue_mood;
use crate::columns::Columns;
use crate::csv_error::CsvError;
use crate::descriptor_check::doubt;
use crate::gather::Gathered;
use crate::layout::Layout;
use crate::refusal::Refusal;
use crate::row::{Entry, entry};

/// How it is known which column says what.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Mapping {
    /// By the names in the header.
    #[default]
    Detect,
    /// The caller says so.
    Columns(Columns),
}

/// What a catalogue held.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// What kind of catalogue it was.
    pub format: &'static str,
    /// What can go into a library; no two of them are the same thing.
    pub items: Vec<NewItem>,
    /// Rows below the header: those of `items`, those merged and those refused.
    pub rows: u64,
    /// Rows about a thing that another row was about too.
    pub merged: u64,
    /// Rows and values that were left out, in the order of the file.
    pub refused: Vec<Refusal>,
    /// What else a person should know.
    pub notes: Vec<String>,
}

/// Reads a catalogue of comma-, semicolon- or tab-separated values in UTF-8, with or without a byte
/// order mark.
pub fn import_csv(reader: impl Read, mapping: &Mapping) -> Result<Import, CsvError> {
    let mut input = BufReader::with_capacity(1 << 16, reader);
    let delimiter = delimiter(input.fill_buf()?)?;
    let mut csv = ReaderBuilder::new().flexible(true).delimiter(delimiter).from_reader(input);
    let layout = Layout::of(csv.byte_headers()?, mapping)?;
    let (mut gathered, mut refused, mut rows) = (Gathered::default(), Vec::new(), 0);
    let mut record = ByteRecord::new();
    while csv.read_byte_record(&mut record)? {
        rows += 1;
        if let Some(entry) = entry(&layout, &record, &mut refused) {
            gathered.add(entry);
        }
    }
    if gathered.entries.is_empty() {
        return Err(CsvError::nothing_usable(refused.iter().find(|r| r.whole_row)));
    }
    let merged = gathered.merged;
    let notes: Vec<_> = doubt(&gathered.entries).into_iter().collect();
    let finish = if notes.is_empty() { with_mood } else { without_descriptors };
    let items = gathered.entries.into_iter().map(finish).collect();
    Ok(Import { format: layout.name, items, rows, merged, refused, notes })
}

/// The separator that the first line holds most of.
pub(crate) fn delimiter(start: &[u8]) -> Result<u8, CsvError> {
    let utf16 = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    if start.is_empty() {
        return Err(CsvError::empty());
    }
    if utf16 || start.contains(&0) {
        return Err(CsvError::not_text());
    }
    let line = start.split(|b| *b == b'\n').next().unwrap_or(start);
    let count = |separator: &u8| line.iter().filter(|b| *b == separator).count();
    // Of equals the last wins, and that is the comma.
    Ok([b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b','))
}

/// Mood words outrank descriptors.
fn with_mood(entry: Entry) -> NewItem {
    let Entry { mut item, valence, .. } = entry;
    item.mood = catalogue_mood(item.descriptors.energy, valence);
    let tags = std::mem::take(&mut item.tags);
    item.tagged(tags)
}

fn without_descriptors(entry: Entry) -> NewItem {
    let mut item = entry.item;
    item.descriptors = Default::default();
    with_mood(Entry { item, valence: None, id: entry.id })
}
