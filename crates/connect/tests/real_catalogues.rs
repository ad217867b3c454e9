//! The catalogues at hand, where they are at hand.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of a test")]

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;

use attune_connect::{Import, Mapping, import_csv};
use attune_core::{MoodTag, NewItem};

/// `None`, and a word on standard error, where the data is not there.
fn read(name: &str) -> Option<Import> {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("ATTUNE_DATA").map_or_else(|| PathBuf::from(here), PathBuf::from);
    let path = data.join("music").join(name);
    match File::open(&path) {
        Ok(file) => Some(import_csv(file, &Mapping::Detect).unwrap()),
        Err(error) => {
            eprintln!("skipped: {}: {error}", path.display());
            None
        }
    }
}

fn find<'a>(import: &'a Import, title: &str) -> &'a NewItem {
    import.items.iter().find(|item| item.title == title).unwrap()
}

fn languages(import: &Import) -> BTreeMap<&str, usize> {
    let mut count = BTreeMap::new();
    for item in &import.items {
        *count.entry(item.language.as_ref().map_or("", |l| l.name())).or_default() += 1;
    }
    count
}

#[test]
fn spotify_songs() {
    let Some(import) = read("spotify_songs.csv") else { return };
    assert_eq!((import.format, import.rows), ("Spotify songs", 32_833));
    let refused: Vec<_> = import.refused.iter().map(|r| (r.line, r.whole_row)).collect();
    assert_eq!(refused, [(8153, true), (9284, true), (9285, true), (19570, true), (19813, true)]);
    assert_eq!(import.rows, import.items.len() as u64 + import.merged + 5);
    assert!(import.notes.is_empty(), "{:?}", import.notes);
    assert!(import.items.iter().all(|i| i.mood().is_some() && i.language.is_none()));
    let song = find(&import, "Memories - Dillon Francis Remix");
    assert_eq!((song.artists.join(""), song.year), ("Maroon 5".to_owned(), Some(2019)));
    assert_eq!((song.duration_ms, song.popularity), (Some(162_600), Some(0.67)));
    let address = song.source.as_ref().unwrap().address();
    assert_eq!(address, "https://open.spotify.com/track/0r7CVbZTWZgbTCYdfa2P31");
}

#[test]
fn songs_by_language() {
    let Some(import) = read("indian_languages.csv") else { return };
    assert_eq!(import.rows, 7_736);
    let languages = languages(&import);
    assert_eq!(
        languages.keys().copied().collect::<Vec<_>>(),
        ["hindi", "kannada", "malayalam", "tamil", "telugu"]
    );
    assert!(languages["telugu"] > 200 && languages["tamil"] > 3_000, "{languages:?}");
    // Its energy and loudness are unrelated random numbers (r = .01).
    assert!(import.notes[0].contains("were not measured"), "{:?}", import.notes);
    assert!(import.items.iter().all(|item| item.mood().is_none()));
    assert_eq!(find(&import, "Andhi Mazhai Pozhigirathu").artists.len(), 3);
}

#[test]
fn bollywood_moods() {
    let Some(import) = read("bollywood_moods.csv") else { return };
    assert_eq!(import.rows, 2_870);
    assert_eq!(languages(&import).len(), 1);
    assert!(languages(&import)["hindi"] > 2_000);
    let calm = find(&import, "Aap Ka Aitbaar");
    assert_eq!(
        (calm.artists.join(""), &calm.tags[..]),
        ("Pankaj Udhas".into(), &[MoodTag::Calm][..])
    );
    assert_eq!(find(&import, "Kandhon Se Milte Hain Kandhe").artists.len(), 6);
    let moods = import.items.iter().filter(|item| item.mood().is_some()).count();
    assert!(moods as f64 > 0.95 * import.items.len() as f64, "{moods}");
    assert!(import.refused.is_empty(), "{:?}", import.refused.first());
    assert!(import.items.iter().all(|item| !item.title.ends_with(".opus")));
}

#[test]
fn mood_labelled_tracks() {
    let Some(import) = read("data_moods.csv") else { return };
    assert_eq!((import.rows, import.refused.len()), (686, 0));
    assert!(import.items.iter().all(|item| !item.tags.is_empty() && item.year.is_some()));
    assert_eq!(find(&import, "9 Crimes").mood(), MoodTag::mood_of(&[MoodTag::Sad]));
}
