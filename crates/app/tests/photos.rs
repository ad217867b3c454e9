//! Pictures of every kind, good and bad.

#![expect(clippy::unwrap_used, reason = "helpers of a test")]

use std::io::Cursor;
use std::path::Path;

use attune_app::photo::{self, PhotoError};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// Left half dark, right half light, and a light band along the top.
fn picture() -> RgbImage {
    RgbImage::from_fn(64, 32, |x, y| Rgb(if x >= 32 || y < 8 { [230; 3] } else { [20; 3] }))
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Whether each corner is light: top left, top right, bottom left, bottom right.
fn corners(bytes: &[u8]) -> (usize, usize, [bool; 4]) {
    let frame = photo::decode(bytes).unwrap();
    let (w, h) = (frame.width(), frame.height());
    let light = |x: usize, y: usize| frame.pixels()[y * w + x] > 128;
    let right = w - 3;
    (w, h, [light(2, 2), light(right, 2), light(2, h - 3), light(right, h - 3)])
}

/// The picture with an EXIF orientation (TIFF, little-endian, one entry).
fn turned(orientation: u8) -> Vec<u8> {
    let jpeg = encoded(&picture().into(), ImageFormat::Jpeg);
    let tiff = [
        &b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0"[..],
        &[orientation, 0, 0, 0, 0, 0, 0, 0],
    ];
    let body = [b"Exif\0\0", &tiff.concat()[..]].concat();
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &body, &jpeg[2..]].concat()
}

#[test]
fn every_kind_of_picture_gives_the_same_frame() {
    let picture = DynamicImage::from(picture());
    let expected = (64, 32, [true, true, false, true]);
    for (case, image, format) in [
        ("JPEG", picture.clone(), ImageFormat::Jpeg),
        ("grey JPEG", picture.to_luma8().into(), ImageFormat::Jpeg),
        ("PNG", picture.clone(), ImageFormat::Png),
        ("16-bit PNG", picture.to_rgb16().into(), ImageFormat::Png),
        ("16-bit grey PNG", picture.to_luma16().into(), ImageFormat::Png),
        ("PNG with alpha", picture.to_rgba8().into(), ImageFormat::Png),
        ("grey PNG with alpha", picture.to_luma_alpha8().into(), ImageFormat::Png),
        ("WebP", picture.to_rgb8().into(), ImageFormat::WebP),
        ("WebP with alpha", picture.to_rgba8().into(), ImageFormat::WebP),
    ] {
        assert_eq!(corners(&encoded(&image, format)), expected, "{case}");
    }
    for (case, bytes) in [
        ("CMYK", &include_bytes!("photos/cmyk.jpg")[..]),
        ("progressive", include_bytes!("photos/progressive.jpg")),
        ("palette", include_bytes!("photos/palette.png")),
        ("lossy WebP", include_bytes!("photos/lossy.webp")),
    ] {
        assert_eq!(corners(bytes), expected, "{case}");
    }
}

#[test]
fn exif_orientation_is_honoured() {
    for (orientation, expected) in [
        (1, (64, 32, [true, true, false, true])),
        (2, (64, 32, [true, true, true, false])),
        (3, (64, 32, [true, false, true, true])),
        (4, (64, 32, [false, true, true, true])),
        (5, (32, 64, [true, false, true, true])),
        (6, (32, 64, [false, true, true, true])),
        (7, (32, 64, [true, true, false, true])),
        (8, (32, 64, [true, true, true, false])),
        (99, (64, 32, [true, true, false, true])),
    ] {
        assert_eq!(corners(&turned(orientation)), expected, "orientation {orientation}");
    }
}

#[test]
fn a_single_pixel_is_a_picture() {
    let dot = DynamicImage::from(RgbImage::new(1, 1));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP] {
        let frame = photo::decode(&encoded(&dot, format)).unwrap();
        assert_eq!((frame.width(), frame.height(), frame.pixels()), (1, 1, &[0][..]));
    }
}

/// A PNG that is nothing but a header of that size.
fn png_header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    bytes.extend([width.to_be_bytes(), height.to_be_bytes()].concat());
    bytes.extend([8, 2, 0, 0, 0]);
    let crc = crc32(&bytes[12..]);
    bytes.extend(crc.to_be_bytes());
    bytes.extend(b"\0\0\0\0IDAT");
    bytes.extend(crc32(b"IDAT").to_be_bytes());
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| step(crc)))
}

/// A JPEG whose frame header says that size.
fn jpeg_of_size(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = encoded(&picture().into(), ImageFormat::Jpeg);
    let at = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap() + 5;
    bytes[at..at + 2].copy_from_slice(&height.to_be_bytes());
    bytes[at + 2..at + 4].copy_from_slice(&width.to_be_bytes());
    bytes
}

#[test]
fn oversized_pictures_are_refused_by_their_header() {
    for bytes in [
        png_header(30_000, 30_000),
        jpeg_of_size(30_000, 30_000),
        png_header(30_001, 1),
        png_header(10_001, 10_000),
        png_header(1_000_000, 1_000_000),
        png_header(2_000_000_000, 2_000_000_000),
    ] {
        let error = photo::decode(&bytes).unwrap_err();
        let too_large = matches!(error, PhotoError::TooLarge { .. } | PhotoError::TooMuchMemory);
        assert!(too_large, "{error}");
        assert!(error.hint().contains("scale"));
    }
}

#[test]
fn broken_pictures_are_refused() {
    let picture = DynamicImage::from(picture());
    let jpeg = encoded(&picture, ImageFormat::Jpeg);
    let png = encoded(&picture, ImageFormat::Png);
    let webp = encoded(&picture, ImageFormat::WebP);
    assert!(matches!(photo::decode(&[]), Err(PhotoError::Empty)));
    for bytes in [&b"not a picture"[..], b"GIF89a\x01\0\x01\0\0\0\0;", b"\0", b"%PDF-1.7"] {
        let error = photo::decode(bytes).unwrap_err();
        assert!(matches!(error, PhotoError::NotAPicture), "{error}");
    }
    for (case, bytes) in [
        ("half a JPEG", &jpeg[..jpeg.len() / 2]),
        ("a JPEG without its end", &jpeg[..jpeg.len() - 2]),
        ("half a progressive JPEG", &include_bytes!("photos/progressive.jpg")[..300]),
        ("the start of a JPEG", &jpeg[..12]),
        ("half a PNG", &png[..png.len() / 2]),
        ("the start of a PNG", &png[..30]),
        ("half a WebP", &webp[..webp.len() / 2]),
        ("the start of a WebP", &webp[..16]),
        ("no data", &png_header(8, 8)),
    ] {
        let error = photo::decode(bytes).unwrap_err();
        assert!(matches!(error, PhotoError::Damaged(_)), "{case}: {error}");
    }
}

#[test]
fn a_picture_cut_off_anywhere_is_refused() {
    let picture = DynamicImage::from(picture());
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let bytes = encoded(&picture, format);
        // The last bytes of a PNG and a WebP are checksums, an end mark and padding, which a
        // decoder that has every pixel may do without; a JPEG must have its end mark.
        let spare = if format == ImageFormat::Jpeg { 0 } else { 28 };
        for end in 0..bytes.len() {
            let refused = photo::decode(&bytes[..end]).is_err();
            assert!(refused || end >= bytes.len() - spare, "{format:?}: {end} of {}", bytes.len());
        }
    }
}

#[test]
fn the_name_of_a_file_means_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("really.jpg");
    std::fs::write(&path, encoded(&picture().into(), ImageFormat::Png)).unwrap();
    assert_eq!(photo::open(&path).unwrap().width(), 64);
    std::fs::write(&path, "dear diary").unwrap();
    assert!(matches!(photo::open(&path), Err(PhotoError::NotAPicture)));
    for missing in [folder.path(), Path::new("/nowhere/at/all.jpg")] {
        assert!(matches!(photo::open(missing), Err(PhotoError::Unreadable(_))), "{missing:?}");
    }
}
