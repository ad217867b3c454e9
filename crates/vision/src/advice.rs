//! What would make a reading better, in one short sentence each.

use attune_core::FaceBox;

use crate::{CROP_SIZE, FaceCrop, Frame, Quality};

/// Mean grey level below which a face is in the dark: 0.5 % of FER2013 is darker.
const DARK: f32 = 45.0;
/// Mean grey level above which it is washed out: 0.5 % of FER2013 is brighter.
const BRIGHT: f32 = 210.0;
/// Deviation of the grey levels below which it hardly stands out: 0.5 % of FER2013 is flatter.
const FLAT: f32 = 22.0;
/// Sharpness below which a picture is blurred: the median of FER2013 under a Gaussian of 1.5
/// pixels. All but 1 % of it lie above .19 as they are.
const BLURRED: f32 = 0.02;
/// Side of the face box in pixels below which a picture has too little detail.
const SMALL: f32 = 36.0;

/// Symmetry below which a face is turned away or tilted: 2 % of FER2013 is less symmetric, and most
/// of that is seen from the side, tilted or lit from one side.
const TURNED: f32 = -0.13;

/// Sentences for people; none if the picture is good.
pub(crate) fn advice(crop: &FaceCrop, face: &FaceBox) -> Vec<String> {
    let Quality { brightness, contrast, sharpness } = Quality::of(crop);
    let light = if brightness < DARK {
        Some("Too dark: turn towards the light.")
    } else if brightness > BRIGHT {
        Some("Too bright: move out of the glare.")
    } else if contrast < FLAT {
        Some("Hardly any contrast: light the face from one side.")
    } else {
        None
    };
    let small = face.width.min(face.height) < SMALL;
    let detail = if small {
        Some("The face is small: come closer.")
    } else if sharpness < BLURRED {
        Some("Blurred: hold still, or wipe the lens.")
    } else {
        None
    };
    let turned = symmetry(crop).is_some_and(|symmetry| symmetry < TURNED);
    let pose = turned.then_some("Turned away or tilted: look straight into the camera.");
    light.into_iter().chain(detail).chain(pose).map(str::to_owned).collect()
}

/// Side of the picture that symmetry is judged by.
const HALF: usize = CROP_SIZE / 2;
/// Rows of it without hair and collar.
const ROWS: std::ops::Range<usize> = 4..22;
/// How far the axis may lie from the middle, in half pixels of that picture.
const MOST_SHIFT: isize = 3;

/// The highest correlation, in [-1, 1], of the picture with its mirror image over the axes near the
/// middle, light that falls off to one side left out; `None` for a flat picture.
fn symmetry(crop: &FaceCrop) -> Option<f32> {
    let rows: Vec<[f32; HALF]> = ROWS.map(|y| centred(crop, y)).collect();
    let across = |x: usize| x as f32 - (HALF as f32 - 1.0) / 2.0;
    let slope = |row: &[f32; HALF]| row.iter().zip(0..).map(|(v, x)| v * across(x)).sum::<f32>();
    let spread: f32 = (0..HALF).map(|x| across(x).powi(2)).sum();
    let slope = rows.iter().map(slope).sum::<f32>() / (spread * rows.len() as f32);
    let at = |row: &[f32; HALF], x: usize| row[x] - slope * across(x);
    let correlation = |shift: isize| {
        let (mut both, mut left, mut right) = (0.0f32, 0.0f32, 0.0f32);
        for row in &rows {
            for x in 0..HALF {
                let mirrored = HALF as isize - 1 - x as isize + shift;
                if let Some(m) = usize::try_from(mirrored).ok().filter(|m| *m < HALF) {
                    let (a, b) = (at(row, x), at(row, m));
                    both += a * b;
                    left += a * a;
                    right += b * b;
                }
            }
        }
        let scale = (left * right).sqrt();
        (scale > (HALF * HALF) as f32).then(|| both / scale)
    };
    (-MOST_SHIFT..=MOST_SHIFT).filter_map(correlation).max_by(f32::total_cmp)
}

/// A row of the picture at half its size, less its mean.
fn centred(crop: &FaceCrop, y: usize) -> [f32; HALF] {
    let pixel = |x: usize, y: usize| f32::from(crop.pixels()[y * CROP_SIZE + x]) / 4.0;
    let block = |x: usize, y: usize| pixel(x, y) + pixel(x + 1, y);
    let row: [f32; HALF] = std::array::from_fn(|x| block(2 * x, 2 * y) + block(2 * x, 2 * y + 1));
    let mean = row.iter().sum::<f32>() / HALF as f32;
    row.map(|v| v - mean)
}

/// What would help in a frame in which no face is found.
pub(crate) fn frame_advice(frame: &Frame) -> String {
    let (width, height) = (frame.width() as f32, frame.height() as f32);
    let whole = FaceCrop::cut(frame, &FaceBox { x: 0.0, y: 0.0, width, height });
    let Quality { brightness, contrast, .. } = Quality::of(&whole);
    let sentence = if brightness < DARK {
        "Too dark to see a face: turn on a light."
    } else if brightness > BRIGHT && contrast < FLAT {
        "Too bright to see a face: turn away from the glare."
    } else {
        "No face in view: look into the camera from the front."
    };
    sentence.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn crop(pixel: impl Fn(usize, usize) -> u8) -> FaceCrop {
        let pixels: Vec<u8> =
            (0..CROP_SIZE * CROP_SIZE).map(|i| pixel(i % CROP_SIZE, i / CROP_SIZE)).collect();
        FaceCrop::from_pixels(&pixels).unwrap()
    }

    #[test]
    fn each_fault_has_its_sentence() {
        let fold = |x: usize| x.min(CROP_SIZE - 1 - x);
        let texture = |x: usize, y: usize| ((fold(x) * 5 + y * 11) % 17 * 8) as u8;
        let odd = |x: usize, y: usize| {
            let level = (y * 5 % 100) as u8;
            if x < CROP_SIZE / 2 { 78 + level } else { 178 - level }
        };
        let ramp = |x: usize, _: usize| 60 + 2 * x as u8;
        let large = FaceBox { x: 0.0, y: 0.0, width: 90.0, height: 90.0 };
        let small = FaceBox { width: 20.0, ..large };
        let cases: [(FaceCrop, FaceBox, &[&str]); 7] = [
            (crop(|x, y| 60 + texture(x, y)), large, &[]),
            (crop(|x, y| texture(x, y) / 4), large, &["Too dark"]),
            (crop(|x, y| 255 - texture(x, y) / 4), large, &["Too bright"]),
            (crop(|x, y| 100 + texture(x, y) / 8), large, &["Hardly any contrast"]),
            (crop(ramp), large, &["Blurred"]),
            (crop(odd), large, &["Turned away"]),
            (crop(|x, y| texture(x, y) / 4), small, &["Too dark", "The face is small"]),
        ];
        for (crop, face, expected) in cases {
            let given = advice(&crop, &face);
            assert_eq!(given.len(), expected.len(), "{given:?}, not {expected:?}");
            assert!(given.iter().zip(expected).all(|(g, e)| g.starts_with(e)), "{given:?}");
        }
    }
}
