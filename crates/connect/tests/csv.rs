//! What a catalogue gives, and how bad ones are refused.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use attune_connect::{CsvErrorKind, Import, Mapping, import_csv};
use attune_core::{Kind, MoodTag};
use proptest::prelude::*;

fn read(csv: impl AsRef<[u8]>) -> Import {
    import_csv(csv.as_ref(), &Mapping::Detect).unwrap()
}

fn mapped(csv: impl AsRef<[u8]>, columns: &str) -> Import {
    import_csv(csv.as_ref(), &Mapping::Columns(columns.parse().unwrap())).unwrap()
}

fn refused(import: &Import) -> Vec<String> {
    import.refused.iter().map(ToString::to_string).collect()
}

fn titles(import: &Import) -> Vec<&str> {
    import.items.iter().map(|item| item.title.as_str()).collect()
}

const HEADER: &str = "kind,title,artist,language,year,moods\n";

#[test]
fn a_catalogue_of_ours_is_known_by_its_header() {
    let rows = "music,Kesariya,Arijit Singh; Pritam,hindi,2022,romantic;hopeful\n\
                video,Rain,A Channel,en,,calm\n";
    let import = read(format!("{HEADER}{rows}"));
    assert_eq!((import.rows, refused(&import).len()), (2, 0));
    let song = &import.items[0];
    assert_eq!(song.artists, ["Arijit Singh", "Pritam"]);
    assert_eq!((song.year, song.tags.len()), (Some(2022), 2));
    assert_eq!(song.mood(), MoodTag::mood_of(&song.tags));
    assert_eq!(import.items[1].kind, Kind::Video);
    assert_eq!(import.items[1].language.as_ref().unwrap().name(), "english");
}

#[test]
fn rough_files_are_read_where_they_can_be() {
    for (case, csv, columns, expected) in [
        ("byte order mark", "\u{feff}t,a\nx,y\n", "title=t", vec!["x"]),
        ("CRLF", "t,a\r\nx,y\r\nz,w\r\n", "title=t", vec!["x", "z"]),
        ("no last line end", "t,a\nx,y", "title=t", vec!["x"]),
        ("semicolons", "t;a\n\"x;1\";y\n", "title=t", vec!["x;1"]),
        ("tabs", "t\ta\nx, y\tz\n", "title=t", vec!["x, y"]),
        ("quoted line end", "t,a\n\"x\ny\",z\nw,v\n", "title=t", vec!["x y", "w"]),
        ("empty lines", "t,a\n\nx,y\n\n\nz,w\n", "title=t", vec!["x", "z"]),
        ("case of names", "Title,a\nx,y\n", "title=tITLE", vec!["x"]),
        ("spare separators", "t,a\nx,y,,\n", "title=t", vec!["x"]),
        ("one column", "t\nx\n", "title=t", vec!["x"]),
    ] {
        let import = mapped(csv, columns);
        assert_eq!(titles(&import), expected, "{case}");
        assert_eq!(refused(&import), [""; 0], "{case}");
    }
}

#[test]
fn what_is_refused_names_line_and_column() {
    let bytes: &[u8] = b"t,a,e\nfine,x,0.5\nragged,x\n\xff,x,0.1\n,x,0.1\n\"two\nlines\",x,lots\n\
        long,x,0.1,more\nAlpha,\xe9,0.2\nlast,x,7\n";
    let import = mapped(bytes, "title=t,artist=a,energy=e");
    assert_eq!(titles(&import), ["fine", "two lines", "last"]);
    assert_eq!(
        refused(&import),
        [
            "line 3, column e: the row has 2 cells and the header 3",
            "line 4, column t: the text is not UTF-8",
            "line 5, column t: there is no title",
            "line 6, column e: 'lots' is not a number",
            "line 8, column number 4: the row has 4 cells and the header 3",
            "line 9, column a: the text is not UTF-8",
            "line 10, column e: '7' is not from 0 to 1",
        ]
    );
    let rows = import.refused.iter().filter(|r| r.whole_row).count();
    assert_eq!((import.rows, rows), (8, 5));
}

#[test]
fn a_mood_word_that_is_none_is_named() {
    let import = read(format!("{HEADER}music,a,b,hindi,2000,happy;hapy\n"));
    assert_eq!(import.items[0].tags, [MoodTag::Happy]);
    assert!(
        refused(&import)[0]
            .ends_with("column moods: 'hapy' is not a mood word, did you mean happy?")
    );
}

#[test]
fn files_without_anything_to_import_say_why() {
    for (case, csv, kind, hint) in [
        ("empty", &b""[..], CsvErrorKind::Empty, "header"),
        ("only line ends", b"\n\r\n\n", CsvErrorKind::Empty, "header"),
        ("only a mark", b"\xef\xbb\xbf", CsvErrorKind::Empty, "header"),
        ("UTF-16", b"\xff\xfet\0,\0", CsvErrorKind::NotText, "UTF-8"),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0", CsvErrorKind::NotText, "UTF-8"),
        ("strange header", b"Nom,Groupe\nx,y\n", CsvErrorKind::UnknownHeader, "'Nom', 'Groupe'"),
        ("no rows", HEADER.as_bytes(), CsvErrorKind::NothingUsable, "rows"),
        ("bad rows", b"title,artist,kind,language,moods\n,,,,\n", CsvErrorKind::NothingUsable, ""),
    ] {
        let error = import_csv(csv, &Mapping::Detect).unwrap_err();
        assert_eq!(error.kind(), kind, "{case}: {error}");
        assert!(
            error.hint().contains(hint) && !error.to_string().contains('\n'),
            "{case}: {error}"
        );
    }
    let mapping = Mapping::Columns("title=Nme".parse().unwrap());
    let error = import_csv("Name,Band\n".as_bytes(), &mapping).unwrap_err();
    assert_eq!(error.kind(), CsvErrorKind::MissingColumn);
    assert!(error.hint().starts_with("did you mean 'Name'? The file has the columns"));
}

#[test]
fn rows_about_the_same_thing_become_one() {
    let csv = "n,id,band,g,p,e\nSong,1,B,pop,10,0.5\nSong,1,B,rock,10,\nSONG!,2,b,edm,60,0.9\nSong,3,C,,,\n";
    let import = mapped(csv, "title=n,id=id,artist=band,genre=g,popularity=p,energy=e");
    assert_eq!((import.rows, import.merged, import.items.len()), (4, 2, 2));
    let song = &import.items[0];
    assert_eq!(song.genres, ["edm", "pop", "rock"]);
    assert_eq!(song.popularity, Some(0.6));
    assert_eq!(song.descriptors.energy, Some(0.9));
}

#[test]
fn descriptors_that_were_not_measured_give_no_mood() {
    let row = |n: u32, energy: u32, loudness: u32| format!("song {n},0.{energy:02},-{loudness}\n");
    let noise: String = (0..400).map(|n| row(n, n * 37 % 100, n * 61 % 13)).collect();
    let real: String = (0..400).map(|n| row(n, n % 100, 20 - n % 100 / 5)).collect();
    let columns = "title=t,energy=e,loudness=l";
    let import = mapped(format!("t,e,l\n{noise}"), columns);
    assert!(import.notes[0].contains("no mood"));
    assert!(import.items.iter().all(|i| i.mood().is_none() && i.descriptors.energy.is_none()));
    let import = mapped(format!("t,e,l\n{real}"), columns);
    assert!(import.notes.is_empty() && import.items.iter().all(|i| i.mood().is_some()));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let mapping = Mapping::Columns("title=t,artist=a,duration=d,year=y".parse().unwrap());
        let mut csv = b"t,a,d,y\n".to_vec();
        csv.extend(bytes);
        if let Ok(import) = import_csv(&csv[..], &mapping) {
            let rows = import.refused.iter().filter(|r| r.whole_row).count() as u64;
            prop_assert_eq!(import.rows, import.items.len() as u64 + import.merged + rows);
        }
    }
}
