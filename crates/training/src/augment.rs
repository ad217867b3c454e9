//! Random but repeatable changes to training pictures.

use attune_vision::{CROP_SIZE, FaceCrop, standardise};
use serde::{Deserialize, Serialize};

use crate::degrade::{cover, gaussian_blur, jpeg, low_resolution, noise};

/// How far pictures are changed; each change is drawn anew for every picture and epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Augmentation {
    /// Rotation up to this many degrees either way.
    pub rotation_degrees: f32,
    /// Zoom from this ...
    pub scale_min: f32,
    /// ... to this.
    pub scale_max: f32,
    /// Shift up to this share of the picture's side either way.
    pub shift: f32,
    /// Probability of a mirrored picture.
    pub flip: f32,
    /// Probability of a gamma between 1 / `gamma` and `gamma`.
    pub gamma_probability: f32,
    /// Strongest gamma.
    pub gamma: f32,
    /// Probability of light that falls off to one side.
    pub light_probability: f32,
    /// Probability of a 3 x 3 binomial blur, applied once or twice.
    pub blur_probability: f32,
    /// Probability that all grey values are shifted and clipped at black and white.
    pub exposure_probability: f32,
    /// Largest shift either way in grey levels of 255.
    pub exposure: f32,
    /// Probability that a rectangle of one grey value covers part of the picture.
    pub cover_probability: f32,
    /// Largest covered share of the picture.
    pub cover_share: f32,
    /// Probability that the picture is shrunk and enlarged again.
    pub low_resolution_probability: f32,
    /// Smallest share of the side it is shrunk to.
    pub low_resolution: f32,
    /// Probability of a Gaussian blur.
    pub gaussian_blur_probability: f32,
    /// Its largest deviation in pixels.
    pub gaussian_blur: f32,
    /// Probability of normal noise.
    pub noise_probability: f32,
    /// Its largest deviation in grey levels of 255.
    pub noise: f32,
    /// Probability that the picture goes through a JPEG file.
    pub jpeg_probability: f32,
    /// The file's lowest quality, from 1 to 90, where the best is 90.
    pub jpeg_quality: u8,
    /// Probability that a random rectangle is replaced by noise (Zhong et al. 2020).
    pub erase_probability: f32,
    /// Largest erased share of the picture.
    pub erase_share: f32,
    /// Probability that a picture is mixed with another one (Zhang et al. 2018).
    pub mix_probability: f32,
    /// Largest share of the other picture in a mix.
    pub mix_share: f32,
}

impl Default for Augmentation {
    fn default() -> Self {
        Self {
            rotation_degrees: 12.0,
            scale_min: 0.85,
            scale_max: 1.15,
            shift: 0.1,
            flip: 0.5,
            gamma_probability: 0.4,
            gamma: 1.8,
            light_probability: 0.3,
            blur_probability: 0.1,
            exposure_probability: 0.0,
            exposure: 80.0,
            cover_probability: 0.0,
            cover_share: 0.5,
            low_resolution_probability: 0.0,
            low_resolution: 0.25,
            gaussian_blur_probability: 0.0,
            gaussian_blur: 2.0,
            noise_probability: 0.0,
            noise: 16.0,
            jpeg_probability: 0.0,
            jpeg_quality: 15,
            erase_probability: 0.25,
            erase_share: 0.2,
            mix_probability: 0.2,
            mix_share: 0.4,
        }
    }
}

impl Augmentation {
    /// Changes nothing.
    #[must_use]
    pub fn none() -> Self {
        Self {
            rotation_degrees: 0.0,
            scale_min: 1.0,
            scale_max: 1.0,
            shift: 0.0,
            flip: 0.0,
            gamma_probability: 0.0,
            light_probability: 0.0,
            blur_probability: 0.0,
            exposure_probability: 0.0,
            cover_probability: 0.0,
            low_resolution_probability: 0.0,
            gaussian_blur_probability: 0.0,
            noise_probability: 0.0,
            jpeg_probability: 0.0,
            erase_probability: 0.0,
            mix_probability: 0.0,
            ..Self::default()
        }
    }

    /// Whether every number is one that [`apply`](Self::apply) can work with.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let shares = [
            self.shift,
            self.flip,
            self.gamma_probability,
            self.light_probability,
            self.blur_probability,
            self.exposure_probability,
            self.cover_probability,
            self.cover_share,
            self.low_resolution_probability,
            self.gaussian_blur_probability,
            self.noise_probability,
            self.jpeg_probability,
            self.erase_probability,
            self.erase_share,
            self.mix_probability,
            self.mix_share,
        ];
        shares.iter().all(|share| (0.0..=1.0).contains(share))
            && (0.0..=180.0).contains(&self.rotation_degrees)
            && (0.1..=10.0).contains(&self.scale_min)
            && (self.scale_min..=10.0).contains(&self.scale_max)
            && (1.0..=10.0).contains(&self.gamma)
            && (0.0..=255.0).contains(&self.exposure)
            && (0.05..=1.0).contains(&self.low_resolution)
            && (0.1..=10.0).contains(&self.gaussian_blur)
            && (0.0..=255.0).contains(&self.noise)
            && (1..=90).contains(&self.jpeg_quality)
    }

    /// A changed, standardised `size` x `size` picture.
    #[must_use]
    pub fn apply(&self, crop: &FaceCrop, size: usize, rng: &mut fastrand::Rng) -> Vec<f32> {
        let mut picture = self.warp(crop, size, rng);
        if rng.f32() < self.light_probability {
            light(&mut picture, size, rng);
        }
        if rng.f32() < self.gamma_probability {
            let gamma = self.gamma.powf(between(rng, -1.0, 1.0));
            picture.iter_mut().for_each(|p| *p = 255.0 * (*p / 255.0).max(0.0).powf(gamma));
        }
        if rng.f32() < self.blur_probability {
            (0..1 + rng.usize(..2)).for_each(|_| blur(&mut picture, size));
        }
        self.degrade(&mut picture, size, rng);
        standardise(&mut picture);
        if rng.f32() < self.erase_probability {
            self.erase(&mut picture, size, rng);
        }
        picture
    }

    /// What is off draws no random number, so that a run made before it existed stays the same.
    fn degrade(&self, picture: &mut [f32], size: usize, rng: &mut fastrand::Rng) {
        let happens = |p: f32, rng: &mut fastrand::Rng| p > 0.0 && rng.f32() < p;
        if happens(self.exposure_probability, rng) {
            let shift = between(rng, -self.exposure, self.exposure);
            picture.iter_mut().for_each(|p| *p = (*p + shift).clamp(0.0, 255.0));
        }
        if happens(self.cover_probability, rng) {
            let share = between(rng, 0.02, self.cover_share);
            cover(picture, size, share, rng);
        }
        if happens(self.low_resolution_probability, rng) {
            low_resolution(picture, size, between(rng, self.low_resolution, 1.0));
        }
        if happens(self.gaussian_blur_probability, rng) {
            gaussian_blur(picture, size, between(rng, 0.1, self.gaussian_blur));
        }
        if happens(self.noise_probability, rng) {
            let levels = between(rng, 0.0, self.noise);
            noise(picture, levels, rng);
        }
        if happens(self.jpeg_probability, rng) {
            jpeg(picture, size, rng.u8(self.jpeg_quality..=90));
        }
    }

    /// The share of the second picture in a mix of two, or `None` for no mix.
    pub fn mix(&self, rng: &mut fastrand::Rng) -> Option<f32> {
        (rng.f32() < self.mix_probability).then(|| between(rng, 0.0, self.mix_share))
    }

    /// Rotation, zoom, shift and mirror in one bilinear resampling.
    fn warp(&self, crop: &FaceCrop, size: usize, rng: &mut fastrand::Rng) -> Vec<f32> {
        let angle = between(rng, -self.rotation_degrees, self.rotation_degrees).to_radians();
        let zoom = 1.0 / between(rng, self.scale_min, self.scale_max);
        let reach = self.shift * CROP_SIZE as f32;
        let (dx, dy) = (between(rng, -reach, reach), between(rng, -reach, reach));
        let mirror = if rng.f32() < self.flip { -1.0 } else { 1.0 };
        let (sin, cos) = (angle.sin() * zoom, angle.cos() * zoom);
        let from = (size as f32 - 1.0) / 2.0;
        let to = (CROP_SIZE as f32 - 1.0) / 2.0;
        let mut picture = Vec::with_capacity(size * size);
        for row in 0..size {
            for column in 0..size {
                let (x, y) = ((column as f32 - from) * mirror, row as f32 - from);
                picture.push(sample(
                    crop,
                    cos * x - sin * y + to + dx,
                    sin * x + cos * y + to + dy,
                ));
            }
        }
        picture
    }

    fn erase(&self, picture: &mut [f32], size: usize, rng: &mut fastrand::Rng) {
        let area = between(rng, 0.02, self.erase_share) * (size * size) as f32;
        let aspect = 2f32.powf(between(rng, -1.0, 1.0));
        let side = |x: f32| (x.sqrt() as usize).clamp(1, size);
        let (height, width) = (side(area * aspect), side(area / aspect));
        let (top, left) = (rng.usize(0..=size - height), rng.usize(0..=size - width));
        for row in top..top + height {
            for p in &mut picture[row * size + left..row * size + left + width] {
                *p = between(rng, -1.5, 1.5);
            }
        }
    }
}

pub(crate) fn between(rng: &mut fastrand::Rng, low: f32, high: f32) -> f32 {
    low + rng.f32() * (high - low)
}

/// Bilinear, edges repeated.
pub(crate) fn sample(crop: &FaceCrop, x: f32, y: f32) -> f32 {
    let last = CROP_SIZE as f32 - 1.0;
    let (x, y) = (x.clamp(0.0, last), y.clamp(0.0, last));
    let (x0, y0) = (x as usize, y as usize);
    let (x1, y1) = ((x0 + 1).min(CROP_SIZE - 1), (y0 + 1).min(CROP_SIZE - 1));
    let (fx, fy) = (x - x0 as f32, y - y0 as f32);
    let pixels = crop.pixels();
    let at = |x: usize, y: usize| f32::from(pixels[y * CROP_SIZE + x]);
    let top = at(x0, y0) + fx * (at(x1, y0) - at(x0, y0));
    let bottom = at(x0, y1) + fx * (at(x1, y1) - at(x0, y1));
    top + fy * (bottom - top)
}

/// Multiplies by a ramp from 0.35 or more on one side to 1 on the other.
fn light(picture: &mut [f32], size: usize, rng: &mut fastrand::Rng) {
    let angle = between(rng, 0.0, std::f32::consts::TAU);
    let (sin, cos) = angle.sin_cos();
    let dark = between(rng, 0.35, 0.9);
    let half = (size as f32 - 1.0) / 2.0;
    for (i, p) in picture.iter_mut().enumerate() {
        let (x, y) = ((i % size) as f32 - half, (i / size) as f32 - half);
        let along = ((x * cos + y * sin) / half).clamp(-1.0, 1.0) * 0.5 + 0.5;
        *p *= dark + (1.0 - dark) * along;
    }
}

/// One pass of [1 2 1] / 4 each way, edges repeated.
fn blur(picture: &mut [f32], size: usize) {
    for (step, lines) in [(1, size), (size, 1)] {
        for line in 0..size {
            let start = line * lines;
            let mut before = picture[start];
            for i in 0..size {
                let here = picture[start + i * step];
                let after = picture[start + (i + 1).min(size - 1) * step];
                picture[start + i * step] = 0.25 * before + 0.5 * here + 0.25 * after;
                before = here;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face() -> FaceCrop {
        let pixels: Vec<u8> = (0..48 * 48).map(|i| (i * 31 % 251) as u8).collect();
        FaceCrop::from_pixels(&pixels).unwrap()
    }

    #[test]
    fn without_changes_training_sees_what_serving_sees() {
        let mut rng = fastrand::Rng::with_seed(1);
        let seen = Augmentation::none().apply(&face(), 44, &mut rng);
        let served = face().input(44);
        assert!(seen.iter().zip(&served).all(|(a, b)| (a - b).abs() < 1e-4));
    }

    #[test]
    fn the_same_seed_gives_the_same_picture() {
        let draw =
            |seed| Augmentation::default().apply(&face(), 44, &mut fastrand::Rng::with_seed(seed));
        assert_eq!(draw(5), draw(5));
        assert_ne!(draw(5), draw(6));
        assert!((0..200).all(|seed| draw(seed).iter().all(|p| p.is_finite())));
    }

    #[test]
    fn every_degradation_changes_the_picture_and_keeps_it_finite() {
        let off = Augmentation::none();
        let on = [
            Augmentation { exposure_probability: 1.0, exposure: 200.0, ..off.clone() },
            Augmentation { low_resolution_probability: 1.0, ..off.clone() },
            Augmentation { gaussian_blur_probability: 1.0, ..off.clone() },
            Augmentation { noise_probability: 1.0, ..off.clone() },
            Augmentation { jpeg_probability: 1.0, ..off.clone() },
        ];
        for augmentation in on {
            assert!(augmentation.is_sound());
            let seen = (0..20)
                .map(|seed| augmentation.apply(&face(), 44, &mut fastrand::Rng::with_seed(seed)));
            let seen: Vec<_> = seen.collect();
            assert!(seen.iter().flatten().all(|p| p.is_finite()));
            let differs = |picture: &&Vec<f32>| {
                picture.iter().zip(face().input(44)).any(|(a, b)| (a - b).abs() > 0.05)
            };
            assert!(seen.iter().filter(differs).count() > 5, "{augmentation:?}");
        }
    }

    #[test]
    fn a_blur_keeps_the_mean_of_a_flat_picture() {
        let mut flat = vec![3.0; 16];
        blur(&mut flat, 4);
        assert_eq!(flat, vec![3.0; 16]);
    }
}
