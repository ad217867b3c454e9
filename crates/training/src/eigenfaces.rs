//! The directions in which faces differ most (Turk and Pentland 1991), for
//! [`attune_vision::eigenfaces`], and how often strangers look alike in them.

use std::collections::HashSet;

use attune_vision::eigenfaces::{EigenfacesSpec, FORMAT, SIDE, Strangers};
use attune_vision::{Coefficients, Eigenfaces, FaceCrop, Household, ModelError, Tensor};
use serde::Serialize;

use crate::data::{Dataset, Example, duplicates};
use crate::export::{Precision, write};
use crate::parallel::{in_parallel, part};

/// Directions that are kept.
const KEPT: usize = 64;
/// The first few show light from one side rather than faces (Belhumeur et al. 1997).
const LIGHT: usize = 3;
/// Directions more than are kept, so that the last ones settle too.
const SPARE: usize = 13;
/// Rounds of orthogonal iteration.
const ROUNDS: usize = 80;
const PIXELS: usize = SIDE * SIDE;
/// The share of strangers that a household should take for one of them: below the share promised,
/// which others than those who chose the threshold are measured at.
const ASKED: f32 = 0.9 * Household::FALSE_ACCEPTS;
/// Households up to this size have a distance of their own; larger ones are given that of the next
/// size, doubled again and again.
const SIZES: u32 = 8;

/// What was made and what it was measured to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EigenfacesReport {
    /// Faces that the directions were learned from.
    pub faces: usize,
    /// How many there are.
    pub directions: usize,
    /// Share of the variance of those faces that they explain.
    pub explained: f64,
    /// Faces that the thresholds were chosen on, two by two.
    pub threshold_faces: usize,
    /// How strangers fared who neither taught nor chose anything.
    pub strangers: Vec<FalseAccepts>,
    /// How often two pictures that show one photograph, cut or saved differently, are taken for
    /// one person; they say little of two photographs.
    pub same_photograph: Accepts,
}

/// Strangers before a household.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FalseAccepts {
    /// People who enrolled, with a picture each.
    pub household: usize,
    /// Share of strangers taken for one of them.
    #[serde(flatten)]
    pub accepts: Accepts,
}

/// How many were taken for somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Accepts {
    /// Tries.
    pub tries: usize,
    /// Accepted.
    pub accepted: usize,
    /// Share.
    pub share: f64,
    /// Its 95 % interval over faces or households; 0 where none can be given.
    pub margin95: f64,
}

impl Accepts {
    /// Of groups of tries, each of which shares a face.
    fn of(groups: &[(usize, usize)]) -> Self {
        let tries = groups.iter().map(|(_, n)| n).sum::<usize>();
        let accepted = groups.iter().map(|(a, _)| a).sum::<usize>();
        let share = accepted as f64 / tries.max(1) as f64;
        let off = |(a, n): &(usize, usize)| (*a as f64 - share * *n as f64).powi(2);
        let deviation = groups.iter().map(off).sum::<f64>().sqrt() / tries.max(1) as f64;
        Self { tries, accepted, share, margin95: 1.96 * deviation }
    }
}

/// Faces that FER+ kept and at most one of ten raters took for none.
fn faces(data: &Dataset) -> Vec<&FaceCrop> {
    let is_face = |e: &&Example| e.votes.is_some_and(|v| v.0[9] < 2);
    data.examples.iter().filter(is_face).map(|e| &e.crop).collect()
}

/// Learns the directions from one set of faces and the thresholds from every other face of
/// another; the rest of that is what the report measures on.
///
/// # Errors
/// Where there are too few faces to make a file of.
pub fn learn(
    train: &Dataset,
    valid: &Dataset,
    threads: usize,
) -> Result<(Vec<u8>, EigenfacesReport), ModelError> {
    let taught = faces(train);
    let basis = Basis::of(&taught, threads);
    let valid = faces(valid);
    let twins = duplicates::pairs(&valid, threads);
    let twins: HashSet<(usize, usize)> = twins.iter().map(|p| (p.first, p.second)).collect();
    // Thresholds of 0 at first: they say nothing of coefficients.
    let raw = Eigenfaces::from_safetensors(&basis.file(Vec::new()))?;
    let coefficients: Vec<_> = valid.iter().filter_map(|crop| raw.coefficients(crop)).collect();
    let pairs = Pairs { coefficients: &coefficients, twins: &twins };
    let strangers = pairs.thresholds();
    let bytes = basis.file(strangers);
    let eigenfaces = Eigenfaces::from_safetensors(&bytes)?;
    let report = EigenfacesReport {
        faces: taught.len(),
        directions: basis.deviations.len(),
        explained: basis.explained,
        threshold_faces: coefficients.len().div_ceil(2),
        strangers: [1, 2, 4, 8].iter().map(|n| pairs.false_accepts(&eigenfaces, *n)).collect(),
        same_photograph: pairs.same_photograph(&eigenfaces),
    };
    Ok((bytes, report))
}

/// Mean and directions of pictures.
struct Basis {
    mean: Vec<f32>,
    /// A row a direction, each of length 1.
    directions: Vec<Vec<f64>>,
    /// Along each of them.
    deviations: Vec<f64>,
    explained: f64,
}

impl Basis {
    fn of(crops: &[&FaceCrop], threads: usize) -> Self {
        let pictures: Vec<Vec<f32>> = crops.iter().map(|crop| Eigenfaces::picture(crop)).collect();
        let n = pictures.len().max(1) as f64;
        let mut mean = vec![0.0f64; PIXELS];
        for picture in &pictures {
            mean.iter_mut().zip(picture).for_each(|(m, p)| *m += f64::from(*p) / n);
        }
        let mean: Vec<f32> = mean.into_iter().map(|m| m as f32).collect();
        let covariance = covariance(&pictures, &mean, threads);
        let total: f64 = (0..PIXELS).map(|i| covariance[i * PIXELS + i]).sum();
        let (mut directions, mut variances) = leading(&covariance, LIGHT + KEPT + SPARE);
        directions.drain(..LIGHT);
        variances.drain(..LIGHT);
        directions.truncate(KEPT);
        variances.truncate(KEPT);
        let explained = variances.iter().sum::<f64>() / total.max(f64::MIN_POSITIVE);
        let deviations = variances.iter().map(|v| v.max(1e-12).sqrt()).collect();
        Self { mean, directions, deviations, explained }
    }

    fn file(&self, strangers: Vec<Strangers>) -> Vec<u8> {
        let rows = self.directions.iter().zip(&self.deviations);
        let values = rows.flat_map(|(row, d)| row.iter().map(move |v| (v / d) as f32)).collect();
        let directions = Tensor { shape: vec![self.directions.len(), PIXELS], values };
        let mean = Tensor { shape: vec![PIXELS], values: self.mean.clone() };
        let spec = EigenfacesSpec { format: FORMAT, strangers };
        let tensors = [("mean".to_owned(), mean), ("directions".to_owned(), directions)];
        write(&tensors, Precision::Int8, serde_json::to_string(&spec).unwrap_or_default())
    }
}

/// `[PIXELS, PIXELS]`, row by row.
fn covariance(pictures: &[Vec<f32>], mean: &[f32], threads: usize) -> Vec<f64> {
    let parts = in_parallel(threads, |thread| {
        let mut sum = vec![0.0f64; PIXELS * PIXELS];
        let mut chunk = vec![0.0f32; PIXELS * PIXELS];
        // Sums of a few hundred products keep their precision in 32 bits.
        for pictures in pictures[part(pictures.len(), thread, threads)].chunks(256) {
            chunk.fill(0.0);
            for picture in pictures {
                let off: Vec<f32> = picture.iter().zip(mean).map(|(p, m)| p - m).collect();
                for (row, scale) in chunk.chunks_exact_mut(PIXELS).zip(&off) {
                    row.iter_mut().zip(&off).for_each(|(sum, v)| *sum += scale * v);
                }
            }
            sum.iter_mut().zip(&chunk).for_each(|(sum, v)| *sum += f64::from(*v));
        }
        sum
    });
    let mut total = vec![0.0; PIXELS * PIXELS];
    for sum in parts {
        total.iter_mut().zip(sum).for_each(|(t, v)| *t += v / pictures.len().max(1) as f64);
    }
    total
}

/// The eigenvectors of the largest eigenvalues, largest first, and these, by orthogonal iteration.
fn leading(matrix: &[f64], count: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
    let mut rng = fastrand::Rng::with_seed(1);
    let mut basis: Vec<Vec<f64>> =
        (0..count).map(|_| (0..PIXELS).map(|_| rng.f64() - 0.5).collect()).collect();
    let mut values = vec![0.0; count];
    for _ in 0..ROUNDS {
        for vector in &mut basis {
            let rows = matrix.chunks_exact(PIXELS);
            *vector = rows.map(|row| dot(row, vector)).collect();
        }
        for (i, value) in values.iter_mut().enumerate() {
            let (before, rest) = basis.split_at_mut(i);
            let vector = &mut rest[0];
            for other in before {
                let share = dot(other, vector);
                vector.iter_mut().zip(other).for_each(|(v, o)| *v -= share * *o);
            }
            *value = dot(vector, vector).sqrt();
            vector.iter_mut().for_each(|v| *v /= value.max(f64::MIN_POSITIVE));
        }
    }
    (basis, values)
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Faces of which every even one chose the thresholds and every odd one measures.
struct Pairs<'a> {
    coefficients: &'a [Coefficients],
    /// Positions of what shows one photograph, the earlier first.
    twins: &'a HashSet<(usize, usize)>,
}

impl Pairs<'_> {
    fn are_twins(&self, a: usize, b: usize) -> bool {
        self.twins.contains(&(a.min(b), a.max(b)))
    }

    fn thresholds(&self) -> Vec<Strangers> {
        let mut distances = Vec::new();
        for a in (0..self.coefficients.len()).step_by(2) {
            for b in (0..a).step_by(2).filter(|b| !self.are_twins(a, *b)) {
                distances.push(self.coefficients[a].distance(&self.coefficients[b]));
            }
        }
        distances.sort_unstable_by(f32::total_cmp);
        let at = |share: &f32| {
            // At least ten pairs lie within, or the share says nothing.
            let rank = (f64::from(*share) * distances.len() as f64) as usize;
            (rank >= 10).then(|| Strangers { share: *share, within: distances[rank - 1] })
        };
        let sizes = (1..=SIZES).chain((4..=10).map(|n| 1 << n));
        let mut strangers: Vec<_> = sizes.filter_map(|size| at(&(ASKED / size as f32))).collect();
        strangers.reverse();
        strangers
    }

    /// Every measuring face before households of the ones behind it.
    fn false_accepts(&self, eigenfaces: &Eigenfaces, household: usize) -> FalseAccepts {
        let within = eigenfaces.within(Household::FALSE_ACCEPTS / household as f32);
        let odd: Vec<usize> = (1..self.coefficients.len()).step_by(2).collect();
        let near = |a: usize, b: usize| {
            let distance = self.coefficients[a].distance(&self.coefficients[b]);
            within.is_some_and(|within| distance <= within)
        };
        let group = |house: &[usize]| {
            let tried = odd.iter().filter(|face| !house.iter().any(|h| self.same(*h, **face)));
            let (mut accepted, mut tries) = (0, 0);
            for face in tried {
                tries += 1;
                accepted += usize::from(house.iter().any(|h| near(*h, *face)));
            }
            (accepted, tries)
        };
        let groups: Vec<_> = odd.chunks_exact(household).map(group).collect();
        FalseAccepts { household, accepts: Accepts::of(&groups) }
    }

    fn same(&self, a: usize, b: usize) -> bool {
        a == b || self.are_twins(a, b)
    }

    fn same_photograph(&self, eigenfaces: &Eigenfaces) -> Accepts {
        let within = eigenfaces.within(Household::FALSE_ACCEPTS);
        let pairs = self.twins.iter().filter(|(_, b)| *b < self.coefficients.len());
        let near = |(a, b): &(usize, usize)| {
            let distance = self.coefficients[*a].distance(&self.coefficients[*b]);
            (usize::from(within.is_some_and(|within| distance <= within)), 1)
        };
        Accepts::of(&pairs.map(near).collect::<Vec<_>>())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directions_of_a_known_covariance_are_found() {
        // Variances 9, 4 and 1 along rotated axes of the first three pixels.
        let axes = [[0.6, 0.8, 0.0], [-0.8, 0.6, 0.0], [0.0, 0.0, 1.0]];
        let mut matrix = vec![0.0; PIXELS * PIXELS];
        for (axis, variance) in axes.iter().zip([9.0, 4.0, 1.0]) {
            for (i, a) in axis.iter().enumerate() {
                for (j, b) in axis.iter().enumerate() {
                    matrix[i * PIXELS + j] += variance * a * b;
                }
            }
        }
        let (vectors, values) = leading(&matrix, 3);
        for ((vector, axis), (value, expected)) in
            vectors.iter().zip(axes).zip(values.iter().zip([9.0, 4.0, 1.0]))
        {
            assert!((value - expected).abs() < 1e-6, "{values:?}");
            assert!((dot(&vector[..3], &axis).abs() - 1.0).abs() < 1e-6, "{:?}", &vector[..3]);
        }
    }

    #[test]
    fn shares_come_with_their_spread() {
        let accepts = Accepts::of(&[(1, 100), (3, 100)]);
        assert_eq!((accepts.tries, accepts.accepted, accepts.share), (200, 4, 0.02));
        assert!((accepts.margin95 - 1.96 * 2f64.sqrt() / 200.0).abs() < 1e-9);
        assert_eq!(Accepts::of(&[]).share, 0.0);
    }
}
