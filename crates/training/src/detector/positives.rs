//! Windows around faces, from FER2013's tight pictures.

use attune_vision::{CROP_SIZE, FaceCrop, Frame};

use super::patch::Patch;

/// Side of the detector's box in a face picture's sides: the crop is cut 1.09 times as large.
const BOX: f32 = 1.0 / 1.09;

/// How far a window may lie off a face.
#[derive(Clone, Copy, Debug)]
pub struct Jitter {
    /// Shift either way, in sides.
    pub shift: f32,
    /// Larger or smaller by up to this share.
    pub scale: f32,
    /// Roll either way in degrees.
    pub roll: f32,
}

impl Default for Jitter {
    fn default() -> Self {
        Self { shift: 0.05, scale: 0.09, roll: 20.0 }
    }
}

/// A window of 32 to 71 pixels around a face, jittered, mirrored half of the time, and sometimes
/// blurred by passing through a smaller size.
pub fn window(crop: &FaceCrop, jitter: Jitter, rng: &mut fastrand::Rng) -> Option<Patch> {
    let between = |rng: &mut fastrand::Rng, reach: f32| (rng.f32() * 2.0 - 1.0) * reach;
    let side = rng.usize(32..72);
    let most = jitter.roll * rng.f32();
    let angle = between(rng, most).to_radians();
    let box_side = BOX * CROP_SIZE as f32;
    let step = box_side * (1.0 + between(rng, jitter.scale)) / side as f32;
    let reach = jitter.shift * box_side;
    let (dx, dy) = (between(rng, reach), between(rng, reach));
    let mirror = if rng.bool() { -1.0 } else { 1.0 };
    let (sin, cos) = (angle.sin() * step, angle.cos() * step);
    let (middle, from) = ((CROP_SIZE as f32 - 1.0) / 2.0, (side as f32 - 1.0) / 2.0);
    let mut pixels = Vec::with_capacity(side * side);
    for i in 0..side * side {
        let (x, y) = (((i % side) as f32 - from) * mirror, (i / side) as f32 - from);
        let (u, v) = (cos * x - sin * y + middle + dx, sin * x + cos * y + middle + dy);
        pixels.push(sample(crop, u, v) as u8);
    }
    let mut frame = Frame::from_luma(side, side, pixels).ok()?;
    if rng.f32() < 0.2 {
        let small = (side as f32 * (0.5 + 0.4 * rng.f32())) as usize;
        frame = frame.resized(small, small).resized(side, side);
    }
    Some(Patch::cut(&light(frame, rng), [0, 0], side))
}

/// Light that falls off to one side, some of the time.
fn light(frame: Frame, rng: &mut fastrand::Rng) -> Frame {
    if rng.f32() > 0.3 {
        return frame;
    }
    let (sin, cos) = (rng.f32() * std::f32::consts::TAU).sin_cos();
    let dark = 0.3 + 0.6 * rng.f32();
    let side = frame.width();
    let half = (side as f32 - 1.0) / 2.0;
    let lit = |(i, p): (usize, &u8)| {
        let (x, y) = ((i % side) as f32 - half, (i / side) as f32 - half);
        let along = ((x * cos + y * sin) / half).clamp(-1.0, 1.0) * 0.5 + 0.5;
        (f32::from(*p) * (dark + (1.0 - dark) * along)) as u8
    };
    let pixels = frame.pixels().iter().enumerate().map(lit).collect();
    Frame::from_luma(side, side, pixels).unwrap_or(frame)
}

/// Bilinear, edges repeated.
fn sample(crop: &FaceCrop, x: f32, y: f32) -> f32 {
    let last = CROP_SIZE as f32 - 1.0;
    let (x, y) = (x.clamp(0.0, last), y.clamp(0.0, last));
    let (x0, y0) = (x as usize, y as usize);
    let (x1, y1) = ((x0 + 1).min(CROP_SIZE - 1), (y0 + 1).min(CROP_SIZE - 1));
    let at = |x: usize, y: usize| f32::from(crop.pixels()[y * CROP_SIZE + x]);
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let top = at(x0, y0) + fx * (at(x1, y0) - at(x0, y0));
    let bottom = at(x0, y1) + fx * (at(x1, y1) - at(x0, y1));
    top + fy * (bottom - top)
}
