use attune_core::Item;

use super::{plain, uri};

/// XML Shareable Playlist Format, version 1 (<https://xspf.org/spec>).
#[must_use]
pub fn xspf(title: &str, items: &[Item]) -> String {
    let tracks: String = items.iter().map(track).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\">\n  {}\n  <trackList>\n{tracks}  \
         </trackList>\n</playlist>\n",
        element("title", title)
    )
}

fn track(item: &Item) -> String {
    let mut parts = vec![element("location", &uri(item)), element("title", &item.title)];
    if !item.artists.is_empty() {
        parts.push(element("creator", &item.artists.join(", ")));
    }
    parts.extend(item.album.as_ref().map(|album| element("album", album)));
    parts.extend(item.duration_ms.map(|ms| element("duration", &ms.to_string())));
    format!("    <track>{}</track>\n", parts.concat())
}

fn element(name: &str, text: &str) -> String {
    let escaped = plain(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<{name}>{escaped}</{name}>")
}
