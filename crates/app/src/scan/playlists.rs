//! The playlist files among a listener's recordings.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use attune_connect::playlist::{is_link, places, read_m3u};
use attune_store::KeptPlaylist;

use super::report::{Remark, ScanReport};
use super::walk::Walk;

/// A larger file is no playlist.
const MOST_BYTES: u64 = 8 << 20;

/// Reads every playlist that was met. What they name is looked up when they are asked for, so that
/// recordings may come later.
pub(super) fn read_all(root: &Path, walk: &Walk, report: &mut ScanReport) -> Vec<KeptPlaylist> {
    let mut kept = Vec::new();
    for path in &walk.playlists {
        match read(root, path) {
            Ok(playlist) => kept.push(playlist),
            Err(why) => report.notes.push(Remark { path: path.clone(), why }),
        }
    }
    kept
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
