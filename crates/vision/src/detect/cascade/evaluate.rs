//! Windows of one level of the pyramid through the cascade.

use super::integral::{Integral, bilinear};
use super::model::{Cascade, Cell, Features, Split};
use crate::Frame;

/// One level: its sums, and where each feature's corners lie in them.
#[derive(Default)]
pub(super) struct Scene {
    pixels: Vec<u8>,
    integral: Integral,
    haar: Vec<PlacedHaar>,
    lbp: Vec<[usize; 16]>,
}

struct PlacedHaar {
    rects: Vec<([usize; 4], f32)>,
    tilted: bool,
}

/// Windows whose deviation is so small that noise would be blown up are no faces.
const LEAST_CONTRAST: f32 = 0.1;

impl Scene {
    /// Takes a frame at `1 / scale` of its size.
    pub fn see(&mut self, frame: &Frame, scale: f32, cascade: &Cascade) {
        let scaled = |side: usize| ((side as f32 / scale).round_ties_even() as usize).max(1);
        let (width, height) = (scaled(frame.width()), scaled(frame.height()));
        bilinear(frame, width, height, &mut self.pixels);
        self.integral.fill(&self.pixels, width, cascade.is_tilted());
        let stride = self.integral.stride;
        match &cascade.features {
            Features::Haar(features) => {
                let placed = features.iter().map(|feature| PlacedHaar {
                    rects: feature
                        .rects
                        .iter()
                        .map(|(c, weight)| (corners(c, feature.tilted, stride), *weight))
                        .collect(),
                    tilted: feature.tilted,
                });
                self.haar.clear();
                self.haar.extend(placed);
            }
            Features::Lbp(cells) => {
                self.lbp.clear();
                self.lbp.extend(cells.iter().map(|cell| grid(cell, stride)));
            }
        }
    }

    /// Calls `found` with the corner of each window that passes, in pixels of the level. After a
    /// window that fails at once the next is passed over, as OpenCV does.
    pub fn search(&self, cascade: &Cascade, step: usize, mut found: impl FnMut(usize, usize)) {
        let across = self.integral.stride.saturating_sub(cascade.width);
        let down = self.integral.rows.saturating_sub(cascade.height);
        for y in (0..down).step_by(step) {
            let mut x = 0;
            while x < across {
                match self.stages_passed(cascade, y * self.integral.stride + x) {
                    Some(n) if n == cascade.stages.len() => found(x, y),
                    Some(0) => x += step,
                    _ => {}
                }
                x += step;
            }
        }
    }

    /// How many stages a window passes; `None` for one that is flat.
    fn stages_passed(&self, cascade: &Cascade, window: usize) -> Option<usize> {
        let norm = match cascade.features {
            Features::Haar(_) => self.norm(cascade, window)?,
            Features::Lbp(_) => 1.0,
        };
        let passes = |stage: &&super::model::Stage| {
            let values = stage.trees.iter().map(|tree| {
                tree.value(|node| match &node.split {
                    Split::Below(threshold) => {
                        self.haar_value(node.feature, window) * norm < *threshold
                    }
                    Split::Within(bits) => {
                        let pattern = self.pattern(node.feature, window);
                        bits[pattern >> 5] & (1 << (pattern & 31)) != 0
                    }
                })
            });
            f64::from(stage.threshold) <= values.map(f64::from).sum::<f64>()
        };
        Some(cascade.stages.iter().take_while(passes).count())
    }

    /// What makes up for contrast: one over the deviation times the area, over the window without
    /// its border; `None` where there is none.
    fn norm(&self, cascade: &Cascade, window: usize) -> Option<f32> {
        let (width, height) = (cascade.width - 2, cascade.height - 2);
        let inner = Cell { x: 1, y: 1, width, height };
        let corners = corners(&inner, false, self.integral.stride);
        let area = (width * height) as f64;
        let sum = f64::from(rect_sum(&self.integral.sums, &corners, window));
        let squares = f64::from(rect_sum(&self.integral.squares, &corners, window));
        let spread = area * squares - sum * sum;
        if spread <= 0.0 {
            return None;
        }
        let norm = (1.0 / spread.sqrt()) as f32;
        (area as f32 * norm < LEAST_CONTRAST).then_some(norm)
    }

    fn haar_value(&self, feature: usize, window: usize) -> f32 {
        let PlacedHaar { rects, tilted } = &self.haar[feature];
        let sums = if *tilted { &self.integral.tilted } else { &self.integral.sums };
        rects.iter().map(|(c, weight)| weight * rect_sum(sums, c, window) as i32 as f32).sum()
    }

    /// Which of the eight cells around the middle one are as bright as it, from the upper left
    /// one clockwise, the first as the highest bit.
    fn pattern(&self, feature: usize, window: usize) -> usize {
        let grid = &self.lbp[feature];
        let cell = |i: usize| {
            rect_sum(&self.integral.sums, &[grid[i], grid[i + 1], grid[i + 4], grid[i + 5]], window)
        };
        let middle = cell(5);
        let around = [0, 1, 2, 6, 10, 9, 8, 4];
        around.iter().fold(0, |bits, i| bits << 1 | usize::from(cell(*i) >= middle))
    }
}

/// Where the corners lie; the sum is the first less the second and the third, plus the fourth.
fn corners(cell: &Cell, tilted: bool, stride: usize) -> [usize; 4] {
    let Cell { x, y, width, height } = *cell;
    let at = |x: usize, y: usize| x + y * stride;
    if tilted {
        [
            at(x, y),
            at(x - height, y + height),
            at(x + width, y + width),
            at(x + width - height, y + width + height),
        ]
    } else {
        [at(x, y), at(x + width, y), at(x, y + height), at(x + width, y + height)]
    }
}

/// The 4 x 4 corners of 3 x 3 cells.
fn grid(cell: &Cell, stride: usize) -> [usize; 16] {
    std::array::from_fn(|i| cell.x + i % 4 * cell.width + (cell.y + i / 4 * cell.height) * stride)
}

fn rect_sum(sums: &[u32], corners: &[usize; 4], window: usize) -> u32 {
    let [a, b, c, d] = corners.map(|corner| sums[window + corner]);
    a.wrapping_sub(b).wrapping_sub(c).wrapping_add(d)
}
