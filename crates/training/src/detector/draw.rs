//! What both faces and the rest go through on their way to a network.

use attune_vision::Frame;
use attune_vision::detect::network::{Columns, Pyramid, Window};

use crate::augment::between;
use crate::degrade::{cover, low_resolution, noise};

/// A picture with its pyramid, from which windows are cut as the detector cuts them.
pub struct Scene {
    pub frame: Frame,
    pyramid: Pyramid,
}

impl Scene {
    pub fn new(frame: Frame) -> Self {
        let mut pyramid = Pyramid::default();
        pyramid.see(&frame);
        Self { frame, pyramid }
    }

    /// A window as `size` x `size` grey values.
    pub fn cut(&self, window: Window, size: usize) -> Vec<u8> {
        let mut out = vec![0; size * size];
        self.pyramid.cut(&self.frame, window, size, &mut Columns::default(), &mut out);
        out
    }
}

/// Side of the raster on which a window is drawn that a network sees at `size` pixels: up to
/// twice the size that the detector would cut from, as in a frame.
pub fn raster_side(size: usize, rng: &mut fastrand::Rng) -> usize {
    let least = if size < 24 { 2 * size } else { size };
    (least as f32 * between(rng, 1.0, 2.0)) as usize
}

/// Light, sharpness, noise and things in the way, on a square of grey values.
pub fn spoil(picture: &mut [f32], side: usize, rng: &mut fastrand::Rng) {
    if rng.f32() < 0.1 {
        cover(picture, side, between(rng, 0.02, 0.2), rng);
    }
    if rng.f32() < 0.35 {
        let share = between(rng, 0.3, 0.9);
        low_resolution(picture, side, share);
    }
    if rng.f32() < 0.3 {
        light(picture, side, rng);
    }
    if rng.f32() < 0.5 {
        let gamma = 2f32.powf(between(rng, -1.0, 1.0));
        let curve: [f32; 256] =
            std::array::from_fn(|grey| 255.0 * (grey as f32 / 255.0).powf(gamma));
        picture.iter_mut().for_each(|p| *p = curve[p.round().clamp(0.0, 255.0) as usize]);
    }
    if rng.f32() < 0.5 {
        let (gain, middle) = (between(rng, 0.35, 1.2), between(rng, 70.0, 185.0));
        let mean = picture.iter().sum::<f32>() / picture.len() as f32;
        let to = if gain < 1.0 { middle } else { mean };
        picture.iter_mut().for_each(|p| *p = ((*p - mean) * gain + to).clamp(0.0, 255.0));
    }
    if rng.f32() < 0.3 {
        let levels = between(rng, 1.0, 12.0);
        noise(picture, levels, rng);
    }
}

/// Light that falls off to one side.
fn light(picture: &mut [f32], side: usize, rng: &mut fastrand::Rng) {
    let (sin, cos) = (rng.f32() * std::f32::consts::TAU).sin_cos();
    let dark = between(rng, 0.25, 0.9);
    let half = (side as f32 - 1.0) / 2.0;
    for (i, p) in picture.iter_mut().enumerate() {
        let (x, y) = ((i % side) as f32 - half, (i / side) as f32 - half);
        let along = ((x * cos + y * sin) / half).clamp(-1.0, 1.0) * 0.5 + 0.5;
        *p *= dark + (1.0 - dark) * along;
    }
}

/// A drawn square as the detector would cut it from a frame.
pub fn seen(picture: &[f32], side: usize, size: usize) -> Vec<u8> {
    let pixels = picture.iter().map(|p| p.round().clamp(0.0, 255.0) as u8).collect();
    let Ok(frame) = Frame::from_luma(side, side, pixels) else { return vec![0; size * size] };
    let window = Window { x: 0.0, y: 0.0, side: side as f32 };
    Scene::new(frame).cut(window, size)
}
