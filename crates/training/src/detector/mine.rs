//! Windows without faces that the trees so far let through.

use attune_vision::Frame;
use attune_vision::detect::trees::PixelTrees;

use super::patch::Patch;

/// Background pictures, each also turned, mirrored and at other sizes.
pub struct Backgrounds {
    frames: Vec<Frame>,
}

impl Backgrounds {
    /// Lays out the variants of all pictures: four turns, each at three sizes.
    #[must_use]
    pub fn new(pictures: &[Frame]) -> Self {
        let turned = pictures.iter().flat_map(|p| {
            let quarter = quarter_turn(p);
            let half = quarter_turn(&quarter);
            let last = quarter_turn(&half);
            [p.clone(), quarter, half, last]
        });
        let sized = |f: Frame| {
            [1.0, 0.7, 0.4].map(|s| {
                let [w, h] = [f.width(), f.height()].map(|v| (v as f32 * s) as usize);
                if s < 1.0 { f.resized(w, h) } else { f.clone() }
            })
        };
        Self { frames: turned.flat_map(sized).collect() }
    }

    /// Up to `wanted` windows that pass, with their sums, and how many were tried at most
    /// `tries`.
    pub fn mine(
        &self,
        trees: &PixelTrees,
        wanted: usize,
        tries: u64,
        rng: &mut fastrand::Rng,
    ) -> (Vec<(Patch, f32)>, u64) {
        let (mut found, mut tried) = (Vec::new(), 0);
        while found.len() < wanted && tried < tries && !self.frames.is_empty() {
            tried += 1;
            let frame = &self.frames[rng.usize(..self.frames.len())];
            let most = frame.width().min(frame.height());
            if most < 32 {
                continue;
            }
            let side = rng.usize(32..=most.min(71));
            let at = [frame.width() - side, frame.height() - side].map(|v| rng.usize(0..=v));
            let pixel = |p: u16| {
                let p = usize::from(p);
                let (row, column) = (at[1] + p / 64 * side / 64, at[0] + p % 64 * side / 64);
                frame.pixels()[row * frame.width() + column]
            };
            if let Some(sum) = trees.sum(|[a, b]| pixel(a) > pixel(b)) {
                found.push((Patch::cut(frame, at, side), sum));
            }
        }
        (found, tried)
    }
}

fn quarter_turn(frame: &Frame) -> Frame {
    let (w, h) = (frame.width(), frame.height());
    let pixels = (0..w * h).map(|i| frame.pixels()[(h - 1 - i % h) * w + i / h]).collect();
    Frame::from_luma(h, w, pixels).unwrap_or_else(|_| frame.clone())
}
