/// How much each dimension counts in likeness.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    weights: Vec<f32>,
}

impl Metric {
    /// Every dimension alike.
    #[must_use]
    pub fn even(dimensions: usize) -> Self {
        Self { weights: vec![1.0; dimensions] }
    }

    /// Given weights; what is negative or not finite becomes 0.
    #[must_use]
    pub fn new(weights: Vec<f32>) -> Self {
        let usable = |w: f32| if w.is_finite() && w > 0.0 { w } else { 0.0 };
        Self { weights: weights.into_iter().map(usable).collect() }
    }

    /// Learns from pairs of rows that belong together (one playlist, one listener).
    ///
    /// Where a dimension's values, brought to mean 0 and deviation 1 over all rows, correlate by
    /// `r` within pairs, it weighs `r / (1 - r^2)`: the factor of their product in the log of how
    /// much likelier two normal values are as a pair than as strangers. Dimensions that pairs do not
    /// share weigh nothing; with no pairs all weigh alike.
    ///
    /// It rids likeness of dimensions that say nothing. Where most say something it gains little: for
    /// Spotify's twelve descriptors, learned from half of the playlists, the ten nearest are of the
    /// same of 24 sub-genres in .132 of cases, with even weights in .130
    /// (`cargo test -p attune-recommend --test content -- --nocapture`).
    #[must_use]
    pub fn learned<R: AsRef<[f32]>>(rows: &[R], pairs: &[(usize, usize)]) -> Self {
        let dimensions = rows.first().map_or(0, |row| row.as_ref().len());
        let weights = (0..dimensions).map(|d| weight(rows, pairs, d)).collect::<Vec<f32>>();
        let all_zero = weights.iter().all(|w| *w <= 0.0);
        if all_zero { Self::even(dimensions) } else { Self::new(weights) }
    }

    /// How many dimensions there are.
    #[must_use]
    pub fn dimensions(&self) -> usize {
        self.weights.len()
    }

    /// The weights, none below 0.
    #[must_use]
    pub fn weights(&self) -> &[f32] {
        &self.weights
    }
}

fn weight<R: AsRef<[f32]>>(rows: &[R], pairs: &[(usize, usize)], d: usize) -> f32 {
    let value = |i: usize| {
        let x = rows.get(i).and_then(|row| row.as_ref().get(d)).copied();
        x.filter(|x| x.is_finite()).map(f64::from)
    };
    let known: Vec<f64> = (0..rows.len()).filter_map(value).collect();
    let n = known.len().max(1) as f64;
    let mean = known.iter().sum::<f64>() / n;
    let variance = known.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
    let products =
        pairs.iter().filter_map(|(a, b)| Some((value(*a)? - mean) * (value(*b)? - mean)));
    let (sum, count) = products.fold((0.0, 0.0), |(sum, n), p| (sum + p, n + 1.0));
    if count == 0.0 || variance <= 0.0 {
        return 0.0;
    }
    let r = (sum / count / variance).clamp(0.0, 0.95);
    (r / (1.0 - r * r)) as f32
}
