//! Skin tones and light: the same face as if its skin reflected more or less light, under light of
//! another strength or from another side.
//!
//! A grey picture does not say what skin reflects, so this is a rough model, in linear light (grey
//! values to the power of 2.2):
//!
//! - the face's own skin level is the median over an ellipse in the middle of the crop;
//! - a pixel counts as skin the more it lies within that ellipse and the closer its level is to
//!   the skin's (a Gaussian over the logarithm of their ratio, wider above than below), so that
//!   eyes, brows, hair, teeth and background keep their own level. Where skin is to become darker,
//!   all that is darker than skin within the ellipse darkens with it: it is mostly shadow, and hair
//!   lighter than the skin around it would turn the face into a negative;
//! - skin is multiplied so that its level becomes the luminance of a tone of the Monk Skin Tone
//!   scale (Monk 2019); what is brighter than 2.5 times the skin level is taken for gloss, which
//!   hardly depends on the tone, and is added as it was;
//! - light multiplies the whole picture, which is then clipped and rounded to 8 bits.

use attune_vision::{CROP_SIZE, FaceCrop};
use serde::{Deserialize, Serialize};

use super::corruption::map;

/// A tone of the Monk Skin Tone scale by its published sRGB colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tone {
    /// 1 (lightest) to 10 (darkest).
    pub monk: u8,
    rgb: [u8; 3],
}

impl Tone {
    /// Every second tone, from light to dark.
    pub const ALL: [Self; 5] = [
        Self { monk: 2, rgb: [0xf3, 0xe7, 0xdb] },
        Self { monk: 4, rgb: [0xea, 0xda, 0xba] },
        Self { monk: 6, rgb: [0xa0, 0x7e, 0x56] },
        Self { monk: 8, rgb: [0x60, 0x41, 0x34] },
        Self { monk: 10, rgb: [0x29, 0x24, 0x20] },
    ];

    /// Luminance relative to white (ITU-R BT.709 weights over linear light).
    #[must_use]
    pub fn luminance(self) -> f32 {
        let [r, g, b] = self.rgb.map(linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }
}

/// Light on the whole picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Light {
    /// As it was.
    Even,
    /// Falls off to 15 % from the left edge to the right one.
    Left,
    /// Falls off to 15 % from the right edge to the left one.
    Right,
    /// A quarter as much: two stops.
    Dim,
    /// Twice as much, clipped at white: one stop.
    Bright,
}

impl Light {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Even, Self::Left, Self::Right, Self::Dim, Self::Bright];

    /// The key used in JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Even => "even",
            Self::Left => "left",
            Self::Right => "right",
            Self::Dim => "dim",
            Self::Bright => "bright",
        }
    }

    /// What linear light is multiplied by at a share of the width from the left.
    fn factor(self, across: f32) -> f32 {
        match self {
            Self::Even => 1.0,
            Self::Left => 1.0 - 0.85 * across,
            Self::Right => 0.15 + 0.85 * across,
            Self::Dim => 0.25,
            Self::Bright => 2.0,
        }
    }
}

/// Skin levels above which light is taken for gloss.
const GLOSS: f32 = 2.5;

fn linear(grey: u8) -> f32 {
    (f32::from(grey) / 255.0).powf(2.2)
}

fn grey(linear: f32) -> f32 {
    255.0 * linear.clamp(0.0, 1.0).powf(1.0 / 2.2)
}

/// The face with skin of a tone under a light.
#[must_use]
pub fn relit(crop: &FaceCrop, tone: Tone, light: Light) -> FaceCrop {
    let skin = skin_level(crop);
    let ratio = (tone.luminance() / skin).ln();
    map(crop, |i, value| {
        let level = linear(value);
        let (body, gloss) = (level.min(GLOSS * skin), (level - GLOSS * skin).max(0.0));
        let share = if ratio < 0.0 {
            skin_share(i, level.max(skin), skin)
        } else {
            skin_share(i, level, skin)
        };
        let toned = body * (share * ratio).exp() + gloss;
        grey(toned * light.factor((i % CROP_SIZE) as f32 / (CROP_SIZE - 1) as f32))
    })
}

/// Distance from the ellipse's centre in its half-axes: below 1 within.
fn from_centre(i: usize) -> f32 {
    let half = CROP_SIZE as f32 / 2.0;
    let (x, y) = ((i % CROP_SIZE) as f32 + 0.5 - half, (i / CROP_SIZE) as f32 + 0.5 - half);
    ((x / (0.75 * half)).powi(2) + (y / (0.95 * half)).powi(2)).sqrt()
}

/// The median level in the middle of the face.
fn skin_level(crop: &FaceCrop) -> f32 {
    let inner = crop.pixels().iter().enumerate().filter(|(i, _)| from_centre(*i) < 0.7);
    let mut values: Vec<u8> = inner.map(|(_, v)| *v).collect();
    values.sort_unstable();
    linear(values[values.len() / 2]).max(1e-3)
}

/// From 0 (no skin) to 1.
fn skin_share(i: usize, level: f32, skin: f32) -> f32 {
    let within = ((1.15 - from_centre(i)) / 0.3).clamp(0.0, 1.0);
    let apart = (level.max(1e-4) / skin).ln();
    let spread = if apart > 0.0 { 0.9f32 } else { 0.6 };
    within * (-apart * apart / (2.0 * spread * spread)).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Skin of 150 with dark eyes and white teeth on a dark ground.
    fn face() -> FaceCrop {
        let pixel = |i: usize| match (i % 48, i / 48) {
            (14..18 | 30..34, 18..21) => 20,
            (20..28, 35..38) => 245,
            _ if from_centre(i) < 1.0 => 150,
            _ => 40,
        };
        FaceCrop::from_pixels(&(0..48 * 48).map(pixel).collect::<Vec<_>>()).unwrap()
    }

    fn at(crop: &FaceCrop, x: usize, y: usize) -> i32 {
        i32::from(crop.pixels()[y * 48 + x])
    }

    #[test]
    fn tones_change_skin_and_leave_the_rest() {
        assert!(Tone::ALL.windows(2).all(|t| t[0].luminance() > t[1].luminance()));
        for tone in Tone::ALL {
            let toned = relit(&face(), tone, Light::Even);
            let expected = grey(tone.luminance()).round() as i32;
            assert!((at(&toned, 24, 24) - expected).abs() <= 1, "Monk {}", tone.monk);
            let eyes = at(&toned, 15, 19);
            assert!(eyes <= 23 && eyes < at(&toned, 24, 24), "eyes of Monk {}: {eyes}", tone.monk);
            assert_eq!(at(&toned, 1, 1), 40, "the ground");
            assert!(at(&toned, 24, 36) >= at(&toned, 24, 24), "teeth of Monk {}", tone.monk);
        }
    }

    #[test]
    fn light_falls_from_its_side() {
        let tone = Tone::ALL[2];
        let under = |light| relit(&face(), tone, light);
        let (left, right) = (under(Light::Left), under(Light::Right));
        assert!(at(&left, 10, 24) > at(&left, 37, 24) + 30);
        assert_eq!(at(&left, 10, 24), at(&right, 37, 24));
        let skin = |light| at(&under(light), 24, 24);
        assert!(skin(Light::Dim) < skin(Light::Even) && skin(Light::Even) < skin(Light::Bright));
    }
}
