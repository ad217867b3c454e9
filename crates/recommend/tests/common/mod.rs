#![allow(dead_code)]

use attune_core::{Descriptors, Item, ItemId, Kind, Language, Mood, MoodTag, Point, Source};
use attune_recommend::Request;

pub fn track(id: i64, artist: &str, valence: f32, arousal: f32) -> Item {
    Item {
        id: ItemId(id),
        kind: Kind::Music,
        title: format!("Title {id}"),
        artists: vec![artist.to_owned()],
        album: None,
        language: None,
        genres: Vec::new(),
        year: None,
        duration_ms: None,
        popularity: None,
        explicit: None,
        tags: Vec::new(),
        mood: Some(Mood::new(Point { valence, arousal }, 0.1)),
        descriptors: Descriptors::default(),
        source: Source::File(format!("{id}.flac")),
    }
}

pub fn in_language(mut item: Item, language: &str) -> Item {
    item.language = Language::new(language);
    item
}

pub fn tagged(mut item: Item, tags: &[MoodTag]) -> Item {
    item.tags = tags.to_vec();
    item
}

pub fn at(valence: f32, arousal: f32) -> Mood {
    Mood::new(Point { valence, arousal }, 0.1)
}

/// Without the seed's draw and without diversity: the bare score decides.
pub fn plain(mood: Mood) -> Request {
    let mut request = Request::new(mood);
    request.weights.variety = 0.0;
    request.weights.diversity = 0.0;
    request
}

pub fn ids(list: &attune_recommend::Playlist) -> Vec<i64> {
    list.items.iter().map(|ranked| ranked.id.0).collect()
}
