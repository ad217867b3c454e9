use super::Recommender;

/// What a model says, cut down to each item's strongest ties: small, kept and read in milliseconds, and
/// every tie can be named as a reason.
///
/// A tie is what the model says of another item for a history of the one item alone; a history's score
/// is the sum of its items' ties. Making it asks the model once for each item.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Ties {
    /// Where each item's begin, and their end.
    pub(super) starts: Vec<u32>,
    /// Whom an item speaks for and how strongly, above 0, the strongest first.
    pub(super) ties: Vec<(u32, f32)>,
}

impl Ties {
    /// The `kept` strongest of each item.
    #[must_use]
    pub fn of(model: &dyn Recommender, kept: usize) -> Self {
        let (mut starts, mut ties) = (vec![0], Vec::new());
        let mut scores = vec![0.0; model.items()];
        for i in 0..model.items() as u32 {
            model.score(&[(i, 1.0)], &mut scores);
            let mut own: Vec<(u32, f32)> =
                (0..).zip(scores.iter().copied()).filter(|(j, s)| *j != i && *s > 0.0).collect();
            let stronger = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
            if own.len() > kept && kept > 0 {
                own.select_nth_unstable_by(kept - 1, stronger);
            }
            own.truncate(kept);
            own.sort_unstable_by(stronger);
            ties.extend(own);
            starts.push(ties.len() as u32);
        }
        Self { starts, ties }
    }

    /// An item's, the strongest first.
    #[must_use]
    pub fn from(&self, item: u32) -> &[(u32, f32)] {
        &self.ties[self.starts[item as usize] as usize..self.starts[item as usize + 1] as usize]
    }
}

impl Recommender for Ties {
    fn items(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    fn score(&self, history: &[(u32, f32)], scores: &mut [f32]) {
        scores.fill(0.0);
        for (item, amount) in history.iter().filter(|(i, _)| (*i as usize) < self.items()) {
            for (other, tie) in self.from(*item) {
                scores[*other as usize] += amount * tie;
            }
        }
    }
}
