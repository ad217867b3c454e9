//! Classes in the order that every result lists them in, and what was found of each.

use attune_core::{Expression, LabelSet};

use crate::metrics::Evaluation;

/// A share and its 95 % interval.
pub type WithInterval = (f64, [f64; 2]);

/// How one class was found. What nothing was measured on is `None`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassFigures {
    /// Which one.
    pub expression: Expression,
    /// Images that show it.
    pub images: u32,
    /// Of the answers that name it, the share that is right; `None` where no answer does.
    pub precision: Option<WithInterval>,
    /// Of the images that show it, the share that is found; `None` where no image does.
    pub recall: Option<WithInterval>,
    /// Harmonic mean of both; `None` where no image shows it.
    pub f1: Option<WithInterval>,
}

/// A label set's expressions and their outputs, in the order of [`Expression::ALL`], which is the
/// same for every label set.
pub(super) fn in_order(set: LabelSet) -> Vec<(Expression, usize)> {
    let mut classes: Vec<_> = set.expressions().iter().copied().zip(0..).collect();
    classes.sort();
    classes
}

/// Every class of an evaluation, in the order of [`Expression::ALL`].
#[must_use]
pub fn class_figures(e: &Evaluation) -> Vec<ClassFigures> {
    let figures = |(expression, output): (Expression, usize)| {
        let class = e.per_class.get(expression.key())?;
        let named: u32 = e.confusion.0.iter().filter_map(|row| row.get(output)).sum();
        let shown = class.images > 0;
        Some(ClassFigures {
            expression,
            images: class.images,
            precision: (named > 0).then_some((class.precision, class.precision_ci95)),
            recall: shown.then_some((class.recall, class.recall_ci95)),
            f1: shown.then_some((class.f1, class.f1_ci95)),
        })
    };
    in_order(e.label_set).into_iter().filter_map(figures).collect()
}

/// Accuracy on what the model named; `None` where it named nothing.
#[must_use]
pub fn accuracy_declared(e: &Evaluation) -> Option<WithInterval> {
    (e.declared > 0.0).then_some((e.accuracy_declared, e.accuracy_declared_ci95))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Answer;

    #[test]
    fn what_was_not_measured_is_no_zero() {
        // FER+ begins with neutral and happy: a happy face is taken for neutral, a neutral one found.
        let answer = |truth: usize| {
            let mut logits = vec![0.0; 8];
            logits[0] = 9.0;
            Answer { logits, truth }
        };
        let answers = [answer(0), answer(1)];
        let e = Evaluation::of(LabelSet::FerPlus, &answers, 1.0, 0.5).unwrap();
        let classes = class_figures(&e);
        let order: Vec<Expression> = classes.iter().map(|class| class.expression).collect();
        assert_eq!(order, Expression::ALL);
        let of = |expression| *classes.iter().find(|c| c.expression == expression).unwrap();
        let shares = |c: ClassFigures| [c.precision, c.recall, c.f1].map(|f| f.map(|(x, _)| x));
        assert_eq!(shares(of(Expression::Sad)), [None; 3]);
        assert_eq!(shares(of(Expression::Happy)), [None, Some(0.0), Some(0.0)]);
        assert_eq!(shares(of(Expression::Neutral))[..2], [Some(0.5), Some(1.0)]);
        assert_eq!(accuracy_declared(&e).map(|(x, _)| x), Some(0.5));
        let silent = Evaluation::of(LabelSet::FerPlus, &answers, 1.0, 2.0).unwrap();
        assert_eq!(accuracy_declared(&silent), None);
    }
}
