//! Lists as files that players open: [`m3u8`], [`xspf`] and [`jspf`]; and what people's own playlist
//! files name: [`read_m3u`].
//!
//! Items keep the address they have: a link stays a link, and a file its path. What plays from a music server
//! has an address that only this library understands, for one that others could play would hold a secret.

mod jspf;
mod m3u8;
mod read_m3u;
mod xspf;

pub use jspf::jspf;
pub use m3u8::m3u8;
pub use read_m3u::{is_link, places, read_m3u};
pub use xspf::xspf;

use attune_core::{Item, Source};

/// Control characters would end a line or break XML.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// The address as a URI (RFC 3986): a link as it is, a path as a `file:` or relative reference.
fn uri(item: &Item) -> String {
    match &item.source {
        Source::Link(link) => plain(link),
        Source::File(path) if path.starts_with('/') => format!("file://{}", encoded(path)),
        Source::File(path) => encoded(path),
        Source::Server(address) => plain(address.as_str()),
    }
}

fn encoded(path: &str) -> String {
    use std::fmt::Write;
    path.bytes().fold(String::with_capacity(path.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte.into());
            }
            // Writing to a string does not fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use attune_core::{ItemId, Kind, NewItem};

    fn list() -> Vec<Item> {
        let new = |title: &str, source| NewItem {
            album: Some("A & B".to_owned()),
            duration_ms: Some(194_754),
            source: Some(source),
            ..NewItem::new(Kind::Music, title, vec!["AC/DC".into(), "<x>".into()]).unwrap()
        };
        let link = new("Line\nbreak \u{1}", Source::Link("https://e.org/?a=1&b=2".into()));
        let file = new("Ünder", Source::File("/music/100% ü.ogg".into()));
        let bare = NewItem::new(Kind::Video, "bare", vec![]).unwrap();
        (1..).zip([link, file, bare]).map(|(id, item)| item.numbered(ItemId(id))).collect()
    }

    #[test]
    fn m3u8_has_one_address_a_line() {
        let text = m3u8("My list", &list());
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(
            lines[..4],
            [
                "#EXTM3U",
                "#PLAYLIST:My list",
                "#EXTINF:195,AC/DC, <x> - Line break  ",
                "https://e.org/?a=1&b=2",
            ]
        );
        assert_eq!(lines[4..6], ["#EXTINF:195,AC/DC, <x> - Ünder", "/music/100% ü.ogg"]);
        assert_eq!(lines[6], "#EXTINF:-1,bare");
        assert_eq!(lines.len(), 8);
    }

    #[test]
    fn xspf_is_escaped() {
        let text = xspf("a < b", &list());
        for expected in [
            "<title>a &lt; b</title>",
            "<location>https://e.org/?a=1&amp;b=2</location>",
            "<location>file:///music/100%25%20%C3%BC.ogg</location>",
            "<creator>AC/DC, &lt;x&gt;</creator>",
            "<album>A &amp; B</album>",
            "<duration>194754</duration>",
        ] {
            assert!(text.contains(expected), "{expected} in {text}");
        }
        assert!(!text.contains('\u{1}'));
        assert_eq!(text.matches("<track>").count(), 3);
    }

    #[test]
    fn jspf_is_json_of_the_same_list() {
        let json: serde_json::Value = serde_json::from_str(&jspf("t", &list())).unwrap();
        let tracks = json["playlist"]["track"].as_array().unwrap();
        assert_eq!(tracks.len(), 3);
        assert_eq!(tracks[1]["location"][0], "file:///music/100%25%20%C3%BC.ogg");
        assert_eq!(tracks[1]["duration"], 194_754);
        assert!(tracks[2].get("creator").is_none());
    }
}
