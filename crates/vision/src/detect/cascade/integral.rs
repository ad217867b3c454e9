//! A level of the pyramid and its sums (Crow 1984).

use crate::Frame;

/// Sums over all pixels above and to the left, one more row and column than the picture has.
///
/// They wrap around; sums over a window come out right as long as they fit 32 bits.
#[derive(Debug, Default)]
pub(super) struct Integral {
    /// Numbers a row.
    pub stride: usize,
    /// Rows.
    pub rows: usize,
    pub sums: Vec<u32>,
    pub squares: Vec<u32>,
    /// Over a triangle that stands on its corner (Lienhart and Maydt 2002); empty if not needed.
    pub tilted: Vec<u32>,
}

impl Integral {
    /// Of a picture, rows from the top.
    pub fn fill(&mut self, pixels: &[u8], width: usize, tilted: bool) {
        let height = pixels.len() / width;
        (self.stride, self.rows) = (width + 1, height + 1);
        let n = self.stride * self.rows;
        for sums in [&mut self.sums, &mut self.squares] {
            sums.clear();
            sums.resize(n, 0);
        }
        for (y, row) in pixels.chunks_exact(width).enumerate() {
            let (mut sum, mut square) = (0u32, 0u32);
            let (above, here) = (y * self.stride, (y + 1) * self.stride);
            for (x, pixel) in row.iter().enumerate() {
                let pixel = u32::from(*pixel);
                sum = sum.wrapping_add(pixel);
                square = square.wrapping_add(pixel * pixel);
                self.sums[here + x + 1] = self.sums[above + x + 1].wrapping_add(sum);
                self.squares[here + x + 1] = self.squares[above + x + 1].wrapping_add(square);
            }
        }
        self.tilted.clear();
        if tilted {
            self.fill_tilted(pixels, width, height);
        }
    }

    /// `tilted(x, y)` sums the pixels `(u, v)` with `v < y` and `|u - x + 1| <= y - v - 1`.
    fn fill_tilted(&mut self, pixels: &[u8], width: usize, height: usize) {
        self.tilted.resize(self.stride * self.rows, 0);
        let at = |x: isize, y: isize| -> u32 {
            let inside = (0..width as isize).contains(&x) && (0..height as isize).contains(&y);
            if inside { u32::from(pixels[y as usize * width + x as usize]) } else { 0 }
        };
        // Triangles whose tips lie beside the picture are needed for those inside it, so each row
        // is computed with as much margin as rows are still to come.
        let margin = height as isize + 1;
        let wide = width + 1 + 2 * margin as usize;
        let mut last = vec![0u32; wide];
        let mut before = vec![0u32; wide];
        for y in 1..=height as isize {
            let mut now = vec![0u32; wide];
            for i in 1..wide - 1 {
                let x = i as isize - margin;
                now[i] = last[i - 1]
                    .wrapping_add(last[i + 1])
                    .wrapping_sub(before[i])
                    .wrapping_add(at(x - 1, y - 1))
                    .wrapping_add(at(x - 1, y - 2));
            }
            let row = y as usize * self.stride;
            let first = margin as usize;
            self.tilted[row..row + self.stride].copy_from_slice(&now[first..first + self.stride]);
            before = last;
            last = now;
        }
    }
}

/// The picture at another size by plain bilinear interpolation in fixed point, as OpenCV's
/// `INTER_LINEAR_EXACT`: what a cascade was trained on is not smoothed where it shrinks.
pub(super) fn bilinear(frame: &Frame, width: usize, height: usize, pixels: &mut Vec<u8>) {
    let columns: Vec<_> = (0..width).map(|x| sample(x, width, frame.width())).collect();
    pixels.clear();
    for y in 0..height {
        let (top, bottom, down) = sample(y, height, frame.height());
        let row = |y: usize| &frame.pixels()[y * frame.width()..(y + 1) * frame.width()];
        let (top, bottom) = (row(top), row(bottom));
        pixels.extend(columns.iter().map(|&(left, right, across)| {
            let mix =
                |row: &[u8]| (256 - across) * u32::from(row[left]) + across * u32::from(row[right]);
            (((256 - down) * mix(top) + down * mix(bottom) + (1 << 15)) >> 16) as u8
        }));
    }
}

/// The two pixels next to where an output pixel falls, and 256ths of the second.
fn sample(i: usize, outputs: usize, inputs: usize) -> (usize, usize, u32) {
    let at = (i as f64 + 0.5) * inputs as f64 / outputs as f64 - 0.5;
    if at <= 0.0 {
        return (0, 0, 0);
    }
    let first = at.floor() as usize;
    if first + 1 >= inputs {
        return (inputs - 1, inputs - 1, 0);
    }
    (first, first + 1, ((at - at.floor()) * 256.0).round_ties_even() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_definition() {
        let (width, height) = (9usize, 7usize);
        let pixels: Vec<u8> = (0..width * height).map(|i| (i * 53 % 251) as u8).collect();
        let mut integral = Integral::default();
        integral.fill(&pixels, width, true);
        let sum = |within: &dyn Fn(i32, i32) -> bool, power: u32| -> u32 {
            let all =
                (0..width * height).filter(|i| within((i % width) as i32, (i / width) as i32));
            all.map(|i| u32::from(pixels[i]).pow(power)).sum()
        };
        for y in 0..=height as i32 {
            for x in 0..=width as i32 {
                let at = y as usize * integral.stride + x as usize;
                let upright = |u: i32, v: i32| u < x && v < y;
                assert_eq!(integral.sums[at], sum(&upright, 1), "{x} {y}");
                assert_eq!(integral.squares[at], sum(&upright, 2), "{x} {y}");
                let tilted = |u: i32, v: i32| v < y && (u - x + 1).abs() < y - v;
                assert_eq!(integral.tilted[at], sum(&tilted, 1), "{x} {y}");
            }
        }
    }

    #[test]
    fn the_same_size_is_a_copy_and_half_the_size_a_mean_of_two() {
        let frame = Frame::from_luma(4, 2, vec![10, 20, 30, 40, 50, 60, 70, 80]).unwrap();
        let mut pixels = Vec::new();
        bilinear(&frame, 4, 2, &mut pixels);
        assert_eq!(pixels, frame.pixels());
        bilinear(&frame, 2, 1, &mut pixels);
        assert_eq!(pixels, [35, 55]);
    }
}
