//! The language of an MP4's sound track (ISO 14496-12: `moov/trak/mdia/mdhd`), which neither the tag
//! reader nor the demuxer hands on.

use std::io::{Read, Seek, SeekFrom};

/// A file with more boxes than this on a level is damaged.
const MOST_BOXES: usize = 10_000;

/// Where a box's content begins and ends.
type Span = (u64, u64);

/// The three letters of ISO 639-2 that the first sound track carries; `None` where there is none, or
/// the file is damaged.
pub(crate) fn sound_language(file: &mut (impl Read + Seek)) -> Option<String> {
    let end = file.seek(SeekFrom::End(0)).ok()?;
    let movie = boxes(file, (0, end), b"moov").into_iter().next()?;
    boxes(file, movie, b"trak").into_iter().find_map(|track| {
        let media = boxes(file, track, b"mdia").into_iter().next()?;
        let handler = boxes(file, media, b"hdlr").into_iter().next()?;
        let is_sound = bytes::<4>(file, handler, 8)? == *b"soun";
        is_sound
            .then(|| boxes(file, media, b"mdhd").into_iter().next())
            .flatten()
            .and_then(|header| language(file, header))
    })
}

/// Five bits a letter, after times of 32 or 64 bits.
fn language(file: &mut (impl Read + Seek), header: Span) -> Option<String> {
    let [version] = bytes::<1>(file, header, 0)?;
    let at = if version == 0 { 20 } else { 32 };
    let code = u16::from_be_bytes(bytes::<2>(file, header, at)?);
    let letter = |shift: u32| char::from(0x60 + u8::try_from(code >> shift & 31).unwrap_or(0));
    let letters: String = [10, 5, 0].map(letter).iter().collect();
    letters.chars().all(|letter| letter.is_ascii_lowercase()).then_some(letters)
}

/// The boxes of this kind directly within a span.
fn boxes(file: &mut (impl Read + Seek), (mut at, end): Span, kind: &[u8; 4]) -> Vec<Span> {
    let mut found = Vec::new();
    for _ in 0..MOST_BOXES {
        let Some([a, b, c, d, name @ ..]) = bytes::<8>(file, (at, end), 0) else { break };
        let (head, size) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, end - at),
            1 => match bytes::<8>(file, (at, end), 8) {
                Some(long) => (16, u64::from_be_bytes(long)),
                None => break,
            },
            size => (8, u64::from(size)),
        };
        let Some(next) = at.checked_add(size).filter(|next| size >= head && *next <= end) else {
            break;
        };
        if name == *kind {
            found.push((at + head, next));
        }
        at = next;
    }
    found
}

/// So many bytes of a span, from `from` on.
fn bytes<const N: usize>(
    file: &mut (impl Read + Seek),
    (start, end): Span,
    from: u64,
) -> Option<[u8; N]> {
    let at = start.checked_add(from).filter(|at| at.saturating_add(N as u64) <= end)?;
    file.seek(SeekFrom::Start(at)).ok()?;
    let mut bytes = [0; N];
    file.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn atom(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let size = u32::try_from(8 + content.len()).unwrap();
        [&size.to_be_bytes()[..], kind, content].concat()
    }

    fn track(handler: &[u8; 4], letters: &str) -> Vec<u8> {
        let code = letters.bytes().fold(0u16, |code, letter| code << 5 | u16::from(letter - 0x60));
        let header = [&[0; 20][..], &code.to_be_bytes(), &[0; 2]].concat();
        let handler = [&[0; 8][..], handler, &[0; 12]].concat();
        let media = [atom(b"mdhd", &header), atom(b"hdlr", &handler)].concat();
        atom(b"trak", &atom(b"mdia", &media))
    }

    #[test]
    fn the_first_sound_track_says_its_language() {
        let movie = [track(b"vide", "eng"), track(b"soun", "hin"), track(b"soun", "fra")].concat();
        let file = [atom(b"ftyp", b"isom"), atom(b"free", b""), atom(b"moov", &movie)].concat();
        assert_eq!(sound_language(&mut Cursor::new(&file)).as_deref(), Some("hin"));
        let silent = atom(b"moov", &track(b"vide", "eng"));
        assert_eq!(sound_language(&mut Cursor::new(silent)), None);
        for cut in 0..file.len() {
            let _ = sound_language(&mut Cursor::new(&file[..cut]));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(sizes in prop::collection::vec(any::<u32>(), 1..20), tail in any::<[u8; 16]>()) {
            let kinds = [b"moov", b"trak", b"mdia", b"mdhd", b"hdlr"];
            let file: Vec<u8> = sizes.iter().zip(kinds.iter().cycle())
                .flat_map(|(size, kind)| [&(size % 64).to_be_bytes()[..], *kind].concat())
                .chain(tail).collect();
            let _ = sound_language(&mut Cursor::new(file));
        }
    }
}
