//! From one file to what the library keeps of it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use attune_audio::{
    Description, Descriptors, DescriptorsVersion, MoodModel, PathGuess, Tags, describe,
};
use attune_core::{Kind, MoodEvidence, MoodTag, NewItem, Source};
use attune_store::{CoverPlace, FileOutcome, FileState, FileTags, ScannedFile, Store};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::runtime::Handle;

use super::walk::{is_video, stat};
use crate::error::AppError;

/// A file that is to be looked at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Fresh {
    /// Absolute.
    pub(super) path: String,
    pub(super) size: i64,
    pub(super) modified_ns: i64,
    /// The picture beside it.
    pub(super) cover: Option<CoverPlace>,
    /// What the library knows under this path.
    pub(super) before: Option<Before>,
}

/// What a file was when it was met last.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Before {
    /// Its content, where the code of today saw it.
    pub(super) hash: Option<String>,
    /// Why it was refused.
    pub(super) refused: Option<String>,
    /// The mood tag that Attune itself wrote: it is nobody's opinion.
    pub(super) mood_written: Vec<String>,
}

/// What those who look at files share.
pub(super) struct Bench {
    pub(super) model: MoodModel,
    /// The followed folder.
    pub(super) root: PathBuf,
    pub(super) store: Store,
    runtime: Handle,
    /// Contents that are looked at, or are found and not stored yet, each with its path.
    in_hand: Mutex<HashMap<String, String>>,
}

/// What came of a file, and what a person should know of it.
#[derive(Clone, Debug)]
pub(super) struct Looked {
    pub(super) file: ScannedFile,
    /// SHA-256 of what was read, in hexadecimal.
    content: String,
    pub(super) heard_ms: u64,
    pub(super) guessed: bool,
    pub(super) note: Option<String>,
    /// The file that it is the same as, which is not stored yet.
    pub(super) late: Option<String>,
}

/// A content has so many names at most among which one that is gone is looked for.
const NAMES: u32 = 4;

impl Bench {
    /// For looking at files of `root`; made where a runtime drives the store.
    pub(super) fn new(model: MoodModel, root: &Path, store: &Store) -> Self {
        let (root, store, runtime) = (root.to_owned(), store.clone(), Handle::current());
        Self { model, root, store, runtime, in_hand: Mutex::default() }
    }

    /// Reads, hashes and, where it is new, measures a file. A failure to read it is a refusal; an
    /// error is one of the library.
    ///
    /// It blocks, and asks the store: call it on a thread that is none of the runtime's.
    pub(super) fn look(&self, file: &Fresh) -> Result<Looked, AppError> {
        let mut looked = self.found(file)?;
        looked.file.cover = looked.file.cover.or_else(|| file.cover.clone());
        // A file that was written meanwhile is half of one and half of another.
        let after = std::fs::metadata(&file.path).map(|metadata| stat(&metadata)).ok();
        let refused = matches!(looked.file.outcome, FileOutcome::Refused(_));
        if after != Some((file.size, file.modified_ns)) && !refused {
            looked.file.outcome = refusal("it changed while it was read");
            looked.late = None;
            // So that the next scan looks again.
            looked.file.state.modified_ns = 0;
            looked.file.state.hash.clear();
        }
        Ok(looked)
    }

    /// What was found of a file is stored: from now on the store knows its content.
    pub(super) fn stored(&self, looked: &Looked) {
        let mut in_hand = self.in_hand();
        if in_hand.get(&looked.content) == Some(&looked.file.state.path) {
            in_hand.remove(&looked.content);
        }
    }

    /// Whether a content has a name that is not stored yet.
    pub(super) fn is_in_hand(&self, looked: &Looked) -> bool {
        let in_hand = self.in_hand();
        looked.late.is_some() && in_hand.get(&looked.content) == looked.late.as_ref()
    }

    fn in_hand(&self) -> MutexGuard<'_, HashMap<String, String>> {
        // What a panic elsewhere left behind is whole: every change is a single one.
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn found(&self, file: &Fresh) -> Result<Looked, AppError> {
        let Fresh { path, size, modified_ns, .. } = file.clone();
        let state = |hash: String| FileState { path, size, modified_ns, hash };
        let hash = match hash(Path::new(&file.path)) {
            Ok(hash) => hash,
            Err(error) => {
                let why = format!("it cannot be read: {error}");
                return Ok(Looked::of(state(String::new()), refusal(&why)));
            }
        };
        let before = file.before.as_ref();
        if before.is_some_and(|before| before.hash.as_ref() == Some(&hash)) {
            let refused = before.and_then(|before| before.refused.clone());
            let outcome = refused.map_or(FileOutcome::Touched, FileOutcome::Refused);
            return Ok(Looked::of(state(hash), outcome));
        }
        Ok(match self.other_name(&hash, &file.path)? {
            Some(other) => {
                let looked = Looked::of(state(hash), FileOutcome::SameAs(other.path.clone()));
                Looked { late: other.in_hand.then_some(other.path), ..looked }
            }
            None => self.described(file, state(hash)),
        })
    }

    /// The file that has the same content; where there is none, this one has it from now on.
    fn other_name(&self, hash: &str, path: &str) -> Result<Option<OtherName>, AppError> {
        match self.in_hand().entry(hash.to_owned()) {
            Entry::Occupied(entry) => {
                let path = entry.get().clone();
                return Ok(Some(OtherName { path, in_hand: true }));
            }
            Entry::Vacant(entry) => _ = entry.insert(path.to_owned()),
        }
        let version = DescriptorsVersion::CURRENT.0;
        let names = self.store.files_with_content(hash, version, NAMES);
        let mut names = self.runtime.block_on(names)?;
        names.retain(|name| name != path);
        // One that is gone was moved here.
        let gone = names.iter().position(|name| !Path::new(name).exists());
        let name = (!names.is_empty()).then(|| names.swap_remove(gone.unwrap_or(0)));
        Ok(name.map(|path| OtherName { path, in_hand: false }))
    }

    fn described(&self, file: &Fresh, state: FileState) -> Looked {
        let path = Path::new(&file.path);
        let video = is_video(path);
        let (mut tags, tag_note) = match tags(path, video) {
            Ok(tags) => (tags, None),
            Err(why) => (Tags::default(), Some(why)),
        };
        let readable = tag_note.is_none();
        let (description, sound_note) = match heard(path) {
            Ok(description) => (Some(description), None),
            // A video may have no sound, or sound that nobody here decodes.
            Err(why) if video && readable => (None, Some(format!("its sound is not heard: {why}"))),
            Err(why) => return Looked::of(state, refusal(&why)),
        };
        if let Some(Before { mood_written: ours, .. }) = &file.before {
            tags.mood_words.retain(|word| !ours.contains(word));
        }
        let cover = tags.has_cover.then_some(CoverPlace::Embedded);
        let file_tags = file_tags(&tags);
        let descriptors = description.as_ref().map(|description| &description.descriptors);
        let Ok(described) = descriptors.map(serde_json::to_string).transpose() else {
            return Looked::of(state, refusal("its descriptors are no numbers"));
        };
        let kind = if video { Kind::Video } else { Kind::Music };
        let (Some(item), guessed) = self.item(path, kind, tags, descriptors) else {
            return Looked::of(state, refusal("it has no name"));
        };
        let outcome = FileOutcome::Described {
            item: Box::new(item),
            described,
            version: DescriptorsVersion::CURRENT.0,
            guessed: guessed.iter().map(|field| (*field).to_owned()).collect(),
            tags: file_tags,
        };
        let looked = Looked::of(state, outcome);
        Looked {
            file: ScannedFile { cover, ..looked.file.clone() },
            heard_ms: descriptors.map_or(0, |descriptors| u64::from(descriptors.heard_ms)),
            guessed: !guessed.is_empty(),
            note: tag_note.or(sound_note).or_else(|| note(description.as_ref()?)),
            ..looked
        }
    }

    /// The item, and which of its fields the path or the words suggested.
    fn item(
        &self,
        path: &Path,
        kind: Kind,
        tags: Tags,
        descriptors: Option<&Descriptors>,
    ) -> (Option<NewItem>, Vec<&'static str>) {
        let guess = PathGuess::of(path.strip_prefix(&self.root).unwrap_or(path));
        let mut guessed = Vec::new();
        let mut or_guess = |known: Option<String>, field, guess: Option<String>| {
            known.or_else(|| guess.inspect(|_| guessed.push(field)))
        };
        let title = or_guess(tags.title, "title", guess.title);
        let artist = or_guess(tags.artists.first().cloned(), "artist", guess.artist);
        let album = or_guess(tags.album, "album", guess.album);
        let language =
            tags.language.or_else(|| tags.language_guess.inspect(|_| guessed.push("language")));
        let artists =
            if tags.artists.is_empty() { artist.into_iter().collect() } else { tags.artists };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let named = |title: &str| NewItem::new(kind, title, artists.clone());
        let item = title.as_deref().and_then(named).or_else(|| named(&name));
        let words: Vec<MoodTag> = tags.mood_words.iter().filter_map(|w| w.parse().ok()).collect();
        let item = item.map(|item| {
            NewItem {
                album,
                language,
                genres: tags.genres,
                year: tags.year,
                duration_ms: tags.duration_ms.or(descriptors.map(|heard| heard.heard_ms)),
                mood_evidence: MoodEvidence {
                    recording: descriptors.and_then(|heard| self.model.mood(heard)),
                    ..MoodEvidence::default()
                },
                descriptors: descriptors.map(Into::into).unwrap_or_default(),
                source: Some(Source::File(path.to_string_lossy().into_owned())),
                ..item
            }
            .tagged(words)
        });
        (item, guessed)
    }
}

impl Looked {
    fn of(state: FileState, outcome: FileOutcome) -> Self {
        Self {
            content: state.hash.clone(),
            file: ScannedFile { state, outcome, cover: None },
            heard_ms: 0,
            guessed: false,
            note: None,
            late: None,
        }
    }

    /// A further name of a file that was refused; the next scan looks `again` at one that may be read
    /// by then.
    pub(super) fn refused_too(mut self, why: &str, again: bool) -> Self {
        self.file.outcome = refusal(why);
        if again {
            (self.file.state.modified_ns, self.file.state.hash) = (0, String::new());
        }
        self
    }
}

/// Where a content is known already.
struct OtherName {
    path: String,
    /// It is not stored yet.
    in_hand: bool,
}

/// What is said of the file rather than of the item.
fn file_tags(tags: &Tags) -> FileTags {
    FileTags {
        bpm: tags.bpm,
        replay_gain_db: tags.replay_gain_db,
        musicbrainz_recording: tags.musicbrainz_recording.clone(),
        musicbrainz_release: tags.musicbrainz_release.clone(),
        musicbrainz_artist: tags.musicbrainz_artist.clone(),
    }
}

fn refusal(why: &str) -> FileOutcome {
    FileOutcome::Refused(why.to_owned())
}

fn note(found: &Description) -> Option<String> {
    if found.cut {
        return Some("only its first two hours were listened to".to_owned());
    }
    let packets = found.damaged_packets;
    (packets > 0).then(|| format!("{packets} damaged packets were passed over"))
}

/// What is written in it. Parsers meet whatever people have; one that trips must not end the scan.
fn tags(path: &Path, video: bool) -> Result<Tags, String> {
    let read = || if video { Tags::read_video(path) } else { Tags::read(path) };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(tags) => tags.map_err(|error| error.to_string()),
        Err(_) => Err("its tags cannot be read".to_owned()),
    }
}

/// What is heard in it; the same goes for decoders.
fn heard(path: &Path) -> Result<Description, String> {
    match catch_unwind(AssertUnwindSafe(|| describe(path))) {
        Ok(description) => description.map_err(|error| error.to_string()),
        Err(_) => Err("its decoder gave up".to_owned()),
    }
}

pub(crate) fn hash(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    let mut digest = Sha256::new();
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            n => digest.update(&buffer[..n]),
        }
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::music_model;

    #[tokio::test]
    async fn a_file_that_changes_while_it_is_read_is_left_for_the_next_scan() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("a.wav");
        std::fs::write(&path, "as it was when the folder was walked").unwrap();
        let (size, modified_ns) = stat(&path.metadata().unwrap());
        std::fs::write(&path, "as it is when it is read, longer").unwrap();
        // What cannot be read is refused anyway; this one is known already.
        let before = Some(Before { hash: Some(hash(&path).unwrap()), ..Before::default() });
        let path = path.to_string_lossy().into_owned();
        let store = Store::in_memory().await.unwrap();
        let bench = Bench::new(music_model().unwrap(), home.path(), &store);
        let fresh = Fresh { path, size, modified_ns, cover: None, before };
        let looked = bench.look(&fresh).unwrap().file;
        let why = "it changed while it was read".to_owned();
        assert_eq!(looked.outcome, FileOutcome::Refused(why));
        // The next scan takes it for another, also where its content is what was read now.
        assert_eq!((looked.state.modified_ns, looked.state.hash.as_str()), (0, ""));
    }
}
