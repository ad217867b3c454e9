//! Who it is, among few people who asked for it: Eigenfaces (Turk and Pentland 1991).

use serde::{Deserialize, Serialize};

use crate::crop::standardise;
use crate::model::{ModelError, Weights, described, wrong_shape};
use crate::{CROP_SIZE, FaceCrop};

/// Side of the pictures that are compared, in pixels.
pub const SIDE: usize = CROP_SIZE / 2;
/// The version of the file that is read and written.
pub const FORMAT: u32 = 1;
/// The most directions that a file may have.
const MOST: usize = SIDE * SIDE;

/// What the file says besides its tensors: `mean` is `[SIDE * SIDE]`, `directions` is
/// `[count, SIDE * SIDE]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EigenfacesSpec {
    /// [`FORMAT`] when it was written.
    pub format: u32,
    /// Of pairs of different people the share that lies within a distance, shares rising.
    pub strangers: Vec<Strangers>,
}

/// How many pairs of different people look as alike as that.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strangers {
    /// Of all pairs.
    pub share: f32,
    /// Lie within this [`Coefficients::distance`].
    pub within: f32,
}

/// The directions in which faces differ most, each divided by how much they differ along it, so
/// that all count alike (the "Mahalanobis cosine" of Beveridge et al. 2005).
#[derive(Clone, Debug, PartialEq)]
pub struct Eigenfaces {
    mean: Vec<f32>,
    /// A row a direction.
    directions: Vec<f32>,
    strangers: Vec<Strangers>,
}

/// What is kept of a face: how far it lies in each direction, as a vector of length 1. A blurred
/// likeness could be drawn from it and the directions, so it is as private as a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Coefficients(Vec<f32>);

impl Coefficients {
    /// From numbers of any scale; `None` unless all are finite and one is not 0.
    #[must_use]
    pub fn new(mut values: Vec<f32>) -> Option<Self> {
        // Squares of 32-bit floats neither overflow nor vanish in 64 bits.
        let length = values.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt();
        values.iter_mut().for_each(|v| *v = (f64::from(*v) / length) as f32);
        (length > 0.0 && values.iter().all(|v| v.is_finite())).then_some(Self(values))
    }

    /// 0 for the same face, about 1 for any two, at most 2: one less the cosine. 1 for those of
    /// another basis.
    #[must_use]
    pub fn distance(&self, other: &Self) -> f32 {
        if self.0.len() != other.0.len() {
            return 1.0;
        }
        1.0 - self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum::<f32>()
    }

    /// What several pictures of one person have in common; `None` for none.
    #[must_use]
    pub fn mean(of: &[Self]) -> Option<Self> {
        let mut sum = vec![0.0; of.first()?.0.len()];
        for one in of {
            sum.iter_mut().zip(&one.0).for_each(|(sum, v)| *sum += v);
        }
        Self::new(sum)
    }

    /// The numbers.
    #[must_use]
    pub fn values(&self) -> &[f32] {
        &self.0
    }
}

impl Eigenfaces {
    /// Reads a file that `attune train eigenfaces` wrote; every number in it is checked here.
    ///
    /// # Errors
    /// Bytes that are no such file.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, ModelError> {
        let (spec, weights): (EigenfacesSpec, Weights<'_>) = described(bytes)?;
        if spec.format != FORMAT {
            return Err(ModelError::Format(spec.format));
        }
        let mean = weights.bias("mean", SIDE * SIDE)?;
        let directions = weights.tensor("directions")?;
        match directions.shape[..] {
            [1..=MOST, pixels] if pixels == SIDE * SIDE => {}
            _ => {
                let needed = format!("[1 to {MOST}, {}]", SIDE * SIDE);
                return Err(wrong_shape("directions", directions.shape, needed));
            }
        }
        Ok(Self { mean, directions: directions.values, strangers: spec.strangers })
    }

    /// The picture that is compared: a crop at half its size, free of brightness and contrast.
    #[must_use]
    pub fn picture(crop: &FaceCrop) -> Vec<f32> {
        let pixel = |x: usize, y: usize| f32::from(crop.pixels()[y * CROP_SIZE + x]);
        let block = |i: usize| {
            let (x, y) = (2 * (i % SIDE), 2 * (i / SIDE));
            (pixel(x, y) + pixel(x + 1, y) + pixel(x, y + 1) + pixel(x + 1, y + 1)) / 4.0
        };
        let mut picture: Vec<f32> = (0..SIDE * SIDE).map(block).collect();
        standardise(&mut picture);
        picture
    }

    /// A face in these directions; `None` only for the mean face itself.
    #[must_use]
    pub fn coefficients(&self, crop: &FaceCrop) -> Option<Coefficients> {
        let mut picture = Self::picture(crop);
        picture.iter_mut().zip(&self.mean).for_each(|(p, m)| *p -= m);
        let along = |row: &[f32]| -> f32 { row.iter().zip(&picture).map(|(d, p)| d * p).sum() };
        Coefficients::new(self.directions.chunks_exact(SIDE * SIDE).map(along).collect())
    }

    /// The largest distance within which at most this share of pairs of different people lies, as
    /// far as was measured; `None` where so small a share never was.
    #[must_use]
    pub fn within(&self, share: f32) -> Option<f32> {
        let fits = self.strangers.iter().filter(|s| s.share <= share);
        fits.map(|s| s.within).filter(|within| within.is_finite()).max_by(f32::total_cmp)
    }
}

/// The people who enrolled.
#[derive(Clone, Debug)]
pub struct Household {
    eigenfaces: Eigenfaces,
    people: Vec<(String, Coefficients)>,
    within: Option<f32>,
}

impl Household {
    /// How often a stranger may be taken for one of them.
    pub const FALSE_ACCEPTS: f32 = 0.01;

    /// The more people there are, the nearer a face must come to one of them, so that a stranger is
    /// taken for any of them no oftener than [`FALSE_ACCEPTS`](Self::FALSE_ACCEPTS) of the time.
    #[must_use]
    pub fn new(eigenfaces: Eigenfaces, people: Vec<(String, Coefficients)>) -> Self {
        let within = eigenfaces.within(Self::FALSE_ACCEPTS / people.len().max(1) as f32);
        Self { eigenfaces, people, within }
    }

    /// Whose face it is; `None` for a stranger, and where it can't tell.
    #[must_use]
    pub fn who(&self, crop: &FaceCrop) -> Option<&str> {
        self.nearest(&self.eigenfaces.coefficients(crop)?)
    }

    /// The same for a face that was looked at already.
    #[must_use]
    pub fn nearest(&self, face: &Coefficients) -> Option<&str> {
        let within = self.within?;
        let far = self.people.iter().map(|(name, known)| (known.distance(face), name));
        let (distance, name) = far.min_by(|a, b| a.0.total_cmp(&b.0))?;
        (distance <= within).then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Directions that are single pixels of the picture.
    fn pixels(count: usize) -> Eigenfaces {
        let mut directions = vec![0.0; count * SIDE * SIDE];
        (0..count).for_each(|i| directions[i * SIDE * SIDE + i * 7] = 1.0);
        let strangers = vec![
            Strangers { share: 0.001, within: 0.1 },
            Strangers { share: 0.005, within: 0.3 },
            Strangers { share: 0.01, within: 0.4 },
        ];
        Eigenfaces { mean: vec![0.0; SIDE * SIDE], directions, strangers }
    }

    fn crop(seed: usize) -> FaceCrop {
        let grey = |i: usize| (i * i * (seed * 2 + 3) / 7 % 251) as u8;
        FaceCrop::from_pixels(&(0..CROP_SIZE * CROP_SIZE).map(grey).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn a_face_is_nearest_to_itself_whatever_the_light() {
        let eigenfaces = pixels(40);
        let of = |crop: &FaceCrop| eigenfaces.coefficients(crop).unwrap();
        let dimmed: Vec<u8> = crop(1).pixels().iter().map(|p| p / 2 + 20).collect();
        let dimmed = FaceCrop::from_pixels(&dimmed).unwrap();
        assert!(of(&crop(1)).distance(&of(&dimmed)) < 0.01);
        assert!(of(&crop(1)).distance(&of(&crop(2))) > 0.3);
        let one = of(&crop(1));
        assert!((Coefficients::mean(&[one.clone(), one.clone()]).unwrap().distance(&one)) < 1e-5);
        assert_eq!(Coefficients::mean(&[]), None);
        assert_eq!(Coefficients::new(vec![0.0; 3]), None);
        assert_eq!(Coefficients::new(vec![f32::NAN, 1.0]), None);
    }

    #[test]
    fn larger_households_ask_for_nearer_faces() {
        let eigenfaces = pixels(40);
        let known = |seed: usize| (seed.to_string(), eigenfaces.coefficients(&crop(seed)).unwrap());
        let house = |n: usize| Household::new(eigenfaces.clone(), (1..=n).map(known).collect());
        let limits = [1, 2, 5, 20].map(|n| house(n).within);
        assert_eq!(limits, [Some(0.4), Some(0.3), Some(0.1), None]);
        assert_eq!(house(3).who(&crop(2)), Some("2"));
        assert_eq!(house(3).who(&crop(9)), None);
        assert_eq!(house(0).who(&crop(1)), None);
        assert_eq!(house(20).who(&crop(1)), None, "nothing is said of so small a share");
    }

    #[test]
    fn other_files_are_refused() {
        for bytes in
            [&b""[..], b"eigenfaces", include_bytes!("../../../models/detector.safetensors")]
        {
            assert!(Eigenfaces::from_safetensors(bytes).is_err());
        }
    }
}
