//! A library as a table says the same in every format.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use attune_connect::table;
use attune_core::{
    Descriptors, Item, ItemId, Kind, Language, Mood, MoodEvidence, MoodTag, NewItem, Source,
};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

fn items() -> Vec<Item> {
    let bare = NewItem::new(Kind::Video, "bare", Vec::new()).unwrap();
    let heard = Mood { valence: -0.5, arousal: 0.5, uncertainty: 0.2 };
    let full = NewItem {
        album: Some("An album; with, \"signs\"".to_owned()),
        language: Language::new("kannada"),
        genres: vec!["pop".to_owned(), "r&b".to_owned()],
        year: Some(1987),
        duration_ms: Some(215_000),
        mood_evidence: MoodEvidence { recording: Some(heard), ..MoodEvidence::default() },
        descriptors: Descriptors { tempo_bpm: Some(122.5), ..Descriptors::default() },
        source: Some(Source::File("/a b/ü.ogg".to_owned())),
        ..NewItem::new(Kind::Music, "ಹಾಡು", vec!["A".to_owned(), "B".to_owned()]).unwrap()
    };
    let tagged = NewItem { tags: vec![MoodTag::Calm, MoodTag::Tender], ..bare.clone() };
    [bare, full, tagged].into_iter().zip(1..).map(|(item, id)| item.numbered(ItemId(id))).collect()
}

fn written(items: &[Item]) -> SerializedFileReader<std::fs::File> {
    let file = tempfile::tempfile().unwrap();
    table::parquet(items, file.try_clone().unwrap()).unwrap();
    SerializedFileReader::new(file).unwrap()
}

/// Every cell as text; nothing is the empty text.
fn word(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Int(number) => number.to_string(),
        Field::Float(number) => format!("{number:?}"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn parquet_holds_what_csv_holds() {
    let items = items();
    let mut csv = Vec::new();
    table::csv(&items, &mut csv).unwrap();
    let mut csv = csv::Reader::from_reader(&csv[..]);
    let header: Vec<String> = csv.headers().unwrap().iter().map(str::to_owned).collect();
    let parquet = written(&items);
    let rows: Vec<_> = parquet.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), items.len());
    for (row, record) in rows.iter().zip(csv.records()) {
        let names: Vec<&String> = row.get_column_iter().map(|(name, _)| name).collect();
        assert_eq!(names, header.iter().collect::<Vec<_>>());
        let cells: Vec<String> = row.get_column_iter().map(|(_, cell)| word(cell)).collect();
        assert_eq!(cells, record.unwrap().iter().map(str::to_owned).collect::<Vec<_>>());
    }
    let full: Vec<String> = rows[1].get_column_iter().map(|(_, cell)| word(cell)).collect();
    let expected = [
        ("title", "ಹಾಡು"),
        ("artist", "A; B"),
        ("year", "1987"),
        ("valence", "-0.5"),
        ("mood_origin", "recording"),
        ("mood_region", "frantic"),
        ("source", "/a b/ü.ogg"),
    ];
    for (name, cell) in expected {
        let at = header.iter().position(|h| h == name).unwrap();
        assert_eq!(full[at], cell, "{name}");
    }
    let of = |name: &str| header.iter().position(|h| h == name).unwrap();
    assert_eq!(word(rows[2].get_column_iter().nth(of("tags")).unwrap().1), "calm; tender");
    assert_eq!(word(rows[0].get_column_iter().nth(of("valence")).unwrap().1), "");
}

#[test]
fn an_empty_library_is_a_table_without_rows() {
    let parquet = written(&[]);
    assert_eq!(parquet.metadata().file_metadata().num_rows(), 0);
    assert_eq!(parquet.metadata().file_metadata().schema_descr().num_columns(), 19);
}
