//! Regression by a Gaussian process with a squared exponential kernel, over a subset of the
//! training songs (deterministic training conditional; Seeger et al. 2003, Quiñonero-Candela and
//! Rasmussen 2005). It says how far it trusts itself: songs unlike any it saw get a wide answer.

use super::linear_algebra::{Square, dot};

/// Keeps the kernel's matrix positive definite in spite of rounding.
const JITTER: f64 = 1e-4;

/// How smooth and how noisy the process is taken to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smoothness {
    /// Distance in deviations of the features over which answers stay alike.
    pub length: f64,
    /// Variance of the noise, a share of that of the answers.
    pub noise: f64,
    /// How many songs are kept.
    pub kept: usize,
}

impl Default for Smoothness {
    /// The best of a small grid on DEAM's training songs, and as few songs as cost little.
    fn default() -> Self {
        Self { length: 14.0, noise: 0.1, kept: 400 }
    }
}

/// A fitted process over standardised features, for two answers at once.
#[derive(Clone, Debug, PartialEq)]
pub struct GaussianProcess {
    /// Of the kernel.
    pub(crate) length: f64,
    /// Variance of the noise.
    pub(crate) noise: f64,
    /// The songs kept, each with its features.
    pub(crate) kept: Vec<Vec<f64>>,
    /// A weight for each song kept and each answer.
    pub(crate) weights: Vec<[f64; 2]>,
    /// The means of the answers.
    pub(crate) means: [f64; 2],
    /// What the songs kept tell of one another: the matrix of the answer's certainty, row by row.
    pub(crate) certainty: Vec<f64>,
}

fn kernel(a: &[f64], b: &[f64], length: f64) -> f64 {
    let squares: f64 = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum();
    (-squares / (2.0 * length * length)).exp()
}

impl GaussianProcess {
    /// Fits to songs; the first `kept` of them stay in the model. `None` where the numbers make
    /// that impossible.
    pub(crate) fn fit(
        songs: &[Vec<f64>],
        answers: &[[f64; 2]],
        smoothness: Smoothness,
    ) -> Option<Self> {
        let Smoothness { length, noise, kept } = smoothness;
        let kept = &songs[..kept.min(songs.len())];
        let n = songs.len().max(1) as f64;
        let mean = |axis: usize| answers.iter().map(|a| a[axis]).sum::<f64>() / n;
        let means = [mean(0), mean(1)];
        let columns: Vec<Vec<f64>> = kept
            .iter()
            .map(|k| songs.iter().map(|song| kernel(k, song, length)).collect())
            .collect();
        let among = Square::from_fn(kept.len(), |i, j| {
            kernel(&kept[i], &kept[j], length) + if i == j { JITTER } else { 0.0 }
        });
        let normal = Square::from_fn(kept.len(), |i, j| {
            noise * among.at(i, j) + if j <= i { dot(&columns[i], &columns[j]) } else { 0.0 }
        });
        // Only the lower triangle is looked at.
        let normal = normal.cholesky()?;
        let solved = |axis: usize| {
            let off: Vec<f64> = answers.iter().map(|a| a[axis] - means[axis]).collect();
            normal.solve(&columns.iter().map(|column| dot(column, &off)).collect::<Vec<_>>())
        };
        let (first, second) = (solved(0), solved(1));
        let weights = first.into_iter().zip(second).map(|(a, b)| [a, b]).collect();
        let (prior, posterior) = (among.cholesky()?.inverse(), normal.inverse());
        let certainty = (0..kept.len() * kept.len())
            .map(|at| (at / kept.len(), at % kept.len()))
            .map(|(i, j)| prior.at(i, j) - noise * posterior.at(i, j))
            .collect();
        Some(Self { length, noise, kept: kept.to_vec(), weights, means, certainty })
    }

    /// The two answers, and their variance as a share of that of all answers, noise included.
    pub(crate) fn answer(&self, features: &[f64]) -> ([f64; 2], f64) {
        let near: Vec<f64> =
            self.kept.iter().map(|song| kernel(song, features, self.length)).collect();
        let mut answer = self.means;
        for (near, weights) in near.iter().zip(&self.weights) {
            answer[0] += near * weights[0];
            answer[1] += near * weights[1];
        }
        let rows = self.certainty.chunks_exact(near.len().max(1));
        let known: f64 = rows.zip(&near).map(|(row, near_i)| near_i * dot(&near, row)).sum();
        (answer, (1.0 - known).clamp(0.0, 1.0) + self.noise)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_learns_a_curve_and_knows_where_it_knows() {
        let songs: Vec<Vec<f64>> = (0..60).map(|i| vec![f64::from(i % 30) / 10.0]).collect();
        let curve = |x: f64| [x.sin(), 1.0 - x];
        let answers: Vec<[f64; 2]> = songs.iter().map(|song| curve(song[0])).collect();
        let smoothness = Smoothness { length: 0.7, noise: 1e-3, kept: 30 };
        let process = GaussianProcess::fit(&songs, &answers, smoothness).unwrap();
        let (answer, near) = process.answer(&[1.55]);
        assert!((answer[0] - 1.55f64.sin()).abs() < 0.01 && (answer[1] + 0.55).abs() < 0.01);
        let (far_answer, far) = process.answer(&[50.0]);
        assert!(near < 0.05 && far > 0.9, "{near} {far}");
        assert!((far_answer[0] - process.means[0]).abs() < 1e-9);
    }
}
