//! Whether a card still says what is measured.

/// How far a measured figure may be from the card's: another processor adds up in another order,
/// which can turn a face or two.
const TOLERANCE: f64 = 0.1;

/// Where two cards part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Line of the card that was kept, counted from 1.
    pub line: usize,
    /// What it says there.
    pub kept: String,
    /// What it should say.
    pub measured: String,
}

/// The first line on which a kept card and a freshly measured one part, if any. Words and whole
/// numbers must be equal, decimal numbers close.
#[must_use]
pub fn first_difference(kept: &str, measured: &str) -> Option<Difference> {
    let (mut kept, mut measured) = (kept.lines(), measured.lines());
    for line in 1.. {
        let (old, new) = match (kept.next(), measured.next()) {
            (None, None) => break,
            (old, new) => (old.unwrap_or("nothing"), new.unwrap_or("nothing")),
        };
        if !alike(old, new) {
            let [kept, measured] = [old, new].map(ToOwned::to_owned);
            return Some(Difference { line, kept, measured });
        }
    }
    None
}

fn alike(old: &str, new: &str) -> bool {
    let (mut old, mut new) = (old.split_whitespace(), new.split_whitespace());
    loop {
        match (old.next(), new.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a == b => {}
            (Some(a), Some(b)) => match (decimal(a), decimal(b)) {
                (Some(a), Some(b)) if (a - b).abs() <= TOLERANCE + 1e-9 => {}
                _ => return false,
            },
            _ => return false,
        }
    }
}

/// The number of `66.15`, `**66.15` or `66.15,`.
fn decimal(word: &str) -> Option<f64> {
    let number = word.trim_matches(['*', ',', ';', ':', '(', ')', '.']);
    number.contains('.').then(|| number.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_may_move_a_little_and_words_not_at_all() {
        let kept = "# Card\n| FER+ | 2,862 | **88.40 %** |\n";
        let same = |measured: &str| first_difference(kept, measured).is_none();
        assert!(same(kept) && same("# Card\n| FER+ | 2,862 | **88.44 %** |\n"));
        for other in [
            "# Card\n| FER+ | 2,862 | **88.51 %** |\n",
            "# Card\n| FER+ | 2,863 | **88.40 %** |\n",
            "# Cards\n| FER+ | 2,862 | **88.40 %** |\n",
            "# Card\n",
            "# Card\n| FER+ | 2,862 | **88.40 %** |\nmore\n",
        ] {
            assert!(!same(other), "{other}");
        }
        let difference = first_difference(kept, "# Card\n").unwrap();
        assert_eq!((difference.line, difference.measured.as_str()), (2, "nothing"));
    }
}
