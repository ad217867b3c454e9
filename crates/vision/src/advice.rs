//! What would make a reading better, in one short sentence each.

use attune_core::FaceBox;

use crate::{CROP_SIZE, FaceCrop};

/// Mean grey level below which a face is in the dark.
const DARK: f32 = 40.0;
/// Mean grey level above which it is washed out.
const BRIGHT: f32 = 225.0;
/// Deviation of the grey levels below which it hardly stands out.
const FLAT: f32 = 16.0;
/// Variance of the Laplacian, over the variance of the picture, below which it is blurred.
const BLURRED: f32 = 0.02;
/// Side of the face box in pixels below which a picture has too little detail.
const SMALL: f32 = 36.0;

/// Sentences for people; none if the picture is good.
pub(crate) fn advice(crop: &FaceCrop, face: &FaceBox) -> Vec<String> {
    let (mean, variance) = moments(crop.pixels().iter().map(|p| f32::from(*p)));
    let (_, edges) = moments(laplacian(crop.pixels()));
    let light = if mean < DARK {
        Some("Too dark: turn towards the light.")
    } else if mean > BRIGHT {
        Some("Too bright: move out of the glare.")
    } else if variance < FLAT * FLAT {
        Some("Hardly any contrast: light the face from one side.")
    } else {
        None
    };
    let small = face.width.min(face.height) < SMALL;
    let detail = if small {
        Some("The face is small: come closer.")
    } else if edges < BLURRED * variance {
        Some("Blurred: hold still, or wipe the lens.")
    } else {
        None
    };
    light.into_iter().chain(detail).map(str::to_owned).collect()
}

/// Mean and variance.
fn moments(values: impl Iterator<Item = f32>) -> (f32, f32) {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for value in values.map(f64::from) {
        n += 1.0;
        sum += value;
        squares += value * value;
    }
    let mean = sum / f64::max(n, 1.0);
    (mean as f32, (squares / f64::max(n, 1.0) - mean * mean).max(0.0) as f32)
}

/// Four neighbours less four times the pixel (Pech-Pacheco et al. 2000 measure focus by it).
fn laplacian(pixels: &[u8]) -> impl Iterator<Item = f32> + '_ {
    let at = |y: usize, x: usize| i32::from(pixels[y * CROP_SIZE + x]);
    let inner = 1..CROP_SIZE - 1;
    inner.clone().flat_map(move |y| inner.clone().map(move |x| (y, x))).map(move |(y, x)| {
        (at(y - 1, x) + at(y + 1, x) + at(y, x - 1) + at(y, x + 1) - 4 * at(y, x)) as f32
    })
}
