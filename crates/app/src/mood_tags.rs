//! Writing what Attune thinks of moods into the listener's files, when they ask for it.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use attune_audio::{Tags, write_mood_tag};
use attune_core::{Item, MoodOrigin, MoodRegion, MoodTag};
use attune_store::FileState;
use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::library::Library;
use crate::scan::{Remark, hash, stat};

/// A file's mood tag, as it is and as it is to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagChange {
    /// The file.
    pub path: PathBuf,
    /// What stands there; empty for no tag.
    pub before: Vec<String>,
    /// What is to stand there.
    pub after: Vec<String>,
}

/// What became of the wish to write mood tags.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize)]
pub struct TagReport {
    /// Files whose tag is to change, or was changed.
    pub changes: Vec<TagChange>,
    /// Whether they were changed.
    pub written: bool,
    /// What stood in the changed files, a line of JSON each.
    pub backup: Option<PathBuf>,
    /// Files that are left as they are, each with the reason.
    pub kept: Vec<Remark>,
}

impl Library {
    /// What writing the moods of these items into their files would change; nothing is written.
    /// A mood that people wrote themselves is left alone unless `replace` says otherwise.
    ///
    /// # Errors
    /// Where the library cannot be read.
    pub async fn plan_mood_tags(
        &self,
        items: &[Item],
        replace: bool,
    ) -> Result<TagReport, AppError> {
        let mut report = TagReport::default();
        for item in items.iter().filter(|item| item.mood_origin != Some(MoodOrigin::Tags)) {
            let after = words(item);
            if after.is_empty() {
                continue;
            }
            for (path, written) in self.store.moods_written(item.id).await? {
                let path = PathBuf::from(path);
                match Tags::read(&path) {
                    Err(error) => report.keep(path, &error.to_string()),
                    Ok(tags) if tags.mood_words == after => {}
                    Ok(tags) => {
                        let before = tags.mood_words;
                        let ours = before.is_empty() || before == written;
                        if ours || replace {
                            report.changes.push(TagChange { path, before, after: after.clone() });
                        } else {
                            let why = format!("it says {} already", before.join(", "));
                            report.keep(path, &why);
                        }
                    }
                }
            }
        }
        Ok(report)
    }

    /// Does what a plan says. What stood in each file goes into `backup` first.
    ///
    /// # Errors
    /// Where the backup or the library cannot be written. A file that cannot be written is no
    /// error: it stands in the report.
    pub async fn write_mood_tags(
        &self,
        plan: TagReport,
        backup: &Path,
    ) -> Result<TagReport, AppError> {
        let unwritable = |source| AppError::Unwritable { path: backup.to_owned(), source };
        let mut done = TagReport { written: true, kept: plan.kept, ..TagReport::default() };
        if plan.changes.is_empty() {
            return Ok(done);
        }
        let mut out = File::create(backup).map_err(unwritable)?;
        done.backup = Some(backup.to_owned());
        for change in plan.changes {
            let line = serde_json::to_string(&change).unwrap_or_default() + "\n";
            out.write_all(line.as_bytes()).and_then(|()| out.sync_data()).map_err(unwritable)?;
            match self.write_mood_tag(&change, &change.after).await? {
                Some(why) => done.keep(change.path, &why),
                None => done.changes.push(change),
            }
        }
        Ok(done)
    }

    /// Puts back what a backup says stood in the files.
    ///
    /// # Errors
    /// Where the backup cannot be read or the library not written.
    pub async fn restore_mood_tags(&self, backup: &Path) -> Result<TagReport, AppError> {
        let unreadable = |source| AppError::Unreadable { path: backup.to_owned(), source };
        let lines = BufReader::new(File::open(backup).map_err(unreadable)?).lines();
        let mut done = TagReport { written: true, ..TagReport::default() };
        for line in lines {
            let line = line.map_err(unreadable)?;
            let change: TagChange =
                serde_json::from_str(&line).map_err(|error| unreadable(error.into()))?;
            let back = TagChange { before: change.after, after: change.before, ..change };
            match self.write_mood_tag(&back, &[]).await? {
                Some(why) => done.keep(back.path, &why),
                None => done.changes.push(back),
            }
        }
        Ok(done)
    }

    /// Writes one and remembers which of its words are `ours`; answers why not, where it could not.
    async fn write_mood_tag(
        &self,
        change: &TagChange,
        ours: &[String],
    ) -> Result<Option<String>, AppError> {
        let path = &change.path;
        if let Err(error) = write_mood_tag(path, &change.after) {
            return Ok(Some(error.to_string()));
        }
        // The next scan is to know it as it is now.
        let now = path.metadata().and_then(|metadata| Ok((stat(&metadata), hash(path)?)));
        let ((size, modified_ns), hash) = match now {
            Ok(now) => now,
            Err(error) => return Ok(Some(error.to_string())),
        };
        let path = path.to_string_lossy().into_owned();
        let state = FileState { path, size, modified_ns, hash };
        self.store.record_mood_written(&state, ours).await?;
        Ok(None)
    }
}

impl TagReport {
    fn keep(&mut self, path: PathBuf, why: &str) {
        self.kept.push(Remark { path, why: why.to_owned() });
    }
}

/// The region, then the words nearest to the mood, each once; none for a mood that is too
/// uncertain.
fn words(item: &Item) -> Vec<String> {
    let Some(mood) = item.mood else { return Vec::new() };
    let mut words: Vec<String> =
        MoodRegion::of(mood).iter().map(|region| capital(region.key())).collect();
    for tag in MoodTag::near(mood) {
        let word = capital(tag.key());
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// As taggers write it: `Calm`.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
