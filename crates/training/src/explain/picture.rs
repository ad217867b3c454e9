//! Pictures of numbers.

use attune_draw::{Canvas, Colour, Lettering};
use colorous::Gradient;
use image::{ImageFormat, RgbImage};

/// From dark to bright, evenly to the eye (matplotlib's viridis).
const COLOURS: Gradient = colorous::VIRIDIS;
/// About how wide a sheet is, in pixels ...
const SHEET: usize = 1200;
/// ... and how wide a channel's tile at most.
const LARGEST_TILE: usize = 240;
/// Between tiles.
const GAP: usize = 8;
/// Above a tile, for its number.
const NUMBER: usize = 15;
/// Above all tiles, for the heading.
const HEADING: usize = 52;

const PAPER: Colour = [247, 248, 250];
const INK: Colour = [28, 36, 48];
const FAINT: Colour = [93, 104, 120];

/// The colour of a number from 0 to 1.
pub(super) fn colour(gradient: Gradient, number: f32) -> [f32; 3] {
    gradient.eval_continuous(f64::from(number)).into_array().map(f32::from)
}

/// All channels of a layer side by side as PNG, numbered from 0, each from its smallest number
/// (dark) to its largest (bright). `values` are `channels * height * width` numbers.
#[must_use]
pub fn contact_sheet(layer: usize, shape: [usize; 3], values: &[f32]) -> Vec<u8> {
    let [channels, height, width] = shape;
    let heading = format!("layer {layer}: {channels} channels of {width} x {height} cells");
    let sheet = Sheet::of(shape);
    let least = Lettering::MEDIUM.size(&heading)[0].max(Lettering::SMALL.size(SCALE)[0]);
    let [wide, high] = sheet.size();
    let mut canvas = Canvas::plain([wide.max(least + 2 * GAP as u32), high], PAPER);
    let left = GAP as i32;
    canvas.text([left, 6], &heading, INK, Lettering::MEDIUM);
    canvas.text([left, 29], SCALE, FAINT, Lettering::SMALL);
    for (index, channel) in values.chunks_exact((height * width).max(1)).enumerate() {
        sheet.draw(&mut canvas, index, channel);
    }
    png(&canvas.into_picture())
}

const SCALE: &str = "each from its smallest number (dark) to its largest (bright)";

/// Tiles of one size in rows.
struct Sheet {
    channels: usize,
    /// Of a channel.
    width: usize,
    height: usize,
    columns: usize,
    /// Pixels a cell.
    enlarge: usize,
}

impl Sheet {
    fn of([channels, height, width]: [usize; 3]) -> Self {
        let columns = columns(channels);
        let tile = (SHEET / columns).saturating_sub(GAP).min(LARGEST_TILE);
        let enlarge = (tile / width.max(height).max(1)).max(1);
        Self { channels, width, height, columns, enlarge }
    }

    /// From one tile to the next.
    fn step(&self) -> [usize; 2] {
        [self.width * self.enlarge + GAP, self.height * self.enlarge + NUMBER + GAP]
    }

    fn size(&self) -> [u32; 2] {
        let ([across, down], rows) = (self.step(), self.channels.div_ceil(self.columns));
        [self.columns * across + GAP, HEADING + rows * down].map(|side| side as u32)
    }

    fn draw(&self, canvas: &mut Canvas, index: usize, channel: &[f32]) {
        let [across, down] = self.step();
        let left = (index % self.columns * across + GAP) as i32;
        let top = (HEADING + index / self.columns * down) as i32;
        canvas.text([left, top], &index.to_string(), FAINT, Lettering::SMALL);
        for (cell, number) in stretched(channel).into_iter().enumerate() {
            let [x, y] = [cell % self.width, cell / self.width].map(|c| (c * self.enlarge) as i32);
            let shade = colour(COLOURS, number).map(|c| c as u8);
            let corner = [left + x, top + NUMBER as i32 + y];
            canvas.plate(corner, [self.enlarge as u32; 2], shade);
        }
    }
}

/// So many that rows are full where that can be, and somewhat longer than there are of them.
fn columns(channels: usize) -> usize {
    let square = channels.isqrt() + usize::from(channels.isqrt().pow(2) < channels);
    let square = square.max(1);
    (square..=2 * square).find(|n| channels.is_multiple_of(*n)).unwrap_or(square)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_full_where_that_can_be() {
        for (channels, expected) in [(1, 1), (5, 5), (7, 3), (32, 8), (64, 8), (128, 16), (256, 16)]
        {
            assert_eq!(columns(channels), expected, "{channels}");
        }
        for channels in [16, 32, 64, 128, 256] {
            let [width, _] = Sheet::of([channels, 6, 6]).size();
            assert!((900..=1216).contains(&width), "{channels}: {width}");
        }
    }
}
