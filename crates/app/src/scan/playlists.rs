//! The playlist files among a listener's recordings.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use attune_connect::playlist::{is_link, places, read_m3u};
use attune_store::{KeptPlaylist, Store, StoreError};

use super::BATCH;
use super::report::{Remark, ScanReport};

/// A larger file is no playlist.
const MOST_BYTES: u64 = 8 << 20;

/// So many bytes of playlists are stored at a time.
const BATCH_BYTES: usize = 1 << 20;

/// Reads these playlists, given in the order of their paths, and keeps them in place of all that were
/// known of this root. What they name is looked up when they are asked for, so that recordings may
/// come later.
pub(super) async fn keep(
    store: &Store,
    root: &Path,
    met: &[PathBuf],
    report: &mut ScanReport,
) -> Result<(), StoreError> {
    let name = root.to_string_lossy();
    let (mut there, mut batch, mut bytes) = (Vec::new(), Vec::new(), 0);
    for path in met {
        match read(root, path) {
            Ok(playlist) => {
                there.push(playlist.path.clone());
                bytes += playlist.entries.iter().map(String::len).sum::<usize>();
                batch.push(playlist);
            }
            Err(why) => report.notes.push(Remark { path: path.clone(), why }),
        }
        if bytes > BATCH_BYTES || batch.len() == BATCH {
            store.keep_playlists(&name, &batch).await?;
            batch.clear();
            bytes = 0;
        }
    }
    store.keep_playlists(&name, &batch).await?;
    store.forget_other_playlists(&name, &there).await
}

fn read(root: &Path, path: &Path) -> Result<KeptPlaylist, String> {
    let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let (Some(name), Some(text)) = (name, path.to_str()) else {
        return Err("its name is not UTF-8".to_owned());
    };
    let unread = |error: std::io::Error| format!("it cannot be read: {error}");
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unread)?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err("it is too large for a playlist".to_owned());
    }
    let folder = path.parent().unwrap_or(root);
    let entries = read_m3u(&bytes).iter().map(|entry| place(entry, folder, root)).collect();
    Ok(KeptPlaylist { path: text.to_owned(), name, entries })
}

/// The address of a link, or the path of the first file that is there, else the likeliest.
fn place(entry: &str, folder: &Path, root: &Path) -> String {
    if is_link(entry) {
        return entry.to_owned();
    }
    let mut places = places(entry, folder, root);
    let there = places.iter().position(|place| fs::metadata(place).is_ok_and(|m| m.is_file()));
    let place: PathBuf = places.swap_remove(there.unwrap_or(0));
    place.to_string_lossy().into_owned()
}
