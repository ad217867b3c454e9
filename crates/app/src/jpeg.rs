/// Whether the bytes are a JPEG that ends before its end-of-image marker (ITU-T T.81, annex B). The
/// decoder would fill what is missing with grey, and a face might be missing with it.
pub(crate) fn is_cut_off(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xd8]) && !ends(&bytes[2..])
}

/// Walks the segments after the start of the image to its end; what trails behind does not matter.
fn ends(mut rest: &[u8]) -> bool {
    const END: u8 = 0xd9;
    // Markers without a segment: TEM, RST0 to RST7, and a 0 that stands for a stuffed 0xff.
    const ALONE: [u8; 10] = [0x00, 0x01, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7];
    loop {
        // Between markers stands a scan's data, or padding.
        let Some(at) = rest.windows(2).position(|pair| pair[0] == 0xff && pair[1] != 0xff) else {
            return false;
        };
        let marker = rest[at + 1];
        rest = &rest[at + 2..];
        if marker == END {
            return true;
        }
        if !ALONE.contains(&marker) {
            let Some([high, low]) = rest.first_chunk::<2>() else { return false };
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let Some(after) = rest.get(length..) else { return false };
            rest = after;
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
