use attune_core::Item;

use super::plain;

/// Extended M3U in UTF-8.
#[must_use]
pub fn m3u8(title: &str, items: &[Item]) -> String {
    let head = format!("#EXTM3U\n#PLAYLIST:{}\n", plain(title));
    items.iter().fold(head, |text, item| text + &entry(item))
}

fn entry(item: &Item) -> String {
    let seconds =
        item.duration_ms.map_or("-1".to_owned(), |ms| format!("{:.0}", f64::from(ms) / 1000.0));
    let by = match item.artists.join(", ") {
        by if by.is_empty() => by,
        by => format!("{by} - "),
    };
    let address = plain(item.source.address());
    format!("#EXTINF:{seconds},{}\n{address}\n", plain(&format!("{by}{}", item.title)))
}
