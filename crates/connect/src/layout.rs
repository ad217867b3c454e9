use attune_core::Language;
use csv::ByteRecord;

use crate::Mapping;
use crate::columns::{Columns, Field};
use crate::csv_error::CsvError;
use crate::presets::{PRESETS, Preset};

/// Where in a row each field stands.
pub(crate) struct Layout {
    /// What the catalogue is called in reports.
    pub(crate) name: &'static str,
    /// The header, as it may be shown.
    pub(crate) header: Vec<String>,
    /// Fields and the places of their columns.
    pub(crate) places: Vec<(Field, usize)>,
    pub(crate) language: Option<Language>,
    pub(crate) between_artists: &'static [char],
    pub(crate) link_prefix: Option<&'static str>,
}

impl Layout {
    pub(crate) fn of(header: &ByteRecord, mapping: &Mapping) -> Result<Self, CsvError> {
        let names = header.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned());
        let header: Vec<String> = names.collect();
        if header.iter().all(String::is_empty) {
            return Err(CsvError::empty());
        }
        match mapping {
            Mapping::Detect => detected(header),
            Mapping::Columns(columns) => told(header, columns),
        }
    }

    /// The places of a field's columns.
    pub(crate) fn places(&self, field: Field) -> impl Iterator<Item = usize> + '_ {
        self.places.iter().filter(move |(f, _)| *f == field).map(|(_, place)| *place)
    }

    /// A column's name, or its number where it has none.
    pub(crate) fn column(&self, place: usize) -> String {
        match self.header.get(place) {
            Some(name) if !name.is_empty() => name.clone(),
            _ => format!("number {}", place.saturating_add(1)),
        }
    }
}

fn detected(header: Vec<String>) -> Result<Layout, CsvError> {
    let matches = |preset: &&Preset| preset.signature.iter().all(|c| place(&header, c).is_some());
    let Some(preset) = PRESETS.iter().find(matches) else {
        return Err(CsvError::unknown_header(&header));
    };
    let found = preset.columns.iter().filter_map(|(f, c)| Some((*f, place(&header, c)?)));
    Ok(Layout {
        name: preset.name,
        places: found.collect(),
        language: preset.language.and_then(Language::new),
        between_artists: preset.between_artists,
        link_prefix: preset.link_prefix,
        header,
    })
}

fn told(header: Vec<String>, columns: &Columns) -> Result<Layout, CsvError> {
    let find = |(field, column): (Field, &str)| match place(&header, column) {
        Some(place) => Ok((field, place)),
        None => Err(CsvError::missing_column(column, &header)),
    };
    let places = columns.iter().map(find).collect::<Result<_, _>>()?;
    let name = "mapped columns";
    let between_artists = &[';', '|'];
    Ok(Layout { name, header, places, language: None, between_artists, link_prefix: None })
}

/// Names match without case, so that `Title` finds `title`; the exact one is preferred.
fn place(header: &[String], column: &str) -> Option<usize> {
    let exact = header.iter().position(|name| name == column);
    exact.or_else(|| header.iter().position(|name| name.eq_ignore_ascii_case(column)))
}
