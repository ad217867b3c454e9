//! Where in a photo the network looked.

use attune_core::FaceBox;
use attune_vision::{CROP_SIZE, Detection, FaceCrop, Frame};

/// Where in a photo a face is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// What the face's crop shows, before it is turned around its middle.
    pub crop: FaceBox,
    /// By how many degrees clockwise the crop is turned in the photo.
    pub roll_degrees: f32,
    /// The detector's box, where there is one.
    pub face: Option<FaceBox>,
}

/// The square of a photo that a network was shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    /// Before it is turned around its middle.
    pub area: FaceBox,
    /// By how many degrees clockwise it is turned in the photo.
    pub roll_degrees: f32,
}

impl Place {
    /// A face that a detector found, cut as [`FaceCrop::of`] does.
    #[must_use]
    pub fn of_face(photo: &Frame, found: &Detection) -> Self {
        Self {
            crop: FaceCrop::square(photo, &found.face),
            roll_degrees: FaceCrop::turned_by(found),
            face: Some(found.face),
        }
    }

    /// A picture that is a face from border to border, as those of face data sets are.
    #[must_use]
    pub fn whole(photo: &Frame) -> Self {
        let (width, height) = (photo.width() as f32, photo.height() as f32);
        let crop = FaceBox { x: 0.0, y: 0.0, width, height };
        Self { crop, roll_degrees: 0.0, face: None }
    }

    /// What a network of that input size is shown: the middle of the crop.
    #[must_use]
    pub fn shown(&self, input_size: usize) -> Shown {
        let (crop, share) = (&self.crop, input_size as f32 / CROP_SIZE as f32);
        let [width, height] = [crop.width * share, crop.height * share];
        let [x, y] = [(crop.width - width) * 0.5, (crop.height - height) * 0.5];
        let area = FaceBox { x: crop.x + x, y: crop.y + y, width, height };
        Shown { area, roll_degrees: self.roll_degrees }
    }
}

impl Shown {
    /// The same square where the photo is shown so many times as large.
    #[must_use]
    pub fn scaled(&self, by: f32) -> Self {
        let FaceBox { x, y, width, height } = self.area;
        let area = FaceBox { x: x * by, y: y * by, width: width * by, height: height * by };
        Self { area, ..*self }
    }

    /// Where in the photo a place of the network's input lies, both its numbers from 0 to 1.
    #[must_use]
    pub fn to_photo(&self, [across, down]: [f32; 2]) -> [f32; 2] {
        let FaceBox { width, height, .. } = self.area;
        let [x, y] = turned([(across - 0.5) * width, (down - 0.5) * height], self.roll_degrees);
        let [middle_x, middle_y] = self.middle();
        [middle_x + x, middle_y + y]
    }

    /// Where in the network's input a place of the photo lies; outside of 0 to 1 where the network
    /// was not shown it.
    #[must_use]
    pub fn from_photo(&self, [x, y]: [f32; 2]) -> [f32; 2] {
        let [middle_x, middle_y] = self.middle();
        let [x, y] = turned([x - middle_x, y - middle_y], -self.roll_degrees);
        [x / self.area.width + 0.5, y / self.area.height + 0.5]
    }

    /// Upper left, upper right, lower right and lower left.
    #[must_use]
    pub fn corners(&self) -> [[f32; 2]; 4] {
        [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]].map(|corner| self.to_photo(corner))
    }

    fn middle(&self) -> [f32; 2] {
        let FaceBox { x, y, width, height } = self.area;
        [x + width * 0.5, y + height * 0.5]
    }
}

/// Clockwise where y grows downwards.
fn turned([x, y]: [f32; 2], degrees: f32) -> [f32; 2] {
    let (sin, cos) = degrees.to_radians().sin_cos();
    [cos * x - sin * y, sin * x + cos * y]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bright dot in a photo comes out of the crop where the place says.
    #[test]
    fn places_are_those_that_the_crop_shows() {
        for roll_degrees in [0.0, 25.0, -40.0] {
            let face = FaceBox { x: 60.0, y: 70.0, width: 100.0, height: 100.0 };
            let found = Detection { face, score: 1.0, roll_degrees };
            let dot = [130i32, 95];
            let near = |i: usize| {
                let (x, y) = ((i % 220) as i32, (i / 220) as i32);
                (x - dot[0]).abs() <= 2 && (y - dot[1]).abs() <= 2
            };
            let pixels = (0..220 * 220).map(|i| if near(i) { 255 } else { 0 }).collect();
            let photo = Frame::from_luma(220, 220, pixels).unwrap();
            let crop = FaceCrop::of(&photo, &found);
            let brightest = (0..CROP_SIZE * CROP_SIZE).max_by_key(|i| crop.pixels()[*i]).unwrap();
            let middle = |i: usize| (i as f32 + 0.5) / CROP_SIZE as f32;
            let seen = [middle(brightest % CROP_SIZE), middle(brightest / CROP_SIZE)];
            let shown = Place::of_face(&photo, &found).shown(CROP_SIZE);
            let [x, y] = shown.to_photo(seen);
            assert!((x - 130.5).abs() < 4.0 && (y - 95.5).abs() < 4.0, "{roll_degrees}: {x},{y}");
            let back = shown.from_photo([x, y]);
            assert!((0..2).all(|i| (back[i] - seen[i]).abs() < 1e-4), "{back:?} {seen:?}");
        }
    }
}
