//! The starter catalogue keeps what it promises.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of a test")]

use std::collections::{BTreeMap, HashSet};
use std::fs::File;
use std::path::PathBuf;

use attune_app::{STARTER_CSV, starter};
use attune_connect::{Mapping, import_csv};
use attune_core::{Kind, NewItem};
use attune_recommend::fold;

fn of_kind(kind: Kind) -> Vec<NewItem> {
    starter().unwrap().items.into_iter().filter(|item| item.kind == kind).collect()
}

fn by_language(items: &[NewItem]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item.language.as_ref().unwrap().to_string()).or_default() += 1;
    }
    counts
}

#[test]
fn every_row_is_whole_and_none_is_there_twice() {
    let import = starter().unwrap();
    assert!(import.refused.is_empty(), "{}", import.refused[0]);
    assert_eq!(import.merged, 0, "something is there twice");
    assert_eq!(import.rows, import.items.len() as u64);
    for item in &import.items {
        let title = &item.title;
        assert!(!item.artists.is_empty(), "{title} has no artist");
        assert!(!item.tags.is_empty() && item.tags.len() <= 4, "{title}: {:?}", item.tags);
        assert!(item.language.is_some(), "{title} has no language");
        assert!(item.mood().is_some_and(|m| m.uncertainty < 0.7), "{title}: {:?}", item.mood());
    }
    assert!(!STARTER_CSV.contains('\u{fffd}'), "a character was lost");
}

#[test]
fn there_is_enough_of_each() {
    let (songs, videos) = (of_kind(Kind::Music), of_kind(Kind::Video));
    assert!(songs.len() >= 500 && videos.len() >= 80, "{} and {}", songs.len(), videos.len());
    let languages = by_language(&songs);
    let told: Vec<_> = languages.iter().filter(|(_, n)| **n >= 20).collect();
    assert!(told.len() >= 8, "{languages:?}");
    assert!(languages["hindi"] >= 60, "{languages:?}");
}

#[test]
fn every_quarter_of_the_plane_is_served_in_every_language() {
    let mut thin = Vec::new();
    for (language, count) in by_language(&of_kind(Kind::Music)) {
        let songs = of_kind(Kind::Music);
        let moods = songs
            .iter()
            .filter(|s| s.language.as_ref().unwrap().name() == language)
            .filter_map(|s| s.mood());
        let quarters: HashSet<_> = moods.map(|m| (m.valence > 0.0, m.arousal > 0.0)).collect();
        if count >= 20 && quarters.len() < 3 {
            thin.push(language);
        }
    }
    assert!(thin.is_empty(), "{thin:?} have songs for two moods at most");
}

/// Titles and artists of the catalogues at hand, folded; `None` and a word where there are none.
fn at_hand() -> Option<(HashSet<String>, HashSet<String>)> {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("ATTUNE_DATA").map_or_else(|| PathBuf::from(here), PathBuf::from);
    let (mut titles, mut artists) = (HashSet::new(), HashSet::new());
    for name in ["spotify_songs", "indian_languages", "bollywood_moods", "data_moods"] {
        let path = data.join("music").join(name).with_extension("csv");
        let Ok(file) = File::open(&path) else {
            eprintln!("skipped: there is no {}", path.display());
            return None;
        };
        for item in import_csv(file, &Mapping::Detect).unwrap().items {
            titles.insert(bare(&item.title));
            artists.extend(item.artists.iter().map(|artist| fold(artist)));
        }
    }
    Some((titles, artists))
}

/// A title without what stands in brackets or behind a dash.
fn bare(title: &str) -> String {
    let end = title.find(" (").or_else(|| title.find(" - ")).unwrap_or(title.len());
    fold(&title[..end])
}

/// Popular songs of many languages are not all in the four catalogues, but made-up ones would be in
/// none of them.
#[test]
fn titles_and_artists_are_those_of_real_catalogues() {
    let Some((titles, artists)) = at_hand() else { return };
    let songs = of_kind(Kind::Music);
    let share = |found: usize| found as f64 / songs.len() as f64;
    let titled = share(songs.iter().filter(|s| titles.contains(&bare(&s.title))).count());
    let known = |song: &&NewItem| song.artists.iter().any(|a| artists.contains(&fold(a)));
    let performed = share(songs.iter().filter(known).count());
    eprintln!("of {} songs, {titled:.3} by title and {performed:.3} by artist", songs.len());
    assert!(titled > 0.5 && performed > 0.5, "{titled:.3} and {performed:.3}");
}
