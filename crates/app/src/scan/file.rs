//! From one file to what the library keeps of it.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use attune_audio::{
    Description, Descriptors, DescriptorsVersion, MoodModel, PathGuess, Tags, describe,
};
use attune_core::{Kind, MoodEvidence, MoodTag, NewItem, Source};
use attune_store::{CoverPlace, FileOutcome, FileState, ScannedFile};
use sha2::{Digest, Sha256};

use super::walk::{Covers, Met, is_video, stat};

/// What a worker knows of the library while it looks at a file.
pub(super) struct Bench {
    pub(super) model: MoodModel,
    /// The followed folder.
    pub(super) root: std::path::PathBuf,
    /// The content of each known path, refused or not, by the code of today.
    pub(super) hash_of: HashMap<String, String>,
    /// A path of each content that is known or was met in this scan.
    pub(super) path_of: Mutex<HashMap<String, String>>,
    /// Paths that are in the library already.
    pub(super) stored: HashSet<String>,
    /// Mood tags that Attune itself wrote: they are nobody's opinion.
    pub(super) written: HashMap<String, Vec<String>>,
    /// The pictures beside the recordings.
    pub(super) covers: Covers,
}

/// The picture beside a recording.
pub(super) fn beside(covers: &Covers, recording: &Path) -> Option<CoverPlace> {
    Some(CoverPlace::File(covers.of(recording)?.to_str()?.to_owned()))
}

/// What came of a file, and what a person should know of it.
pub(super) struct Looked {
    pub(super) file: ScannedFile,
    pub(super) heard_ms: u64,
    pub(super) guessed: bool,
    pub(super) note: Option<String>,
    /// It is the same as a file that may not be stored yet.
    pub(super) late: bool,
}

impl Bench {
    /// Reads, hashes and, where it is new, measures a file. A failure is a refusal.
    pub(super) fn look(&self, met: &Met) -> Looked {
        let mut looked = self.found(met);
        looked.file.cover = looked.file.cover.or_else(|| beside(&self.covers, &met.path));
        // A file that was written meanwhile is half of one and half of another.
        let after = std::fs::metadata(&met.path).map(|metadata| stat(&metadata)).ok();
        let refused = matches!(looked.file.outcome, FileOutcome::Refused(_));
        if after != Some((met.size, met.modified_ns)) && !refused {
            looked.file.outcome = FileOutcome::Refused("it changed while it was read".to_owned());
            // So that the next scan looks again.
            looked.file.state.modified_ns = 0;
        }
        looked
    }

    fn found(&self, met: &Met) -> Looked {
        let path = met.path.to_string_lossy().into_owned();
        let state = |hash: String| FileState {
            path: path.clone(),
            size: met.size,
            modified_ns: met.modified_ns,
            hash,
        };
        let hash = match hash(&met.path) {
            Ok(hash) => hash,
            Err(error) => {
                return Looked::of(
                    state(String::new()),
                    refusal(&format!("it cannot be read: {error}")),
                );
            }
        };
        if self.hash_of.get(&path) == Some(&hash) {
            return Looked::of(state(hash), FileOutcome::Touched);
        }
        if let Some(other) = self.other_name(&hash, &path) {
            let late = !self.stored.contains(&other);
            return Looked { late, ..Looked::of(state(hash), FileOutcome::SameAs(other)) };
        }
        self.described(met, state(hash))
    }

    /// The path under which the same content is known; else it is known under this one from now on.
    fn other_name(&self, hash: &str, path: &str) -> Option<String> {
        // What a panic elsewhere left behind is whole: every change is a single insertion.
        let mut path_of = self.path_of.lock().unwrap_or_else(PoisonError::into_inner);
        match path_of.get(hash) {
            Some(other) => Some(other.clone()).filter(|other| other != path),
            None => {
                path_of.insert(hash.to_owned(), path.to_owned());
                None
            }
        }
    }

    fn described(&self, met: &Met, state: FileState) -> Looked {
        let video = is_video(&met.path);
        let (mut tags, tag_note) = match tags(&met.path, video) {
            Ok(tags) => (tags, None),
            Err(why) => (Tags::default(), Some(why)),
        };
        let readable = tag_note.is_none();
        let (description, sound_note) = match heard(&met.path) {
            Ok(description) => (Some(description), None),
            // A video may have no sound, or sound that nobody here decodes.
            Err(why) if video && readable => (None, Some(format!("its sound is not heard: {why}"))),
            Err(why) => return Looked::of(state, refusal(&why)),
        };
        if let Some(ours) = self.written.get(&state.path) {
            tags.mood_words.retain(|word| !ours.contains(word));
        }
        let cover = tags.has_cover.then_some(CoverPlace::Embedded);
        let descriptors = description.as_ref().map(|description| &description.descriptors);
        let Ok(described) = descriptors.map(serde_json::to_string).transpose() else {
            return Looked::of(state, refusal("its descriptors are no numbers"));
        };
        let kind = if video { Kind::Video } else { Kind::Music };
        let (Some(item), guessed) = self.item(&met.path, kind, tags, descriptors) else {
            return Looked::of(state, refusal("it has no name"));
        };
        let outcome = FileOutcome::Described {
            item: Box::new(item),
            described,
            version: DescriptorsVersion::CURRENT.0,
            guessed: guessed.iter().map(|field| (*field).to_owned()).collect(),
        };
        let looked = Looked::of(state, outcome);
        Looked {
            file: ScannedFile { cover, ..looked.file },
            heard_ms: descriptors.map_or(0, |descriptors| u64::from(descriptors.heard_ms)),
            guessed: !guessed.is_empty(),
            note: tag_note.or(sound_note).or_else(|| note(description.as_ref()?)),
            late: false,
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
            file: ScannedFile { state, outcome, cover: None },
            heard_ms: 0,
            guessed: false,
            note: None,
            late: false,
        }
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
