//! Pictures of numbers.

use colorous::Gradient;
use image::{ImageFormat, Rgb, RgbImage};

/// From dark to bright, evenly to the eye (matplotlib's viridis).
const COLOURS: Gradient = colorous::VIRIDIS;
/// The least side of a channel's tile, in pixels.
const LEAST_TILE: usize = 48;
/// Between tiles.
const GAP: usize = 2;

/// The colour of a number from 0 to 1.
pub(super) fn colour(gradient: Gradient, number: f32) -> [f32; 3] {
    gradient.eval_continuous(f64::from(number)).into_array().map(f32::from)
}

/// All channels of a layer side by side as PNG, each from its smallest number (dark) to its largest
/// (bright). `values` are `channels * height * width` numbers.
#[must_use]
pub fn contact_sheet([channels, height, width]: [usize; 3], values: &[f32]) -> Vec<u8> {
    let columns = channels.isqrt() + usize::from(channels.isqrt().pow(2) < channels);
    let enlarge = LEAST_TILE.div_ceil(height.max(width).max(1));
    let [across, down] = [width * enlarge + GAP, height * enlarge + GAP];
    let rows = channels.div_ceil(columns.max(1));
    let mut sheet = RgbImage::new((columns * across + GAP) as u32, (rows * down + GAP) as u32);
    for (index, channel) in values.chunks_exact(height * width).enumerate() {
        let [left, top] = [index % columns * across + GAP, index / columns * down + GAP];
        let numbers = stretched(channel);
        for (y, x) in (0..height * enlarge).flat_map(|y| (0..width * enlarge).map(move |x| (y, x)))
        {
            let shade = colour(COLOURS, numbers[y / enlarge * width + x / enlarge]);
            let pixel = Rgb(shade.map(|c| c as u8));
            sheet.put_pixel((left + x) as u32, (top + y) as u32, pixel);
        }
    }
    png(&sheet)
}

/// From 0 to 1; all 0 where the numbers are one and the same.
fn stretched(numbers: &[f32]) -> Vec<f32> {
    let low = numbers.iter().copied().fold(f32::INFINITY, f32::min);
    let high = numbers.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let scale = if high > low { (high - low).recip() } else { 0.0 };
    numbers.iter().map(|x| (x - low) * scale).collect()
}

/// The picture's bytes as PNG.
pub(super) fn png(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    // Writing to memory in a format that takes 8-bit RGB of any size cannot fail.
    let _ = picture.write_to(&mut bytes, ImageFormat::Png);
    bytes.into_inner()
}
