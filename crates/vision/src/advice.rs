//! What would make a reading better, in one short sentence each.

use attune_core::FaceBox;

use crate::{FaceCrop, Quality};

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
    light.into_iter().chain(detail).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CROP_SIZE;

    fn crop(pixel: impl Fn(usize, usize) -> u8) -> FaceCrop {
        let pixels: Vec<u8> =
            (0..CROP_SIZE * CROP_SIZE).map(|i| pixel(i % CROP_SIZE, i / CROP_SIZE)).collect();
        FaceCrop::from_pixels(&pixels).unwrap()
    }

    #[test]
    fn each_fault_has_its_sentence() {
        let texture = |x: usize, y: usize| ((x * 5 + y * 11) % 17 * 8) as u8;
        let ramp = |x: usize, _: usize| 60 + 2 * x as u8;
        let large = FaceBox { x: 0.0, y: 0.0, width: 90.0, height: 90.0 };
        let small = FaceBox { width: 20.0, ..large };
        let cases: [(FaceCrop, FaceBox, &[&str]); 6] = [
            (crop(|x, y| 60 + texture(x, y)), large, &[]),
            (crop(|x, y| texture(x, y) / 4), large, &["Too dark"]),
            (crop(|x, y| 255 - texture(x, y) / 4), large, &["Too bright"]),
            (crop(|x, y| 100 + texture(x, y) / 8), large, &["Hardly any contrast"]),
            (crop(ramp), large, &["Blurred"]),
            (crop(|x, y| texture(x, y) / 4), small, &["Too dark", "The face is small"]),
        ];
        for (crop, face, expected) in cases {
            let given = advice(&crop, &face);
            assert_eq!(given.len(), expected.len(), "{given:?}, not {expected:?}");
            assert!(given.iter().zip(expected).all(|(g, e)| g.starts_with(e)), "{given:?}");
        }
    }
}
