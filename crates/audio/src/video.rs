//! What a video's container says: Matroska and WebM, or MP4. The pictures are not looked at.

use std::fs::File;
use std::io::{BufReader, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use matroska::{Info, MatroskaError, TagValue, Tracktype};

use crate::error::{AudioError, AudioErrorKind};
use crate::mp4_language::sound_language;
use crate::tags::{Tags, clean, language};

/// The first bytes of Matroska and WebM.
const EBML: [u8; 4] = [0x1a, 0x45, 0xdf, 0xa3];

impl Tags {
    /// Reads what the container of a video says of title, people, language and length; neither
    /// pictures nor sound are decoded.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or is damaged or of another kind.
    pub fn read_video(path: &Path) -> Result<Self, AudioError> {
        let mut file = BufReader::new(File::open(path)?);
        let mut start = [0; 4];
        file.read_exact(&mut start)?;
        file.rewind()?;
        if start != EBML {
            return mp4(path);
        }
        // The crate asserts what a damaged file may break.
        let damaged = |_| AudioError::new(AudioErrorKind::Damaged, "it is damaged");
        catch_unwind(AssertUnwindSafe(|| mkv(file))).unwrap_or_else(|panic| Err(damaged(panic)))
    }
}

/// The language stands with the sound track, where taggers do not look.
fn mp4(path: &Path) -> Result<Tags, AudioError> {
    let mut tags = Tags::read(path)?;
    tags.language =
        tags.language.take().or_else(|| language(&sound_language(&mut File::open(path).ok()?)?));
    Ok(tags)
}

fn mkv(mut file: BufReader<File>) -> Result<Tags, AudioError> {
    let info = matroska::get::<_, Info>(&mut file).map_err(damaged)?;
    file.rewind()?;
    let tracks = matroska::get::<_, matroska::Track>(&mut file).map_err(damaged)?;
    file.rewind()?;
    let said = matroska::get::<_, matroska::Tag>(&mut file).map_err(damaged)?;
    let mut tags = Tags::default();
    if let Some(info) = info {
        tags.title = info.title.as_deref().and_then(clean);
        let ms = info.duration.map(|duration| duration.as_millis());
        tags.duration_ms = ms.and_then(|ms| u32::try_from(ms).ok()).filter(|ms| *ms > 0);
    }
    let sound = tracks.iter().flatten().filter(|track| track.tracktype == Tracktype::Audio);
    tags.language =
        sound.filter_map(|track| language(&track.language.as_ref()?.to_string())).next();
    for simple in said.iter().flatten().flat_map(|tag| &tag.simple) {
        if let Some(TagValue::String(value)) = &simple.value {
            take(&mut tags, &simple.name, value);
        }
    }
    Ok(tags)
}

/// One of Matroska's named tags.
fn take(tags: &mut Tags, name: &str, value: &str) {
    let Some(value) = clean(value) else { return };
    match name.to_uppercase().as_str() {
        "TITLE" if tags.title.is_none() => tags.title = Some(value),
        "ARTIST" | "DIRECTOR" if !tags.artists.contains(&value) => tags.artists.push(value),
        "ALBUM" if tags.album.is_none() => tags.album = Some(value),
        "GENRE" => tags.genres.push(value.to_lowercase()),
        "MOOD" => tags.mood_words.push(value),
        "DATE_RELEASED" | "DATE" if tags.year.is_none() => {
            let year = value.get(..4).and_then(|year| year.parse().ok());
            tags.year = year.filter(|year| (1000..3000).contains(year));
        }
        _ => {}
    }
}

fn damaged(error: MatroskaError) -> AudioError {
    match error {
        MatroskaError::Io(error) => error.into(),
        error => AudioError::new(AudioErrorKind::Damaged, format!("it is damaged: {error}")),
    }
}
