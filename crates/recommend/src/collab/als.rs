use super::{Plays, Recommender};
use crate::index::mix32;

/// Matrix factorisation for implicit feedback by alternating least squares (Hu, Koren and Volinsky
/// 2008), each row solved by a few steps of conjugate gradients (Takács et al. 2011).
#[derive(Clone, Debug)]
pub struct Als {
    config: AlsConfig,
    /// Items x factors.
    items: Vec<f32>,
    /// Factors x factors: the items' Gram matrix plus the penalty.
    gram: Vec<f32>,
}

/// How an [`Als`] is fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlsConfig {
    /// Numbers a listener and an item; 0 counts as 1.
    pub factors: usize,
    /// Confidence in a play: 1 + this times how much it was played.
    pub confidence: f32,
    /// Added to the diagonal of each row's equations.
    pub penalty: f32,
    /// Rounds over listeners and items.
    pub rounds: usize,
    /// Decides the first values.
    pub seed: u32,
}

/// Conjugate gradient steps a row and round.
const STEPS: usize = 3;
/// The same for a listener met after training, from nothing.
const FOLD_IN_STEPS: usize = 8;

impl Als {
    /// Fits to plays.
    #[must_use]
    pub fn fit(plays: &Plays, config: &AlsConfig) -> Self {
        let config = &AlsConfig { factors: config.factors.max(1), ..*config };
        let by_item = plays.transposed();
        let mut listeners = vec![0.0; plays.listeners() * config.factors];
        let mut items = first_values(plays.items() * config.factors, config);
        for _ in 0..config.rounds {
            solve_rows(&mut listeners, plays, &items, config);
            solve_rows(&mut items, &by_item, &listeners, config);
        }
        let gram = gram(&items, config);
        Self { config: *config, items, gram }
    }
}

fn first_values(n: usize, config: &AlsConfig) -> Vec<f32> {
    let scale = 0.1 / (config.factors.max(1) as f32).sqrt();
    let value =
        |i: usize| mix32(i as u32 ^ mix32(config.seed ^ 0x51ed_270b)) as f32 / 2f32.powi(31);
    (0..n).map(|i| (value(i) - 1.0) * scale).collect()
}

/// `others' others + penalty I`.
fn gram(others: &[f32], config: &AlsConfig) -> Vec<f32> {
    let f = config.factors;
    let mut gram = vec![0.0; f * f];
    for row in others.chunks_exact(f) {
        for (a, x) in row.iter().enumerate() {
            gram[a * f..(a + 1) * f].iter_mut().zip(row).for_each(|(g, y)| *g += x * y);
        }
    }
    (0..f).for_each(|a| gram[a * f + a] += config.penalty);
    gram
}

fn solve_rows(rows: &mut [f32], plays: &Plays, others: &[f32], config: &AlsConfig) {
    let gram = gram(others, config);
    for (row, history) in rows.chunks_exact_mut(config.factors).zip(plays.histories()) {
        Row { history, others, gram: &gram, config }.solve(row, STEPS);
    }
}

/// One row's equations: `(gram + sum c (1 + a) y y' - y y') x = sum (1 + a) y`, with `a` the
/// confidence times the amount.
struct Row<'a> {
    history: &'a [(u32, f32)],
    others: &'a [f32],
    gram: &'a [f32],
    config: &'a AlsConfig,
}

impl Row<'_> {
    fn other(&self, i: u32) -> &[f32] {
        &self.others[i as usize * self.config.factors..][..self.config.factors]
    }

    /// Improves `x` by `steps` conjugate gradient steps.
    fn solve(&self, x: &mut [f32], steps: usize) {
        let mut residual = self.applied(x);
        residual.iter_mut().for_each(|r| *r = -*r);
        for (i, amount) in self.history {
            let weight = 1.0 + self.config.confidence * amount;
            add(&mut residual, weight, self.other(*i));
        }
        let mut direction = residual.clone();
        let mut error = dot(&residual, &residual);
        for _ in 0..steps {
            if error < 1e-12 {
                break;
            }
            let image = self.applied(&direction);
            let step = error / dot(&direction, &image);
            add(x, step, &direction);
            add(&mut residual, -step, &image);
            let before = std::mem::replace(&mut error, dot(&residual, &residual));
            let keep = error / before;
            direction.iter_mut().zip(&residual).for_each(|(d, r)| *d = r + keep * *d);
        }
    }

    /// The left-hand side of the equations at `x`.
    fn applied(&self, x: &[f32]) -> Vec<f32> {
        let f = self.config.factors;
        let mut out: Vec<f32> = self.gram.chunks_exact(f).map(|row| dot(row, x)).collect();
        for (i, amount) in self.history {
            let y = self.other(*i);
            add(&mut out, self.config.confidence * amount * dot(y, x), y);
        }
        out
    }
}

/// Eight sums side by side, which the compiler can keep in one register.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; 8];
    let (a8, b8) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = a8.remainder().iter().zip(b8.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a8.zip(b8) {
        (0..8).for_each(|k| sums[k] += x[k] * y[k]);
    }
    sums.iter().sum::<f32>() + rest
}

fn add(to: &mut [f32], factor: f32, what: &[f32]) {
    to.iter_mut().zip(what).for_each(|(t, w)| *t += factor * w);
}

impl Recommender for Als {
    fn items(&self) -> usize {
        self.items.len() / self.config.factors
    }

    fn score(&self, history: &[(u32, f32)], scores: &mut [f32]) {
        let known: Vec<(u32, f32)> =
            history.iter().copied().filter(|(i, _)| (*i as usize) < self.items()).collect();
        let mut listener = vec![0.0; self.config.factors];
        let row =
            Row { history: &known, others: &self.items, gram: &self.gram, config: &self.config };
        row.solve(&mut listener, FOLD_IN_STEPS);
        for (score, item) in scores.iter_mut().zip(self.items.chunks_exact(self.config.factors)) {
            *score = dot(item, &listener);
        }
    }
}
