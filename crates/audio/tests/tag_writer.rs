//! Writing the mood tag changes nothing else.

#![allow(clippy::unwrap_used)]

use std::path::Path;

use attune_audio::{Tags, describe, write_mood_tag};

#[test]
fn the_mood_tag_is_written_and_taken_out_in_every_format() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/audio/codecs");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("{} is not there: nothing is compared", folder.display());
        return;
    };
    let home = tempfile::tempdir().unwrap();
    let words = ["Calm", "Peaceful"].map(str::to_owned);
    let mut formats = 0;
    for entry in entries.map(Result::unwrap) {
        let name = entry.file_name();
        let path = home.path().join(&name);
        std::fs::write(&path, std::fs::read(entry.path()).unwrap()).unwrap();
        let before = Tags::read(&path).unwrap();
        let heard = describe(&path).unwrap().descriptors;
        write_mood_tag(&path, &words).unwrap();
        let written = Tags::read(&path).unwrap();
        assert_eq!(written.mood_words, words, "{name:?}");
        assert_eq!(Tags { mood_words: before.mood_words.clone(), ..written }, before, "{name:?}");
        assert_eq!(describe(&path).unwrap().descriptors, heard, "{name:?}: the sound changed");
        write_mood_tag(&path, &[]).unwrap();
        assert!(Tags::read(&path).unwrap().mood_words.is_empty(), "{name:?}");
        formats += 1;
    }
    assert!(formats >= 6, "{formats} formats");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), formats, "a copy was left behind");
}

#[test]
fn a_file_that_takes_no_tags_stays_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("letter.mp3");
    std::fs::write(&path, "dear listener").unwrap();
    assert!(write_mood_tag(&path, &["Calm".to_owned()]).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), b"dear listener");
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 1);
}
