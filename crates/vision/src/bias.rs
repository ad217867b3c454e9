use attune_core::{Expression, InvalidProbabilities, LabelSet, Probabilities, softmax};

/// What one person's corrections say against a network: a number an expression, added to its logits.
///
/// Fitted by maximum a posteriori: the corrections are draws from the softmax of logits plus bias, and
/// each number of the bias is normal around 0 with a deviation of [`DEVIATION`](Self::DEVIATION). So a
/// single correction hardly moves anything, and none can make the network forget the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonalBias {
    set: LabelSet,
    bias: Vec<f32>,
}

/// A reading that a person corrected.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// What was read. Their logarithms are the calibrated logits, but for a constant.
    pub read: Probabilities,
    /// What it was.
    pub expression: Expression,
}

/// A reading, what it should have been on average, and how much that counts.
struct Example {
    logits: Vec<f32>,
    target: Vec<f32>,
    weight: f32,
}

/// How ten raters see faces that most of them call neutral, by the order of FER+: the mean of the
/// votes over the 8,461 training pictures of FER2013 where they have more than half of the votes.
const AT_REST: [f32; 8] = [0.7977, 0.0283, 0.0163, 0.1029, 0.0244, 0.0064, 0.0040, 0.0200];
/// And the 7,219 they call happy.
const SMILING: [f32; 8] = [0.0409, 0.9246, 0.0197, 0.0044, 0.0038, 0.0019, 0.0016, 0.0031];

/// An expression read less than this share of the one that is shown leads nobody astray.
const HARMLESS: f32 = 0.15;
/// Steps of gradient ascent; the curvature is at most n / 2 + 1 / variance, so they can be sure-footed.
const STEPS: usize = 200;
/// Taken for a probability of 0.
const LEAST: f32 = 1e-6;

impl PersonalBias {
    /// How far a number of the bias is believed to lie from 0, in logits.
    pub const DEVIATION: f32 = 0.48;
    /// The most that a number of it is believed to be.
    pub const MOST: f32 = 20.0;
    /// How many corrections a phase of a baseline is worth at most.
    pub const PHASE: f32 = 20.0;

    /// Fits to corrections of readings over `set`; others, and expressions that the set lacks, count
    /// for nothing.
    #[must_use]
    pub fn fit(set: LabelSet, corrections: &[Correction]) -> Self {
        let expressions = set.expressions();
        let of_set = corrections.iter().filter(|c| c.read.label_set() == set);
        let usable = of_set.filter(|c| expressions.contains(&c.expression));
        let example = |c: &Correction| {
            let right = expressions.iter().map(|e| f32::from(u8::from(*e == c.expression)));
            Example { logits: logits(&c.read), target: right.collect(), weight: 1.0 }
        };
        Self::maximise(set, &usable.map(example).collect::<Vec<_>>())
    }

    /// Fits to what was read while a person rested their face and while they smiled.
    ///
    /// No other expression should be read in a phase, on average, more than it is of such faces, unless
    /// it is far below the one that is shown; where none is, the bias stays at 0. Nobody's face is asked
    /// to be less clear than it is.
    /// Frames of a phase repeat each other, so it counts as [`PHASE`](Self::PHASE) corrections at
    /// most. Readings over another set than FER+ count for nothing.
    #[must_use]
    pub fn from_baseline(rest: &[Probabilities], smile: &[Probabilities]) -> Self {
        let set = LabelSet::FerPlus;
        let phases = [(rest, Expression::Neutral, AT_REST), (smile, Expression::Happy, SMILING)];
        let examples = phases.into_iter().flat_map(|(read, shown, typical)| {
            let usable: Vec<_> = read.iter().filter(|read| read.label_set() == set).collect();
            let weight = (Self::PHASE / usable.len().max(1) as f32).min(1.0);
            let target = at_most(&mean(set, &usable), shown, &typical);
            usable.into_iter().map(move |read| Example {
                logits: logits(read),
                target: target.clone(),
                weight,
            })
        });
        Self::maximise(set, &examples.collect::<Vec<_>>())
    }

    /// From numbers in the set's output order; `None` unless there is one an expression, of a size that
    /// faces can explain.
    #[must_use]
    pub fn from_values(set: LabelSet, bias: Vec<f32>) -> Option<Self> {
        let possible = |b: &f32| b.abs() <= Self::MOST;
        let sound = bias.len() == set.expressions().len() && bias.iter().all(possible);
        sound.then_some(Self { set, bias })
    }

    /// Both together; one over another set is left away.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        if other.set != self.set {
            return self.clone();
        }
        Self { set: self.set, bias: added(&self.bias, &other.bias) }
    }

    /// What the numbers are over.
    #[must_use]
    pub fn label_set(&self) -> LabelSet {
        self.set
    }

    /// Gradient ascent on the posterior.
    fn maximise(set: LabelSet, examples: &[Example]) -> Self {
        let mut bias = vec![0.0f32; set.expressions().len()];
        let pull = Self::DEVIATION.powi(-2);
        let total: f32 = examples.iter().map(|example| example.weight).sum();
        let step = 1.0 / (0.5 * total + pull);
        for _ in 0..STEPS {
            let mut gradient: Vec<f32> = bias.iter().map(|b| -pull * b).collect();
            for Example { logits, target, weight } in examples {
                let p = softmax(&added(logits, &bias), 1.0);
                for ((g, p), right) in gradient.iter_mut().zip(&p).zip(target) {
                    *g += weight * (right - p);
                }
            }
            bias.iter_mut().zip(&gradient).for_each(|(b, g)| *b += step * g);
        }
        Self { set, bias }
    }

    /// The numbers, in the set's output order.
    pub fn iter(&self) -> impl Iterator<Item = (Expression, f32)> + '_ {
        self.set.expressions().iter().copied().zip(self.bias.iter().copied())
    }

    /// A reading with the bias added to its logits; one over another set stays as it is.
    ///
    /// # Errors
    /// Never for probabilities that are a distribution.
    pub fn apply(&self, read: &Probabilities) -> Result<Probabilities, InvalidProbabilities> {
        if read.label_set() != self.set {
            return Ok(read.clone());
        }
        Probabilities::from_logits(self.set, &added(&logits(read), &self.bias), 1.0)
    }
}

/// The mean of readings, an expression of the set each.
fn mean(set: LabelSet, read: &[&Probabilities]) -> Vec<(Expression, f32)> {
    let n = read.len().max(1) as f32;
    let of = |e: &Expression| (*e, read.iter().map(|read| read.of(*e)).sum::<f32>() / n);
    set.expressions().iter().map(of).collect()
}

/// The mean with every expression but the shown one cut down to what is typical, or to where it cannot
/// pass for the shown one; what is cut off is the shown one's.
fn at_most(mean: &[(Expression, f32)], shown: Expression, typical: &[f32]) -> Vec<f32> {
    let own = mean.iter().find(|(e, _)| *e == shown).map_or(0.0, |(_, p)| *p);
    let cut = |((e, mean), typical): (&(Expression, f32), &f32)| {
        if *e == shown { 0.0 } else { mean.min(typical.max(HARMLESS * own)) }
    };
    let others: Vec<f32> = mean.iter().zip(typical).map(cut).collect();
    let rest = 1.0 - others.iter().sum::<f32>();
    let fill = |((e, _), other): (&(Expression, f32), f32)| if *e == shown { rest } else { other };
    mean.iter().zip(others).map(fill).collect()
}

fn logits(read: &Probabilities) -> Vec<f32> {
    read.values().iter().map(|p| p.max(LEAST).ln()).collect()
}

fn added(logits: &[f32], bias: &[f32]) -> Vec<f32> {
    logits.iter().zip(bias).map(|(z, b)| z + b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SET: LabelSet = LabelSet::FerPlus;

    /// Neutral, happy, surprised, sad, angry, disgusted, fearful, contempt.
    fn read(values: [f32; 8]) -> Probabilities {
        Probabilities::new(SET, values.to_vec()).unwrap()
    }

    fn tired() -> Correction {
        let read = read([0.3, 0.02, 0.02, 0.6, 0.02, 0.02, 0.01, 0.01]);
        Correction { read, expression: Expression::Neutral }
    }

    #[test]
    fn corrections_move_a_reading_little_by_little() {
        let (asked, sad) = (tired().read, Expression::Sad);
        let after = |n| {
            let bias = PersonalBias::fit(SET, &vec![tired(); n]);
            bias.apply(&asked).unwrap().of(sad)
        };
        let probabilities = [0, 1, 3, 10].map(after);
        assert!((probabilities[0] - 0.6).abs() < 1e-5);
        assert!(probabilities.is_sorted_by(|a, b| a > b), "{probabilities:?}");
        assert!(probabilities[1] > 0.5 && probabilities[3] < 0.4, "{probabilities:?}");
    }

    #[test]
    fn a_clear_face_stays_what_it_is_and_other_sets_are_left_alone() {
        let bias = PersonalBias::fit(SET, &vec![tired(); 1000]);
        assert!(bias.iter().all(|(_, b)| b.is_finite() && b.abs() < 5.0), "{bias:?}");
        let clear = read([0.004, 0.97, 0.004, 0.01, 0.003, 0.003, 0.003, 0.003]);
        assert!(bias.apply(&clear).unwrap().of(Expression::Happy) > 0.75);
        let other = Probabilities::certain(LabelSet::Fer2013, Expression::Sad).unwrap();
        assert_eq!(bias.apply(&other).unwrap(), other);
        let stranger = Correction { read: other, expression: Expression::Happy };
        assert!(PersonalBias::fit(SET, &[stranger]).iter().all(|(_, b)| b == 0.0));
    }

    #[test]
    fn the_fit_is_where_the_posterior_is_flat() {
        let corrections = vec![tired(); 4];
        let bias = PersonalBias::fit(SET, &corrections);
        let p = bias.apply(&tired().read).unwrap();
        for (expression, b) in bias.iter() {
            let right = f32::from(u8::from(expression == Expression::Neutral));
            let slope = 4.0 * (right - p.of(expression)) - b / PersonalBias::DEVIATION.powi(2);
            assert!(slope.abs() < 1e-3, "{expression}: {slope}");
        }
    }
}
