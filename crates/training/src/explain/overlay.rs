//! Heat over a photo.

use attune_core::FaceBox;
use attune_vision::{CROP_SIZE, FaceCrop, Frame};
use colorous::Gradient;
use image::{Rgb, RgbImage};

use super::GradCam;
use super::picture::{colour, png};

/// From dark to bright, evenly to the eye (matplotlib's inferno).
const COLOURS: Gradient = colorous::INFERNO;
/// How much of the photo the hottest place hides.
const COVER: f32 = 0.7;
/// Faces are shown at least this large, in pixels a side, ...
const LEAST_FACE: f32 = 240.0;
/// ... and pictures at most this large.
const LONGEST_SIDE: f32 = 2048.0;

/// Where in a photo a face is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// What the face's crop shows.
    pub crop: FaceBox,
    /// The detector's box, where there is one.
    pub face: Option<FaceBox>,
}

impl Place {
    /// A face that a detector found; one that was turned upright for the network is shown as it lies.
    #[must_use]
    pub fn of_face(photo: &Frame, face: FaceBox) -> Self {
        Self { crop: FaceCrop::square(photo, &face), face: Some(face) }
    }

    /// A picture that is a face from border to border, as those of face data sets are.
    #[must_use]
    pub fn whole(photo: &Frame) -> Self {
        let (width, height) = (photo.width() as f32, photo.height() as f32);
        Self { crop: FaceBox { x: 0.0, y: 0.0, width, height }, face: None }
    }

    /// What a network of that input size is shown: the middle of the crop.
    #[must_use]
    pub fn input(&self, input_size: usize) -> FaceBox {
        let (crop, share) = (&self.crop, input_size as f32 / CROP_SIZE as f32);
        let [width, height] = [crop.width * share, crop.height * share];
        let [x, y] = [(crop.width - width) * 0.5, (crop.height - height) * 0.5];
        FaceBox { x: crop.x + x, y: crop.y + y, width, height }
    }
}

/// The photo in grey, as the network sees it, with the heat over the part of it that the network
/// was shown and a frame around the face's box, as PNG.
#[must_use]
pub fn overlay(photo: &Frame, place: &Place, input_size: usize, cam: &GradCam) -> Vec<u8> {
    let scale = scale(photo, &place.crop);
    let size = [photo.width(), photo.height()].map(|side| (side as f32 * scale).round() as usize);
    let shown = photo.resized(size[0], size[1]);
    let mut picture = RgbImage::new(shown.width() as u32, shown.height() as u32);
    for (pixel, grey) in picture.pixels_mut().zip(shown.pixels()) {
        *pixel = Rgb([*grey; 3]);
    }
    heat(&mut picture, &scaled(&place.input(input_size), scale), cam);
    if let Some(face) = &place.face {
        frame(&mut picture, &scaled(face, scale));
    }
    png(&picture)
}

/// By how much the photo is shown larger or smaller than it is.
fn scale(photo: &Frame, crop: &FaceBox) -> f32 {
    let enlarge = (LEAST_FACE / crop.width.max(1.0)).max(1.0);
    enlarge.min(LONGEST_SIDE / photo.width().max(photo.height()) as f32)
}

fn scaled(area: &FaceBox, by: f32) -> FaceBox {
    let FaceBox { x, y, width, height } = *area;
    FaceBox { x: x * by, y: y * by, width: width * by, height: height * by }
}

fn heat(picture: &mut RgbImage, seen: &FaceBox, cam: &GradCam) {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let across = (x as f32 + 0.5 - seen.x) / seen.width;
        let down = (y as f32 + 0.5 - seen.y) / seen.height;
        if (0.0..1.0).contains(&across) && (0.0..1.0).contains(&down) {
            let heat = cam.at(across, down);
            let (shade, cover) = (colour(COLOURS, heat), COVER * heat.sqrt());
            for (channel, shade) in pixel.0.iter_mut().zip(shade) {
                *channel = (f32::from(*channel) * (1.0 - cover) + shade * cover).round() as u8;
            }
        }
    }
}

/// A white line with a black one inside, so that it shows on any photo.
fn frame(picture: &mut RgbImage, face: &FaceBox) {
    for (inset, shade) in [(0.0, 255), (1.0, 255), (2.0, 0)] {
        let edges = [face.x + inset, face.x + face.width - 1.0 - inset].map(|x| x.round() as i64);
        let ends = [face.y + inset, face.y + face.height - 1.0 - inset].map(|y| y.round() as i64);
        for x in edges[0]..=edges[1] {
            ends.iter().for_each(|y| put(picture, x, *y, shade));
        }
        for y in ends[0]..=ends[1] {
            edges.iter().for_each(|x| put(picture, *x, y, shade));
        }
    }
}

fn put(picture: &mut RgbImage, x: i64, y: i64, shade: u8) {
    let pixel = u32::try_from(x).ok().zip(u32::try_from(y).ok());
    if let Some(pixel) = pixel.and_then(|(x, y)| picture.get_pixel_mut_checked(x, y)) {
        *pixel = Rgb([shade; 3]);
    }
}
