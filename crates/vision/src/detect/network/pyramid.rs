//! A frame at half, a quarter and so on of its size, and windows cut from it.

use crate::Frame;

/// A square part of a frame, in its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Side.
    pub side: f32,
}

/// Halves of a frame, one below the other. Memory is kept from frame to frame.
#[derive(Clone, Default)]
pub struct Pyramid {
    halves: Vec<Level>,
    used: usize,
}

/// Memory for cutting, kept from window to window.
#[derive(Clone, Default)]
pub struct Columns(Vec<Tap>);

#[derive(Clone, Default)]
struct Level {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// Between which two pixels of a line a point lies, and how near to the second in 1 / 256.
#[derive(Clone, Copy, Default)]
struct Tap {
    first: usize,
    second: usize,
    share: i32,
}

impl Pyramid {
    /// Halves the frame until a side would vanish.
    pub fn see(&mut self, frame: &Frame) {
        self.used = 0;
        loop {
            let (above, below) = self.halves.split_at_mut(self.used);
            let (width, height, pixels) = match above.last() {
                Some(level) => (level.width, level.height, &level.pixels[..]),
                None => (frame.width(), frame.height(), frame.pixels()),
            };
            if width.min(height) < 4 {
                return;
            }
            match below.first_mut() {
                Some(level) => level.halve(width, height, pixels),
                None => {
                    let mut level = Level::default();
                    level.halve(width, height, pixels);
                    self.halves.push(level);
                }
            }
            self.used += 1;
        }
    }

    /// Samples `width` x `height` points that lie `step` pixels of the frame apart, the first
    /// half a step from `(x, y)`; beyond the frame its border repeats. `frame` is the one last
    /// [seen](Self::see).
    pub fn sample(
        &self,
        frame: &Frame,
        [x, y, step]: [f32; 3],
        [width, height]: [usize; 2],
        columns: &mut Columns,
        out: &mut [u8],
    ) {
        let halved = (0..self.used).take_while(|i| step >= (2 << i) as f32).count();
        let shrink = 1.0 / (1 << halved) as f32;
        let (across, down, pixels) = match halved.checked_sub(1).map(|i| &self.halves[i]) {
            Some(level) => (level.width, level.height, &level.pixels[..]),
            None => (frame.width(), frame.height(), frame.pixels()),
        };
        let [x, y, step] = [x, y, step].map(|v| v * shrink);
        let tap = |from: f32, i: usize, length: usize| tap(from + (i as f32 + 0.5) * step, length);
        columns.0.clear();
        columns.0.extend((0..width).map(|i| tap(x, i, across)));
        for (j, line) in out.chunks_exact_mut(width).take(height).enumerate() {
            let row = tap(y, j, down);
            let upper = &pixels[row.first * across..][..across];
            let lower = &pixels[row.second * across..][..across];
            for (value, column) in line.iter_mut().zip(&columns.0) {
                let blend = |line: &[u8]| {
                    let (a, b) = (i32::from(line[column.first]), i32::from(line[column.second]));
                    (a << 8) + (b - a) * column.share
                };
                let (above, below) = (blend(upper), blend(lower));
                *value = (((above << 8) + (below - above) * row.share + (1 << 15)) >> 16) as u8;
            }
        }
    }

    /// A window as `size` x `size` grey values.
    pub fn cut(
        &self,
        frame: &Frame,
        window: Window,
        size: usize,
        columns: &mut Columns,
        out: &mut [u8],
    ) {
        let Window { x, y, side } = window;
        self.sample(frame, [x, y, side / size as f32], [size; 2], columns, out);
    }
}

impl Level {
    /// Means of squares of four pixels; an odd last row or column is left out.
    fn halve(&mut self, width: usize, height: usize, pixels: &[u8]) {
        (self.width, self.height) = (width / 2, height / 2);
        self.pixels.resize(self.width * self.height, 0);
        let rows = self.pixels.chunks_exact_mut(self.width);
        for (line, pair) in rows.zip(pixels.chunks_exact(2 * width)) {
            let (upper, lower) = pair.split_at(width);
            let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
            for (value, ([a, b], [c, d])) in line.iter_mut().zip(pairs) {
                let sum = u16::from(*a) + u16::from(*b) + u16::from(*c) + u16::from(*d);
                *value = ((sum + 2) >> 2) as u8;
            }
        }
    }
}

/// The tap for a point at `at` pixels from the start of a line; pixel 0 has its centre at 0.5.
fn tap(at: f32, length: usize) -> Tap {
    let last = (length - 1) as f32;
    let place = ((at - 0.5).clamp(0.0, last) * 256.0).round() as usize;
    let first = (place >> 8).min(length - 1);
    Tap { first, second: (first + 1).min(length - 1), share: (place & 255) as i32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_stays_a_ramp_at_every_step() {
        let frame = Frame::from_luma(200, 160, (0..200 * 160).map(|i| (i % 200) as u8).collect());
        let (frame, mut pyramid) = (frame.unwrap(), Pyramid::default());
        pyramid.see(&frame);
        for side in [12.0f32, 20.0, 31.0, 50.0, 100.0] {
            let mut out = [0; 144];
            pyramid.cut(
                &frame,
                Window { x: 40.0, y: 30.0, side },
                12,
                &mut Columns::default(),
                &mut out,
            );
            for (i, value) in out.iter().enumerate() {
                let expected = 40.0 + ((i % 12) as f32 + 0.5) * side / 12.0 - 0.5;
                assert!((f32::from(*value) - expected).abs() <= 1.5, "{side} {i}: {value}");
            }
        }
    }

    #[test]
    fn windows_outside_repeat_the_border_and_tiny_frames_are_fine() {
        for (width, height) in [(1, 1), (3, 200), (64, 2)] {
            let frame = Frame::from_luma(width, height, vec![7; width * height]).unwrap();
            let (mut pyramid, mut out) = (Pyramid::default(), [0; 576]);
            pyramid.see(&frame);
            let window = Window { x: -50.0, y: 90.0, side: 300.0 };
            pyramid.cut(&frame, window, 24, &mut Columns::default(), &mut out);
            assert_eq!(out, [7; 576]);
        }
    }
}
