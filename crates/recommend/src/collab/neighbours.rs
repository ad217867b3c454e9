use super::{Plays, Recommender};

/// The items most played by the same listeners, by cosine (Sarwar et al. 2001).
#[derive(Clone, Debug)]
pub struct Neighbours {
    starts: Vec<usize>,
    /// The neighbours of each item with their likeness.
    near: Vec<(u32, f32)>,
}

/// How [`Neighbours`] are found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NeighboursConfig {
    /// How many are kept an item.
    pub kept: usize,
    /// Added to the product of the norms: draws down likeness that rests on few listeners.
    pub shrink: f32,
}

impl Neighbours {
    /// Finds every item's neighbours.
    #[must_use]
    pub fn fit(plays: &Plays, config: &NeighboursConfig) -> Self {
        let by_item = plays.transposed();
        let norm = |row: &[(u32, f32)]| row.iter().map(|(_, c)| c * c).sum::<f32>().sqrt();
        let norms: Vec<f32> = by_item.histories().map(norm).collect();
        let (mut starts, mut near) = (vec![0], Vec::new());
        let mut shared = vec![0.0f32; plays.items()];
        for (i, listeners) in by_item.histories().enumerate() {
            shared.fill(0.0);
            for (u, amount) in listeners {
                let history = plays.of(*u as usize);
                history.iter().for_each(|(j, other)| shared[*j as usize] += amount * other);
            }
            let mut like: Vec<(u32, f32)> = (0..plays.items())
                .filter(|j| *j != i && shared[*j] > 0.0)
                .map(|j| (j as u32, shared[j] / (norms[i] * norms[j] + config.shrink)))
                .collect();
            like.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            like.truncate(config.kept);
            near.extend(like);
            starts.push(near.len());
        }
        Self { starts, near }
    }
}

impl Recommender for Neighbours {
    fn items(&self) -> usize {
        self.starts.len() - 1
    }

    fn score(&self, history: &[(u32, f32)], scores: &mut [f32]) {
        scores.fill(0.0);
        for (item, amount) in history.iter().filter(|(i, _)| (*i as usize) < self.items()) {
            let i = *item as usize;
            for (j, likeness) in &self.near[self.starts[i]..self.starts[i + 1]] {
                scores[*j as usize] += amount * likeness;
            }
        }
    }
}
