//! What spoils pictures, each by a number that says how much.

use attune_vision::{CROP_SIZE, FaceCrop};

use crate::augment::sample;
use crate::degrade::{cover, gaussian_blur, jpeg, low_resolution};

/// One way to spoil a 48 x 48 face crop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Corruption {
    /// Each grey value `v` becomes `255 (v / 255)^gamma`: below 1 washes out, above 1 darkens.
    Gamma(f32),
    /// Gaussian blur of this standard deviation in pixels of the crop; edges repeated.
    Blur(f32),
    /// Saved as JPEG of this quality (1 to 100, as libjpeg counts) and read again.
    Jpeg(u8),
    /// A rectangle that covers this share of the picture, of one random grey value, at a random
    /// place, its sides at most 1 : 2.
    Occlusion(f32),
    /// Rolled by this many degrees about the middle, to a random side; edges repeated.
    Roll(f32),
    /// Scaled down to `48 / factor` pixels a side and up again.
    Resolution(f32),
}

impl Corruption {
    /// The spoilt picture. The same seed gives the same one.
    #[must_use]
    pub fn apply(self, crop: &FaceCrop, seed: u64) -> FaceCrop {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut picture: Vec<f32> = crop.pixels().iter().map(|v| f32::from(*v)).collect();
        match self {
            Self::Gamma(gamma) => {
                picture.iter_mut().for_each(|v| *v = 255.0 * (*v / 255.0).powf(gamma));
            }
            Self::Blur(sigma) => gaussian_blur(&mut picture, CROP_SIZE, sigma),
            Self::Jpeg(quality) => jpeg(&mut picture, CROP_SIZE, quality),
            Self::Occlusion(share) => cover(&mut picture, CROP_SIZE, share, &mut rng),
            Self::Roll(degrees) => {
                picture = roll(crop, if rng.bool() { degrees } else { -degrees });
            }
            Self::Resolution(factor) => {
                low_resolution(&mut picture, CROP_SIZE, 1.0 / factor.max(1.0));
            }
        }
        let values: Vec<u8> = picture.iter().map(|v| v.round().clamp(0.0, 255.0) as u8).collect();
        from_values(crop, &values)
    }
}

/// A crop whose pixels are made of each position and value.
pub(super) fn map(crop: &FaceCrop, pixel: impl Fn(usize, u8) -> f32) -> FaceCrop {
    let values = crop.pixels().iter().enumerate().map(|(i, v)| pixel(i, *v));
    from_values(crop, &values.map(|v| v.round().clamp(0.0, 255.0) as u8).collect::<Vec<_>>())
}

/// 48 x 48 values as a crop; `crop` itself where they are not as many.
fn from_values(crop: &FaceCrop, values: &[u8]) -> FaceCrop {
    FaceCrop::from_pixels(values).unwrap_or_else(|| crop.clone())
}

fn roll(crop: &FaceCrop, degrees: f32) -> Vec<f32> {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let middle = (CROP_SIZE as f32 - 1.0) / 2.0;
    let pixel = |i: usize| {
        let (x, y) = ((i % CROP_SIZE) as f32 - middle, (i / CROP_SIZE) as f32 - middle);
        sample(crop, cos * x - sin * y + middle, sin * x + cos * y + middle)
    };
    (0..CROP_SIZE * CROP_SIZE).map(pixel).collect()
}

/// Corruptions of one kind from mild to strong.
#[derive(Clone, Copy, Debug)]
pub struct Family {
    /// The key used in JSON.
    pub key: &'static str,
    /// What it is, for people.
    pub name: &'static str,
    at: fn(f32) -> Corruption,
}

/// A quarter, a half, three quarters and the whole of each range; the first two are its milder
/// half.
pub const LEVELS: [f32; 4] = [0.25, 0.5, 0.75, 1.0];

impl Family {
    /// Every family. The ends of the ranges are gamma 0.4 and 2.5 (even steps of its logarithm),
    /// blur of 2 pixels, JPEG quality 20 (from 100), half of the picture covered, 15 degrees of
    /// roll, and a quarter of the resolution (even steps of its logarithm).
    pub const ALL: [Self; 7] = [
        Self {
            key: "gamma_bright",
            name: "washed out (gamma)",
            at: |s| Corruption::Gamma(0.4f32.powf(s)),
        },
        Self { key: "gamma_dark", name: "dark (gamma)", at: |s| Corruption::Gamma(2.5f32.powf(s)) },
        Self { key: "blur", name: "Gaussian blur (pixels)", at: |s| Corruption::Blur(2.0 * s) },
        Self {
            key: "jpeg",
            name: "JPEG (quality)",
            at: |s| Corruption::Jpeg((100.0 - 80.0 * s).round() as u8),
        },
        Self { key: "occlusion", name: "covered (share)", at: |s| Corruption::Occlusion(0.5 * s) },
        Self { key: "roll", name: "roll (degrees)", at: |s| Corruption::Roll(15.0 * s) },
        Self {
            key: "resolution",
            name: "resolution (1 / factor)",
            at: |s| Corruption::Resolution(4f32.powf(s)),
        },
    ];

    /// The corruption at a share of the range, from 0 (nothing changes) to 1.
    #[must_use]
    pub fn at(&self, severity: f32) -> Corruption {
        (self.at)(severity)
    }

    /// The number that severity stands for, as people write it.
    #[must_use]
    pub fn setting(&self, severity: f32) -> String {
        match self.at(severity) {
            Corruption::Gamma(x) | Corruption::Blur(x) | Corruption::Resolution(x) => {
                format!("{x:.2}")
            }
            Corruption::Jpeg(quality) => quality.to_string(),
            Corruption::Occlusion(share) => format!("{share:.3}"),
            Corruption::Roll(degrees) => format!("{degrees:.2}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face() -> FaceCrop {
        let pixel = |i: usize| {
            let (x, y) = ((i % 48) as f32, (i / 48) as f32);
            (128.0 + 60.0 * (x / 5.0).sin() + 50.0 * (y / 7.0).cos()) as u8
        };
        FaceCrop::from_pixels(&(0..48 * 48).map(pixel).collect::<Vec<_>>()).unwrap()
    }

    fn distance(a: &FaceCrop, b: &FaceCrop) -> f64 {
        let apart = a.pixels().iter().zip(b.pixels()).map(|(a, b)| f64::from(a.abs_diff(*b)));
        apart.sum::<f64>() / (48.0 * 48.0)
    }

    #[test]
    fn nothing_at_zero_and_more_at_each_step() {
        for family in Family::ALL {
            let at = |severity| distance(&face(), &family.at(severity).apply(&face(), 3));
            let zero = at(0.0);
            assert!(zero < 1.5, "{}: {zero}", family.key);
            let steps: Vec<f64> = LEVELS.iter().map(|s| at(*s)).collect();
            assert!(steps[0] > zero && steps[3] > 2.0, "{}: {steps:?}", family.key);
            assert!(steps[3] > steps[0], "{}: {steps:?}", family.key);
        }
    }

    #[test]
    fn the_seed_decides_where_and_to_which_side() {
        for corruption in [Corruption::Occlusion(0.3), Corruption::Roll(10.0)] {
            let of = |seed| corruption.apply(&face(), seed);
            assert_eq!(of(1), of(1));
            assert!((2..20).any(|seed| of(seed) != of(1)));
        }
    }

    #[test]
    fn known_pictures() {
        let flat = FaceCrop::from_pixels(&[64; 48 * 48]).unwrap();
        let grey = Corruption::Gamma(2.0).apply(&flat, 1).pixels()[0];
        assert_eq!(grey, (255.0f32 * (64.0f32 / 255.0).powi(2)).round() as u8);
        for corruption in
            [Corruption::Blur(1.5), Corruption::Roll(15.0), Corruption::Resolution(4.0)]
        {
            assert_eq!(corruption.apply(&flat, 1), flat, "{corruption:?}");
        }
        for seed in 0..50 {
            let covered = Corruption::Occlusion(0.5).apply(&flat, seed);
            let share = covered.pixels().iter().filter(|p| **p != 64).count() as f64 / 2304.0;
            assert!((share - 0.5).abs() < 0.04 || share == 0.0, "{share}");
        }
    }
}
