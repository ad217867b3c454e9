//! All that is known of an item, on a few lines.

use attune_app::{CoverPlace, FileTags, ItemFile, ItemReport, Said};
use attune_audio::Descriptors;
use attune_core::Source;

use crate::text::item::{mood_words, name};
use crate::text::words::{FAINT, mood};

/// `valence 0.62, arousal -0.30 ± 0.12 (recording)`.
pub fn said(said: &Said) -> String {
    format!("{} ({})", mood(said.mood), said.origin)
}

/// A heading and a line for each thing that is known.
pub fn item_card(report: &ItemReport) -> String {
    let mut text = name(&report.item) + "\n";
    let mut line = |what: &str, value: String| {
        if !value.is_empty() {
            text += &format!("  {what:<9} {value}\n");
        }
    };
    let item = &report.item;
    line("number", item.id.0.to_string());
    line("album", item.album.clone().unwrap_or_default());
    line("genre", item.genres.join(", "));
    line("length", item.duration_ms.map(clock).unwrap_or_default());
    line("mood", report.moods.first().map_or("unknown".to_owned(), said));
    for outranked in report.moods.iter().skip(1) {
        line("", format!("{FAINT}outranked: {}{FAINT:#}", said(outranked)));
    }
    line("words", words(report));
    line("heard", report.described.as_ref().map(heard).unwrap_or_default());
    if report.files.is_empty() {
        line(place(&item.source), item.source.address().to_owned());
    }
    for of in &report.files {
        line("file", file(of));
    }
    line("tags", report.files.iter().map(tags).find(|tags| !tags.is_empty()).unwrap_or_default());
    line("cover", report.files.iter().find_map(cover).unwrap_or_default());
    text
}

/// The region, then words of the vocabulary; those that people gave say so.
fn words(report: &ItemReport) -> String {
    let words = mood_words(&report.item);
    let tags: Vec<&str> = report.item.tags.iter().map(|tag| tag.key()).collect();
    match (words.is_empty(), tags.is_empty()) {
        (_, true) => words.join(", "),
        (true, false) => format!("tagged {}", tags.join(", ")),
        (false, false) => format!("{}; tagged {}", words.join(", "), tags.join(", ")),
    }
}

/// `-12.3 LUFS, 122.0 bpm, C major`, as far as it is known.
fn heard(described: &Descriptors) -> String {
    let loudness = described.loudness.integrated_lufs.map(|lufs| format!("{lufs:.1} LUFS"));
    let tempo = described.tempo.map(|tempo| format!("{:.0} beats a minute", tempo.bpm));
    let key = described.key.map(|key| key.to_string());
    [loudness, tempo, key].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// The path, and what a person should know of it.
fn file(file: &ItemFile) -> String {
    let gone = if file.missing { " (not there any more)" } else { "" };
    let guessed = match file.guessed.as_slice() {
        [] => String::new(),
        fields => {
            format!(" {FAINT}guessed from the path or the words: {}{FAINT:#}", fields.join(", "))
        }
    };
    format!("{}{gone}{guessed}", file.path)
}

/// What the file's tags say beside what stands above.
fn tags(file: &ItemFile) -> String {
    let FileTags { bpm, replay_gain_db, .. } = &file.tags;
    let number =
        |what: &str, id: &Option<String>| id.as_ref().map(|id| format!("MusicBrainz {what} {id}"));
    let said = [
        bpm.map(|bpm| format!("{bpm:.0} beats a minute")),
        replay_gain_db.map(|gain| format!("ReplayGain {gain:+.1} dB")),
        number("recording", &file.tags.musicbrainz_recording),
        number("release", &file.tags.musicbrainz_release),
        number("artist", &file.tags.musicbrainz_artist),
    ];
    said.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn cover(file: &ItemFile) -> Option<String> {
    Some(match file.cover.as_ref()? {
        CoverPlace::Embedded => "in the file".to_owned(),
        CoverPlace::File(path) => path.clone(),
    })
}

fn place(source: &Source) -> &'static str {
    match source {
        Source::File(_) => "file",
        Source::Link(_) => "link",
        Source::Server(_) => "server",
    }
}

/// `3:07`.
fn clock(ms: u32) -> String {
    format!("{}:{:02}", ms / 60_000, ms / 1_000 % 60)
}
