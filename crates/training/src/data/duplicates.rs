//! Pictures that stand in a data set more than once.
//!
//! Two pictures are an *exact* pair where every pixel is the same. They are a *near* pair where
//! they show the same photograph, cut or saved a little differently:
//!
//! 1. their perceptual hashes differ in at most [`HASH_BITS`] of 64 bits (signs of the 64 lowest
//!    frequencies of the cosine transform but the mean, after Zauner 2010), and
//! 2. their best correlation over shifts of up to [`REACH`] pixels either way reaches
//!    [`CORRELATION`].
//!
//! How those were chosen, on FER2013's `Training` and `PublicTest`: the hash alone finds 199,391
//! pairs, most of them two faces seen from the front. Their best correlations fall from 1,111
//! pairs at .80 to 218 at .88 and rise again to 564 at .97: two kinds of pairs, with the valley at
//! .86 to .89. Of 40 pairs drawn from .88 to .90 and looked at, seven show two different pictures;
//! of 40 from .90 to .92 one does, of 40 from .92 to .94 none. Mirrored and strongly turned copies
//! are not found.

use std::collections::HashMap;

use attune_vision::{CROP_SIZE, FaceCrop};
use serde::{Deserialize, Serialize};

use crate::parallel::{in_parallel, part};

/// Bits in which the hashes of a near pair may differ.
pub const HASH_BITS: u32 = 14;
/// Pixels by which the crops of a near pair may be shifted against each other, both ways.
pub const REACH: usize = 4;
/// The least correlation of a near pair.
pub const CORRELATION: f32 = 0.9;

/// Side of the small copies that most pairs are refused by.
const SMALL: usize = CROP_SIZE / 2;
/// The least correlation of the small copies.
const SMALL_CORRELATION: f32 = 0.8;
/// Variance of grey levels below which a picture is flat and only exact pairs count.
const FLAT: f32 = 4.0;

/// How alike two pictures are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// The same photograph, cut or saved differently.
    Near,
    /// The same pixels.
    Exact,
}

/// Two pictures of one list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Position of the first.
    pub first: usize,
    /// Position of the second, which comes later.
    pub second: usize,
    /// How alike they are.
    pub likeness: Likeness,
}

/// All pairs within a list, in order of the first.
#[must_use]
pub fn pairs(crops: &[&FaceCrop], threads: usize) -> Vec<Pair> {
    let prints = prints(crops, threads);
    let found = in_parallel(threads, |thread| {
        // Every so-manieth one, because early pictures have more partners to look at.
        let mine = (thread..prints.len()).step_by(threads.max(1));
        mine.flat_map(|first| partners(&prints, first)).collect::<Vec<_>>()
    });
    let mut pairs = found.concat();
    pairs.sort_by_key(|p| (p.first, p.second));
    pairs
}

fn partners<'a>(prints: &'a [Print<'_>], first: usize) -> impl Iterator<Item = Pair> + 'a {
    let print = &prints[first];
    let later = prints.iter().enumerate().skip(first + 1);
    later.filter_map(move |(second, other)| {
        Some(Pair { first, second, likeness: print.likeness(other)? })
    })
}

/// How alike each picture is to the one most like it `among` others; `None` where none is.
#[must_use]
pub fn known(of: &[&FaceCrop], among: &[&FaceCrop], threads: usize) -> Vec<Option<Likeness>> {
    let (of, among) = (prints(of, threads), prints(among, threads));
    let exact: HashMap<&[u8], ()> = among.iter().map(|p| (p.crop.pixels(), ())).collect();
    let best = |print: &Print<'_>| {
        if exact.contains_key(print.crop.pixels()) {
            return Some(Likeness::Exact);
        }
        among.iter().find_map(|other| print.likeness(other))
    };
    let found = in_parallel(threads, |thread| {
        of[part(of.len(), thread, threads)].iter().map(best).collect::<Vec<_>>()
    });
    found.concat()
}

/// What pairs are found by.
struct Print<'a> {
    crop: &'a FaceCrop,
    hash: u64,
    small: Vec<u8>,
    flat: bool,
}

fn prints<'a>(crops: &[&'a FaceCrop], threads: usize) -> Vec<Print<'a>> {
    let waves = waves();
    let made = in_parallel(threads, |thread| {
        let mine = &crops[part(crops.len(), thread, threads)];
        mine.iter().map(|crop| Print::of(crop, &waves)).collect::<Vec<_>>()
    });
    made.into_iter().flatten().collect()
}

impl<'a> Print<'a> {
    fn of(crop: &'a FaceCrop, waves: &Waves) -> Self {
        let pixels = crop.pixels();
        let n = pixels.len() as f32;
        let mean = pixels.iter().map(|p| f32::from(*p)).sum::<f32>() / n;
        let variance = pixels.iter().map(|p| (f32::from(*p) - mean).powi(2)).sum::<f32>() / n;
        Self { crop, hash: hash(pixels, waves), small: halved(pixels), flat: variance < FLAT }
    }

    fn likeness(&self, other: &Self) -> Option<Likeness> {
        if (self.hash ^ other.hash).count_ones() > HASH_BITS {
            return None;
        }
        if self.crop == other.crop {
            return Some(Likeness::Exact);
        }
        let near = !self.flat && !other.flat && (self.is_near(other) || other.is_near(self));
        near.then_some(Likeness::Near)
    }

    /// Whether this one's middle lies in the other.
    fn is_near(&self, other: &Self) -> bool {
        let small = correlation(&self.small, &other.small, SMALL, 2);
        let whole = || correlation(self.crop.pixels(), other.crop.pixels(), CROP_SIZE, REACH);
        small >= SMALL_CORRELATION && whole() >= CORRELATION
    }
}

/// Half-waves of nine frequencies along one side.
type Waves = Vec<[f32; CROP_SIZE]>;

fn waves() -> Waves {
    let wave = |frequency: usize| {
        std::array::from_fn(|i| {
            let turn = (2 * i + 1) as f32 * frequency as f32 / (2 * CROP_SIZE) as f32;
            (std::f32::consts::PI * turn).cos()
        })
    };
    (0..9).map(wave).collect()
}

/// Signs of the 64 lowest frequencies of the two-dimensional cosine transform but the mean.
fn hash(pixels: &[u8], waves: &Waves) -> u64 {
    let rows: Vec<Vec<f32>> = waves
        .iter()
        .map(|wave| pixels.chunks_exact(CROP_SIZE).map(|row| dot(wave, row)).collect())
        .collect();
    let mut frequencies: Vec<(usize, usize)> =
        (0..9).flat_map(|v| (0..9).map(move |u| (u, v))).filter(|f| *f != (0, 0)).collect();
    frequencies.sort_by_key(|(u, v)| (u * u + v * v, *u));
    frequencies.iter().take(64).enumerate().fold(0, |hash, (bit, (u, v))| {
        let sum: f32 = rows[*u].iter().zip(&waves[*v]).map(|(a, b)| a * b).sum();
        hash | u64::from(sum > 0.0) << bit
    })
}

fn dot(wave: &[f32; CROP_SIZE], row: &[u8]) -> f32 {
    wave.iter().zip(row).map(|(w, p)| w * f32::from(*p)).sum()
}

/// Means of 2 x 2 pixels.
fn halved(pixels: &[u8]) -> Vec<u8> {
    let at = |y: usize, x: usize| u16::from(pixels[y * CROP_SIZE + x]);
    let mean =
        |y: usize, x: usize| (at(y, x) + at(y, x + 1) + at(y + 1, x) + at(y + 1, x + 1) + 2) / 4;
    (0..SMALL * SMALL).map(|i| mean(i / SMALL * 2, i % SMALL * 2) as u8).collect()
}

/// The best correlation of the middle of `a` with `b` shifted by up to `reach` pixels both ways.
fn correlation(a: &[u8], b: &[u8], side: usize, reach: usize) -> f32 {
    let shifts = (0..=2 * reach).flat_map(|y| (0..=2 * reach).map(move |x| (y, x)));
    shifts.map(|shift| shifted(a, b, side, reach, shift)).fold(-1.0, f32::max)
}

fn shifted(a: &[u8], b: &[u8], side: usize, reach: usize, (dy, dx): (usize, usize)) -> f32 {
    let width = side - 2 * reach;
    let [mut sa, mut sb, mut saa, mut sbb, mut sab] = [0i64; 5];
    for y in 0..width {
        let row_a = &a[(y + reach) * side + reach..][..width];
        let row_b = &b[(y + dy) * side + dx..][..width];
        // A row's sums of products fit 32 bits, and those are added several at a time.
        let [mut ra, mut rb, mut raa, mut rbb, mut rab] = [0i32; 5];
        for (p, q) in row_a.iter().zip(row_b) {
            let (p, q) = (i32::from(*p), i32::from(*q));
            ra += p;
            rb += q;
            raa += p * p;
            rbb += q * q;
            rab += p * q;
        }
        sa += i64::from(ra);
        sb += i64::from(rb);
        saa += i64::from(raa);
        sbb += i64::from(rbb);
        sab += i64::from(rab);
    }
    let n = (width * width) as i64;
    let (va, vb) = (n * saa - sa * sa, n * sbb - sb * sb);
    let both = (va as f64).sqrt() * (vb as f64).sqrt();
    if both > 0.0 { ((n * sab - sa * sb) as f64 / both) as f32 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A smooth picture of a few soft blobs.
    fn picture(seed: u64) -> Vec<f32> {
        let mut rng = fastrand::Rng::with_seed(seed);
        let blobs: Vec<[f32; 4]> = (0..12)
            .map(|_| [rng.f32() * 48.0, rng.f32() * 48.0, 3.0 + 7.0 * rng.f32(), rng.f32() - 0.4])
            .collect();
        let at = |x: f32, y: f32| {
            let blob = |b: &[f32; 4]| {
                b[3] * (-((x - b[0]).powi(2) + (y - b[1]).powi(2)) / (2.0 * b[2] * b[2])).exp()
            };
            110.0 + 100.0 * blobs.iter().map(blob).sum::<f32>()
        };
        (0..56 * 56).map(|i| at((i % 56) as f32 - 4.0, (i / 56) as f32 - 4.0)).collect()
    }

    fn cut(picture: &[f32], shift: usize, change: impl Fn(f32) -> f32) -> FaceCrop {
        let pixel = |i: usize| {
            change(picture[(i / 48 + shift) * 56 + i % 48 + shift]).clamp(0.0, 255.0) as u8
        };
        FaceCrop::from_pixels(&(0..48 * 48).map(pixel).collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn copies_are_found_and_others_are_not() {
        let one = picture(1);
        let crops = [
            cut(&one, 4, |p| p),
            cut(&picture(2), 4, |p| p),
            cut(&one, 4, |p| p),
            cut(&one, 5, |p| 0.8 * p + 20.0),
            FaceCrop::from_pixels(&[90; 48 * 48]).unwrap(),
            FaceCrop::from_pixels(&[91; 48 * 48]).unwrap(),
        ];
        let crops: Vec<&FaceCrop> = crops.iter().collect();
        for threads in [1, 3] {
            let found = pairs(&crops, threads);
            let found: Vec<_> = found.iter().map(|p| (p.first, p.second, p.likeness)).collect();
            let (near, exact) = (Likeness::Near, Likeness::Exact);
            assert_eq!(found, [(0, 2, exact), (0, 3, near), (2, 3, near)]);
        }
        let known = known(&crops[1..4], &crops[..1], 2);
        assert_eq!(known, [None, Some(Likeness::Exact), Some(Likeness::Near)]);
    }

    #[test]
    fn correlation_of_known_pictures() {
        let ramp: Vec<u8> = (0..48 * 48).map(|i| (i % 48 * 5) as u8).collect();
        let back: Vec<u8> = ramp.iter().map(|p| 240 - p).collect();
        assert!((correlation(&ramp, &ramp, 48, 4) - 1.0).abs() < 1e-6);
        assert!((correlation(&ramp, &back, 48, 4) + 1.0).abs() < 1e-6);
        assert_eq!(correlation(&ramp, &[7; 48 * 48], 48, 0), 0.0, "a flat one is like nothing");
    }
}
