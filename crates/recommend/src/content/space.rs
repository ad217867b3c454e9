use pulp::Arch;

use super::{Metric, Query};
use crate::top::{Candidate, Top};

/// Items compared side by side: one vector register of the widest machines.
const LANES: usize = 16;
/// A row must have at least this share of its numbers.
const LEAST_KNOWN: f32 = 0.33;

/// Descriptor vectors laid out for search. Memory: 4 bytes a number.
#[derive(Clone, Debug)]
pub struct Space {
    version: u32,
    dimensions: usize,
    len: usize,
    means: Vec<f32>,
    deviations: Vec<f32>,
    /// The metric's weights, to the power of 1/2.
    roots: Vec<f32>,
    /// Sixteen items' values of one dimension after the other; each item's vector has length 1, or
    /// is all zero where it has no usable vector.
    blocks: Vec<[f32; LANES]>,
    lengths: Vec<f32>,
}

/// An item found, and how alike it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Near {
    /// Its position among the rows the space was made of.
    pub position: usize,
    /// The cosine, -1 to 1.
    pub likeness: f32,
}

/// The vectors can not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpaceError {
    /// A row of another length than the metric.
    #[error("row {row} has {found} numbers, not {wanted}: were all made by one version?")]
    Length {
        /// Which row, from 0.
        row: usize,
        /// Its numbers.
        found: usize,
        /// The metric's.
        wanted: usize,
    },
}

impl Space {
    /// Lays out one row an item, all made by `version` of the descriptors. A number that is not
    /// finite counts as unknown and takes the mean; a row with less than a third of its numbers known
    /// is never found.
    ///
    /// # Errors
    /// Refuses a row whose length is not the metric's.
    pub fn new<R: AsRef<[f32]>>(
        version: u32,
        rows: &[R],
        metric: &Metric,
    ) -> Result<Self, SpaceError> {
        let dimensions = metric.dimensions();
        let wrong = rows.iter().position(|row| row.as_ref().len() != dimensions);
        if let Some(row) = wrong {
            let found = rows[row].as_ref().len();
            return Err(SpaceError::Length { row, found, wanted: dimensions });
        }
        let (means, deviations) = moments(rows, dimensions);
        let roots = metric.weights().iter().map(|w| w.sqrt()).collect();
        let blocks = vec![[0.0; LANES]; rows.len().div_ceil(LANES) * dimensions];
        let (len, lengths) = (rows.len(), Vec::with_capacity(rows.len()));
        let mut space =
            Self { version, dimensions, len, means, deviations, roots, blocks, lengths };
        for (i, row) in rows.iter().enumerate() {
            space.place(i, row.as_ref());
        }
        Ok(space)
    }

    fn place(&mut self, i: usize, row: &[f32]) {
        let known = row.iter().filter(|x| x.is_finite()).count() as f32;
        let vector = self.standard(row);
        let weighted: Vec<f32> = vector.iter().zip(&self.roots).map(|(x, w)| x * w).collect();
        let length = weighted.iter().map(|x| x * x).sum::<f32>().sqrt();
        let usable = known >= LEAST_KNOWN * row.len() as f32 && length > 1e-6;
        self.lengths.push(if usable { length } else { 0.0 });
        if usable {
            let block = &mut self.blocks[i / LANES * self.dimensions..][..self.dimensions];
            block.iter_mut().zip(&weighted).for_each(|(lane, x)| lane[i % LANES] = x / length);
        }
    }

    /// To mean 0 and deviation 1 in each dimension; 0 where unknown.
    pub(crate) fn standard(&self, row: &[f32]) -> Vec<f32> {
        let moments = self.means.iter().zip(&self.deviations);
        let z = |(x, (mean, deviation)): (&f32, (&f32, &f32))| {
            if x.is_finite() { (x - mean) / deviation } else { 0.0 }
        };
        row.iter().zip(moments).map(z).collect()
    }

    /// The version of the descriptors it was made of.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// A query at an item; `None` where it has no usable vector or is not there.
    #[must_use]
    pub fn like(&self, position: usize) -> Option<Query> {
        let length = self.lengths.get(position).copied().filter(|l| *l > 0.0)?;
        let block = &self.blocks[position / LANES * self.dimensions..][..self.dimensions];
        let back = |(lane, root): (&[f32; LANES], &f32)| {
            if *root > 0.0 { lane[position % LANES] * length / root } else { 0.0 }
        };
        Some(Query::at(block.iter().zip(&self.roots).map(back).collect()))
    }

    /// A query at a vector that is not in the space, made by the same version of the descriptors;
    /// `None` for another length.
    #[must_use]
    pub fn like_row(&self, row: &[f32]) -> Option<Query> {
        (row.len() == self.dimensions).then(|| Query::at(self.standard(row)))
    }

    /// The `count` items most like the query among those that `keep` lets through, best first; equal
    /// ones by position. Every item is compared.
    #[must_use]
    pub fn nearest(&self, query: &Query, count: usize, keep: impl Fn(usize) -> bool) -> Vec<Near> {
        let query = self.weighted(query);
        if count == 0 || query.len() != self.dimensions {
            return Vec::new();
        }
        let mut top = Top::new(count);
        Arch::new().dispatch(|| self.scan(&query, &mut top, &keep));
        let near = |c: Candidate| Near { position: c.position as usize, likeness: c.score };
        top.finish().into_iter().map(near).collect()
    }

    /// How alike an item is to a query; `None` where it has no usable vector or is not there.
    #[must_use]
    pub fn likeness(&self, query: &Query, position: usize) -> Option<f32> {
        self.lengths.get(position).filter(|length| **length > 0.0)?;
        let block = &self.blocks[position / LANES * self.dimensions..][..self.dimensions];
        let query = self.weighted(query);
        Some(block.iter().zip(&query).map(|(lane, q)| lane[position % LANES] * q).sum())
    }

    /// Adds up every number it holds: what reading them once takes, which no exact search can beat.
    #[must_use]
    pub fn read_once(&self) -> f32 {
        Arch::new().dispatch(|| {
            let mut sums = [[0.0f32; LANES]; 4];
            for four in self.blocks.chunks_exact(4) {
                for (sum, block) in sums.iter_mut().zip(four) {
                    (0..LANES).for_each(|k| sum[k] += block[k]);
                }
            }
            sums.iter().flatten().sum()
        })
    }

    /// The query in the space's own measure, of length 1.
    fn weighted(&self, query: &Query) -> Vec<f32> {
        let vector: Vec<f32> = query.vector().iter().zip(&self.roots).map(|(x, w)| x * w).collect();
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        let scale = if length > 1e-12 { 1.0 / length } else { 0.0 };
        vector.into_iter().map(|x| x * scale).collect()
    }

    #[inline(always)]
    fn scan(&self, query: &[f32], top: &mut Top, keep: &impl Fn(usize) -> bool) {
        for (b, block) in self.blocks.chunks_exact(self.dimensions).enumerate() {
            let cosines = products(block, query);
            let bar = top.bar();
            let best = cosines.iter().fold(f32::NEG_INFINITY, |a, b| if a > *b { a } else { *b });
            if best >= bar {
                self.offer(b * LANES, &cosines, top, keep);
            }
        }
    }

    fn offer(
        &self,
        start: usize,
        cosines: &[f32; LANES],
        top: &mut Top,
        keep: &impl Fn(usize) -> bool,
    ) {
        for (i, cosine) in (start..self.len).zip(cosines) {
            if *cosine >= top.bar() && self.lengths[i] > 0.0 && keep(i) {
                top.offer(Candidate { position: i as u32, id: i as i64, score: *cosine });
            }
        }
    }
}

/// The products of sixteen vectors with the query. Four sums a vector run beside each other, so that
/// no addition waits for the one before.
#[inline(always)]
fn products(block: &[[f32; LANES]], query: &[f32]) -> [f32; LANES] {
    let mut sums = [[0.0f32; LANES]; 4];
    let (fours, queries) = (block.chunks_exact(4), query.chunks_exact(4));
    for (values, q) in fours.remainder().iter().zip(queries.remainder()) {
        add_product(&mut sums[0], values, *q);
    }
    for (values, q) in fours.zip(queries) {
        add_product(&mut sums[0], &values[0], q[0]);
        add_product(&mut sums[1], &values[1], q[1]);
        add_product(&mut sums[2], &values[2], q[2]);
        add_product(&mut sums[3], &values[3], q[3]);
    }
    let [a, b, c, d] = sums;
    std::array::from_fn(|k| (a[k] + b[k]) + (c[k] + d[k]))
}

#[inline(always)]
fn add_product(sums: &mut [f32; LANES], values: &[f32; LANES], factor: f32) {
    for k in 0..LANES {
        sums[k] += factor * values[k];
    }
}

/// Mean and deviation of each dimension over its finite numbers; a constant one has deviation 1.
fn moments<R: AsRef<[f32]>>(rows: &[R], dimensions: usize) -> (Vec<f32>, Vec<f32>) {
    let mut sums = vec![(0.0f64, 0.0f64, 0.0f64); dimensions];
    for row in rows {
        for ((n, sum, squares), x) in sums.iter_mut().zip(row.as_ref()) {
            let x = f64::from(*x);
            if x.is_finite() {
                (*n, *sum, *squares) = (*n + 1.0, *sum + x, *squares + x * x);
            }
        }
    }
    let mean = |(n, sum, _): &(f64, f64, f64)| sum / n.max(1.0);
    let deviation = |all: &(f64, f64, f64)| {
        let variance = all.2 / all.0.max(1.0) - mean(all).powi(2);
        if variance > 1e-12 * mean(all).powi(2).max(1e-12) { variance.sqrt() as f32 } else { 1.0 }
    };
    (sums.iter().map(|s| mean(s) as f32).collect(), sums.iter().map(deviation).collect())
}
