//! From one file to what the library keeps of it.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use attune_audio::{Description, MoodModel, PathGuess, Tags, describe};
use attune_core::{Kind, MoodTag, NewItem, Source};
use attune_store::{FileOutcome, FileState, ScannedFile};
use sha2::{Digest, Sha256};

use super::walk::{Met, stat};

/// What a worker knows of the library while it looks at a file.
pub(super) struct Bench {
    pub(super) model: MoodModel,
    /// The followed folder.
    pub(super) root: std::path::PathBuf,
    /// The content of each known path, refused or not, by the code of today.
    pub(super) hash_of: HashMap<String, String>,
    /// A known path of each content.
    pub(super) path_of: HashMap<String, String>,
}

/// What came of a file, and what a person should know of it.
pub(super) struct Looked {
    pub(super) file: ScannedFile,
    pub(super) heard_ms: u64,
    pub(super) guessed: bool,
    pub(super) note: Option<String>,
}

impl Bench {
    /// Reads, hashes and, where it is new, measures a file. A failure is a refusal.
    pub(super) fn look(&self, met: &Met) -> Looked {
        let mut looked = self.found(met);
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
        if let Some(other) = self.path_of.get(&hash).filter(|other| **other != path) {
            let outcome = FileOutcome::SameAs(other.clone());
            return Looked::of(state(hash), outcome);
        }
        self.described(met, state(hash))
    }

    fn described(&self, met: &Met, state: FileState) -> Looked {
        // Decoders meet whatever people have; one that trips must not end the scan.
        let described = catch_unwind(AssertUnwindSafe(|| describe(&met.path)));
        let description = match described {
            Ok(Ok(description)) => description,
            Ok(Err(error)) => return Looked::of(state, refusal(&error.to_string())),
            Err(_) => return Looked::of(state, refusal("its decoder gave up")),
        };
        let tags = catch_unwind(AssertUnwindSafe(|| Tags::read(&met.path)));
        let (tags, tag_note) = match tags {
            Ok(Ok(tags)) => (tags, None),
            Ok(Err(error)) => (Tags::default(), Some(error.to_string())),
            Err(_) => (Tags::default(), Some("its tags cannot be read".to_owned())),
        };
        let Ok(json) = serde_json::to_string(&description.descriptors) else {
            return Looked::of(state, refusal("its descriptors are no numbers"));
        };
        let (Some(item), guessed) = self.item(&met.path, tags, &description) else {
            return Looked::of(state, refusal("it has no name"));
        };
        let outcome = FileOutcome::Described {
            item: Box::new(item),
            described: json,
            version: description.descriptors.version.0,
            guessed: guessed.iter().map(|field| (*field).to_owned()).collect(),
        };
        Looked {
            heard_ms: u64::from(description.descriptors.heard_ms),
            guessed: !guessed.is_empty(),
            note: tag_note.or_else(|| note(&description)),
            ..Looked::of(state, outcome)
        }
    }

    /// The item, and which of its fields the path or the words suggested.
    fn item(
        &self,
        path: &Path,
        tags: Tags,
        found: &Description,
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
        let named = |title: &str| NewItem::new(Kind::Music, title, artists.clone());
        let item = title.as_deref().and_then(named).or_else(|| named(&name));
        let descriptors = &found.descriptors;
        let words: Vec<MoodTag> = tags.mood_words.iter().filter_map(|w| w.parse().ok()).collect();
        let item = item.map(|item| {
            NewItem {
                album,
                language,
                genres: tags.genres,
                year: tags.year,
                duration_ms: tags.duration_ms.or(Some(descriptors.heard_ms)),
                mood: self.model.mood(descriptors),
                descriptors: descriptors.into(),
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
        Self { file: ScannedFile { state, outcome }, heard_ms: 0, guessed: false, note: None }
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

fn hash(path: &Path) -> io::Result<String> {
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
