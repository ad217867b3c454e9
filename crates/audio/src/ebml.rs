//! The elements of a Matroska file that say what it is, taken out of it and checked: the parser that
//! reads them takes any length that an element claims for true, also one of a petabyte.

use std::io::{self, Read, Seek, SeekFrom};

/// Longer descriptions than this are none.
const LONGEST: u64 = 16 << 20;
const SEGMENT: u32 = 0x1853_8067;
const SEGMENT_HEAD: [u8; 4] = [0x18, 0x53, 0x80, 0x67];
/// Info, tracks and tags.
const TELLING: [u32; 3] = [0x1549_a966, 0x1654_ae6b, 0x1254_c367];
/// Elements within these that hold elements: a track, its video and audio, a tag, what it is of, a
/// value.
const HOLDING: [u32; 6] = [0xae, 0xe0, 0xe1, 0x7373, 0x63c0, 0x67c8];

/// A Matroska file of the same information, tracks and tags and nothing else; `None` where there is
/// none of it or lengths contradict each other.
///
/// # Errors
/// Where the file cannot be read.
pub(crate) fn description(file: &mut (impl Read + Seek)) -> io::Result<Option<Vec<u8>>> {
    let end = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let mut told = Vec::new();
    let mut at = 0;
    while at < end {
        file.seek(SeekFrom::Start(at))?;
        let mut head = Vec::new();
        file.by_ref().take(12).read_to_end(&mut head)?;
        let Some(Head { id, size, len }) = Head::read(&head) else { break };
        at += len;
        if id == SEGMENT {
            continue;
        }
        if TELLING.contains(&id) {
            if size > LONGEST.min(end.saturating_sub(at)) {
                return Ok(None);
            }
            let mut element = vec![0; (len + size) as usize];
            file.seek(SeekFrom::Start(at - len))?;
            file.read_exact(&mut element)?;
            if !is_sound(&element[len as usize..]) {
                return Ok(None);
            }
            told.extend(element);
        }
        at = at.saturating_add(size);
    }
    if told.is_empty() {
        return Ok(None);
    }
    let length = (told.len() as u64 | 1 << 56).to_be_bytes();
    Ok(Some([&SEGMENT_HEAD[..], &length, &told].concat()))
}

/// Whether no element is longer than what holds it.
fn is_sound(mut elements: &[u8]) -> bool {
    while !elements.is_empty() {
        let Some(Head { id, size, len }) = Head::read(elements) else { return false };
        let rest = &elements[len as usize..];
        let Some((element, rest)) =
            usize::try_from(size).ok().and_then(|n| rest.split_at_checked(n))
        else {
            return false;
        };
        if HOLDING.contains(&id) && !is_sound(element) {
            return false;
        }
        elements = rest;
    }
    true
}

/// What an element begins with (RFC 8794): its id and how many bytes follow.
struct Head {
    id: u32,
    size: u64,
    /// Its own bytes.
    len: u64,
}

impl Head {
    fn read(bytes: &[u8]) -> Option<Self> {
        let id_len = bytes.first()?.leading_zeros() as usize + 1;
        let id = bytes.get(..id_len).filter(|_| id_len <= 4)?;
        let id = id.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
        let rest = &bytes[id_len..];
        let size_len = rest.first()?.leading_zeros() as usize + 1;
        let size = rest.get(..size_len).filter(|_| size_len <= 8)?;
        let size = size.iter().fold(0, |size, byte| size << 8 | u64::from(*byte));
        let size = size & !(1 << (7 * size_len));
        Some(Self { id, size, len: (id_len + size_len) as u64 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_elements_that_fit_are_told() {
        let segment = |tags: &[u8]| [&SEGMENT_HEAD[..], &[0x80 | tags.len() as u8], tags].concat();
        let tags = [0x12, 0x54, 0xc3, 0x67, 0x85, 0x73, 0x73, 0x82, 0xec, 0x80];
        let told = |bytes: &[u8]| description(&mut io::Cursor::new(bytes)).unwrap();
        let sound = told(&segment(&tags)).unwrap();
        assert_eq!(sound[12..], tags);
        let mut longer = tags;
        longer[7] = 0x83;
        assert_eq!(told(&segment(&longer)), None);
        longer[4] = 0x86;
        assert_eq!(told(&segment(&longer)), None);
        assert_eq!(told(b""), None);
    }
}
