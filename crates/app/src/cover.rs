//! The picture that stands for an item.

use std::fs::File;
use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use attune_audio::embedded_cover;
use attune_core::ItemId;
use attune_store::{CoverPlace, ItemFile};

use crate::error::AppError;
use crate::library::Library;

/// A picture as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cover {
    /// `image/jpeg`, `image/png`, `image/webp` or `image/gif`, as its first bytes say.
    pub media_type: &'static str,
    /// At most [`Cover::MOST_BYTES`].
    pub bytes: Vec<u8>,
}

impl Cover {
    /// A larger picture is none.
    pub const MOST_BYTES: usize = 8 << 20;

    /// `None` for what is no picture that browsers show, or too large.
    pub(crate) fn of(bytes: Vec<u8>) -> Option<Self> {
        let media_type = match bytes.as_slice() {
            [0xff, 0xd8, 0xff, ..] => "image/jpeg",
            [0x89, b'P', b'N', b'G', ..] => "image/png",
            [b'G', b'I', b'F', b'8', ..] => "image/gif",
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
            _ => return None,
        };
        (bytes.len() <= Self::MOST_BYTES).then_some(Self { media_type, bytes })
    }
}

impl Library {
    /// The picture of an item: the one in its file, else its folder's, else its server's. `None` where there is
    /// none, where it is gone or is no picture, and for an item that is not there.
    ///
    /// It reads a file or asks a server: on a server, call it where blocking is allowed.
    ///
    /// # Errors
    /// Where the library cannot be read.
    pub async fn cover(&self, item: ItemId) -> Result<Option<Cover>, AppError> {
        let files = self.store().files_of(item).await?;
        match files.iter().filter(|file| !file.missing).find_map(cover) {
            Some(cover) => Ok(Some(cover)),
            None => self.server_cover(item).await,
        }
    }
}

fn cover(file: &ItemFile) -> Option<Cover> {
    let bytes = match file.cover.as_ref()? {
        // Parsers meet whatever people have.
        CoverPlace::Embedded => {
            catch_unwind(AssertUnwindSafe(|| embedded_cover(Path::new(&file.path))))
                .ok()?
                .ok()??
        }
        CoverPlace::File(path) => {
            let mut bytes = Vec::new();
            let most = Cover::MOST_BYTES as u64 + 1;
            File::open(path).ok()?.take(most).read_to_end(&mut bytes).ok()?;
            bytes
        }
    };
    Cover::of(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pictures_of_a_sensible_size_are_covers() {
        let of = |start: &[u8], length: usize| {
            let mut bytes = start.to_vec();
            bytes.resize(length.max(start.len()), 0);
            Cover::of(bytes).map(|cover| cover.media_type)
        };
        assert_eq!(of(b"\xff\xd8\xff\xe0", 100), Some("image/jpeg"));
        assert_eq!(of(b"\x89PNG\r\n", 100), Some("image/png"));
        assert_eq!(of(b"RIFF\0\0\0\0WEBPVP8 ", 100), Some("image/webp"));
        assert_eq!(of(b"RIFF\0\0\0\0WAVE", 100), None);
        assert_eq!(of(b"<svg onload='x'>", 100), None);
        assert_eq!(of(b"", 0), None);
        assert_eq!(of(b"\xff\xd8\xff", Cover::MOST_BYTES + 1), None);
    }
}
