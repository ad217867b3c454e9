use super::Recommender;

/// Several recommenders as one: their scores, brought to mean 0 and deviation 1 over the items the
/// listener does not know, weighted and added.
pub struct Blend<'a> {
    parts: Vec<(f32, &'a dyn Recommender)>,
}

impl<'a> Blend<'a> {
    /// `None` for no parts or parts that know different numbers of items.
    #[must_use]
    pub fn new(parts: Vec<(f32, &'a dyn Recommender)>) -> Option<Self> {
        let items = parts.first()?.1.items();
        parts.iter().all(|(_, part)| part.items() == items).then_some(Self { parts })
    }
}

impl Recommender for Blend<'_> {
    fn items(&self) -> usize {
        self.parts.first().map_or(0, |(_, part)| part.items())
    }

    fn score(&self, history: &[(u32, f32)], scores: &mut [f32]) {
        scores.fill(0.0);
        let mut part_scores = vec![0.0; scores.len()];
        for (weight, part) in &self.parts {
            part.score(history, &mut part_scores);
            standardise(&mut part_scores, history);
            scores.iter_mut().zip(&part_scores).for_each(|(s, p)| *s += weight * p);
        }
    }
}

/// To mean 0 and deviation 1 over the items outside `history`; constant scores become 0.
pub(super) fn standardise(scores: &mut [f32], history: &[(u32, f32)]) {
    for (item, _) in history {
        if let Some(score) = scores.get_mut(*item as usize) {
            *score = f32::NAN;
        }
    }
    let open = || scores.iter().filter(|s| !s.is_nan()).map(|s| f64::from(*s));
    let n = open().count().max(1) as f64;
    let mean = open().sum::<f64>() / n;
    let deviation = (open().map(|s| (s - mean).powi(2)).sum::<f64>() / n).sqrt();
    let scale = if deviation > 1e-12 { 1.0 / deviation } else { 0.0 };
    for score in scores {
        let z = if score.is_nan() { 0.0 } else { (f64::from(*score) - mean) * scale };
        *score = z as f32;
    }
}
