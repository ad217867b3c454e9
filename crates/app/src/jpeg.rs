/// Whether the bytes are a JPEG that ends before its end-of-image marker (ITU-T T.81, annex B). The
/// decoder would fill what is missing with grey, and a face might be missing with it.
pub(crate) fn is_cut_off(bytes: &[u8]) -> bool {
    bytes.starts_with(&START) && !matches!(end(bytes), Some(End::Whole(_)))
}

/// The marker that a JPEG begins with.
pub(crate) const START: [u8; 2] = [0xff, 0xd8];

/// Where a JPEG that begins here stops, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Behind its end marker.
    Whole(usize),
    /// Where the next one begins though it has not ended: it is damaged.
    Broken(usize),
}

/// Where a JPEG stops; `None` where it does not in these bytes.
pub(crate) fn end(bytes: &[u8]) -> Option<End> {
    const SCAN: u8 = 0xda;
    // Markers without a segment: TEM, RST0 to RST7, and a 0 that stands for a stuffed 0xff.
    const ALONE: [u8; 10] = [0x00, 0x01, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7];
    let (mut at, mut in_scan) = (bytes.starts_with(&START).then_some(START.len())?, false);
    loop {
        // Between markers stands a scan's data, or padding.
        let rest = bytes.get(at..)?;
        at += rest.windows(2).position(|pair| pair[0] == 0xff && pair[1] != 0xff)?;
        match bytes[at + 1] {
            0xd9 => return Some(End::Whole(at + 2)),
            0xd8 => return Some(End::Broken(at)),
            marker if ALONE.contains(&marker) => at += 2,
            marker => {
                let length = u16::from_be_bytes(*bytes.get(at + 2..)?.first_chunk::<2>()?);
                let segment = at + 2..at + 2 + usize::from(length);
                // Damage looks like a segment too, which may reach over the pictures that follow. Only
                // what stands before the first scan may hold a thumbnail.
                let held = &bytes[segment.start..segment.end.min(bytes.len())];
                let next = held.windows(3).position(|three| three == [0xff, 0xd8, 0xff]);
                if let Some(next) = next.filter(|_| in_scan) {
                    return Some(End::Broken(segment.start + next));
                }
                in_scan |= marker == SCAN;
                at = segment.end.max(at + 2);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_jpeg_without_its_end_is_cut_off() {
        let segment = [0xff, 0xe1, 0, 6, 0xff, 0xd9, 1, 2];
        let scan = [0xff, 0xda, 0, 2, 7, 0xff, 0, 7, 0xff, 0xd0, 7, 0xff, 0xff];
        let join = |parts: &[&[u8]]| [&[0xff, 0xd8][..], &parts.concat()].concat();
        for (case, bytes, cut) in [
            ("whole", join(&[&segment, &scan, &[0xff, 0xd9]]), false),
            ("with something behind", join(&[&scan, &[0xff, 0xd9, 1, 2]]), false),
            ("an end inside a thumbnail only", join(&[&segment, &scan]), true),
            ("within a segment", join(&[&segment[..5]]), true),
            ("within a marker", join(&[&[0xff]]), true),
            ("a length of zero", join(&[&[0xff, 0xe0, 0, 0]]), true),
            ("something else", vec![1, 2, 3], false),
        ] {
            assert_eq!(is_cut_off(&bytes), cut, "{case}");
        }
    }
}
