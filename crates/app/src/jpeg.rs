/// Whether the bytes are a JPEG that ends before its end-of-image marker (ITU-T T.81, annex B). The
/// decoder would fill what is missing with grey, and a face might be missing with it.
pub(crate) fn is_cut_off(bytes: &[u8]) -> bool {
    bytes.starts_with(&START) && length(bytes).is_none()
}

/// The marker that a JPEG begins with.
pub(crate) const START: [u8; 2] = [0xff, 0xd8];

/// How many bytes a JPEG takes that begins here, to its end marker; `None` where it does not end.
pub(crate) fn length(bytes: &[u8]) -> Option<usize> {
    Some(bytes.len() - after_end(bytes.strip_prefix(&START)?)?.len())
}

/// Walks the segments after the start of the image; gives what trails behind its end.
fn after_end(mut rest: &[u8]) -> Option<&[u8]> {
    const END: u8 = 0xd9;
    // Markers without a segment: TEM, RST0 to RST7, and a 0 that stands for a stuffed 0xff.
    const ALONE: [u8; 10] = [0x00, 0x01, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7];
    loop {
        // Between markers stands a scan's data, or padding.
        let at = rest.windows(2).position(|pair| pair[0] == 0xff && pair[1] != 0xff)?;
        let marker = rest[at + 1];
        rest = &rest[at + 2..];
        if marker == END {
            return Some(rest);
        }
        if !ALONE.contains(&marker) {
            let [high, low] = rest.first_chunk::<2>()?;
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            rest = rest.get(length..)?;
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
