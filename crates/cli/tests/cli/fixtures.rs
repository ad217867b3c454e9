//! Small pictures and tables, good and bad.

use std::path::PathBuf;

/// 96 x 72 pixels from orange to navy: a picture without a face.
pub const PLAIN_JPEG: &[u8] = include_bytes!("fixtures/plain.jpg");
/// The same as WebP.
pub const PLAIN_WEBP: &[u8] = include_bytes!("fixtures/plain.webp");
/// The same with 16 bits a channel.
pub const DEEP_PNG: &[u8] = include_bytes!("fixtures/deep.png");
/// The same in cyan, magenta, yellow and black.
pub const CMYK_JPEG: &[u8] = include_bytes!("fixtures/cmyk.jpg");
/// One pixel.
pub const ONE_PIXEL_PNG: &[u8] = include_bytes!("fixtures/one_pixel.png");
/// 69 bytes whose header says 30,000 x 30,000 pixels.
pub const HUGE_HEADER_PNG: &[u8] = include_bytes!("fixtures/huge_header.png");

/// Four tracks by artists that no catalogue has.
pub const TABLE: &str = "\
title,artist,language,mood,kind,year
Lantern Street,Quiet Rooftops Test,hindi,calm; tender,music,2011
Tin Parade,Loud Rooftops Test,english,happy; party,music,2019
Rain Ledger,Quiet Rooftops Test,tamil,sad,music,1998
How Kites Turn,Loud Rooftops Test,english,joyful,video,2020
";

/// How its columns are told.
pub const TABLE_MAP: &str =
    "title=title,artist=artist,language=language,mood=mood,kind=kind,year=year";

/// A photograph from the data beside the checkout, where that is there.
pub fn photo(name: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("ATTUNE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let path = data.join("photos").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there (ATTUNE_DATA names the data folder)", path.display());
    None
}
