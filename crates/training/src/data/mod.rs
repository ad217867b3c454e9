//! Face data sets: FER2013 and FER+ as Parquet, Kaggle's CSV, or a folder a class.

mod beside;
mod card;
mod convert;
mod csv;
pub mod duplicates;
mod error;
mod folders;
mod foreign;
mod parquet;
mod picture;
mod stats;

use std::collections::HashSet;
use std::path::Path;

use attune_core::{Expression, LabelSet};
use attune_vision::FaceCrop;
use serde::{Deserialize, Serialize};

use self::parquet::Rows;

pub use beside::{all_splits, training_beside};
pub use card::card;
pub use convert::{ConvertError, Written, convert};
pub use error::{DataError, DataErrorKind};
pub use foreign::{ForeignFaces, LabelMap};
pub use stats::{Across, DuplicateStats, Groups, SplitStats, Stats, Within};

/// Which part of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// To train on (`Training`).
    Train,
    /// To select on (`PublicTest`).
    Valid,
    /// To report on, once (`PrivateTest`).
    Test,
}

impl Split {
    /// FER2013's `Usage` word.
    #[must_use]
    pub const fn usage(self) -> &'static str {
        match self {
            Self::Train => "Training",
            Self::Valid => "PublicTest",
            Self::Test => "PrivateTest",
        }
    }

    /// The split that a `Usage` word stands for.
    fn from_usage(word: &str) -> Result<Self, String> {
        let splits = [Self::Train, Self::Valid, Self::Test];
        let known = splits.into_iter().find(|split| split.usage() == word.trim());
        known.ok_or_else(|| {
            format!("'{}' is neither Training, PublicTest nor PrivateTest", word.trim())
        })
    }

    /// Folder names that mean this split in a folder-per-class tree.
    const fn folder_names(self) -> &'static [&'static str] {
        match self {
            Self::Train => &["train", "training"],
            Self::Valid => &["valid", "validation", "val", "public_test"],
            Self::Test => &["test", "private_test"],
        }
    }

    /// File name in a folder of Parquet files.
    const fn parquet_name(self) -> &'static str {
        match self {
            Self::Train => "train.parquet",
            Self::Valid => "public_test.parquet",
            Self::Test => "private_test.parquet",
        }
    }
}

/// FER+ votes of ten people: the eight expressions in [`LabelSet::FerPlus`] order, then
/// "unknown" and "not a face".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Votes(pub [u8; 10]);

impl Votes {
    /// Votes for the eight expressions.
    #[must_use]
    pub fn expressions(&self) -> &[u8] {
        &self.0[..8]
    }

    /// The share of all votes that went to an expression, and how those are distributed.
    #[must_use]
    pub fn distribution(&self) -> (f32, [f32; 8]) {
        let all: u32 = self.0.iter().map(|v| u32::from(*v)).sum();
        let named: u32 = self.expressions().iter().map(|v| u32::from(*v)).sum();
        let share = |v: u8| if named == 0 { 0.0 } else { f32::from(v) / named as f32 };
        let weight = if all == 0 { 0.0 } else { named as f32 / all as f32 };
        (weight, std::array::from_fn(|i| share(self.0[i])))
    }

    /// The expression with more than half of all ten votes, if any: the images on which FER+
    /// accuracy is measured (Barsoum et al. 2016, "majority").
    #[must_use]
    pub fn majority(&self) -> Option<usize> {
        self.expressions().iter().position(|v| *v > 5)
    }
}

/// One face with what people said of it.
#[derive(Clone, Debug)]
pub struct Example {
    /// The picture.
    pub crop: FaceCrop,
    /// FER2013 label, an index into [`LabelSet::Fer2013`].
    pub label: Option<usize>,
    /// FER+ votes.
    pub votes: Option<Votes>,
}

impl Example {
    /// The class to be found under a label set's evaluation rule, or `None` where the image does
    /// not count.
    #[must_use]
    pub fn truth(&self, set: LabelSet) -> Option<usize> {
        match set {
            LabelSet::Fer2013 => self.label,
            LabelSet::FerPlus => self.votes.and_then(|v| v.majority()),
        }
    }
}

/// Faces of one split of one data set.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// Where it came from, for records.
    pub name: String,
    /// In file order.
    pub examples: Vec<Example>,
    /// Whether the source tells its splits apart; where it does not, every split is all of it.
    pub splits_told_apart: bool,
}

/// What a layout's reader gives: the examples of the split, and whether the layout has splits.
type SplitExamples = (Vec<Example>, bool);

impl Dataset {
    /// Reads a `.parquet` file, a `.csv` file of Kaggle's layout, a folder that holds
    /// `train.parquet` / `public_test.parquet`, or a folder-per-class tree (with or without
    /// `train` and `test` above the classes).
    ///
    /// # Errors
    /// What cannot be used is refused by file, row and column; nothing is skipped silently.
    pub fn read(path: &Path, split: Split) -> Result<Self, DataError> {
        if !path.exists() {
            return Err(DataError::new(path, DataErrorKind::Missing));
        }
        let (examples, splits_told_apart) = if path.is_dir() {
            let file = path.join(split.parquet_name());
            if file.is_file() {
                (parquet::read(&file, Rows::Whole(split))?.0, true)
            } else {
                folders::read(path, split)?
            }
        } else {
            match path.extension().and_then(|e| e.to_str()) {
                Some("parquet") => parquet::read(path, Rows::Of(split))?,
                Some("csv") => csv::read(path, split)?,
                _ => return Err(DataError::new(path, DataErrorKind::UnknownLayout)),
            }
        };
        if examples.is_empty() {
            return Err(DataError::new(path, DataErrorKind::Empty(split.usage())));
        }
        Ok(Self { name: path.display().to_string(), examples, splits_told_apart })
    }

    /// A number that changes with any picture, label or vote (FNV-1a, 64 bits).
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut take = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        for example in &self.examples {
            example.crop.pixels().iter().copied().for_each(&mut take);
            take(example.label.map_or(u8::MAX, |label| label as u8));
            example.votes.iter().flat_map(|v| v.0).for_each(&mut take);
        }
        hash
    }

    /// How many pictures stand in another set too, pixel for pixel.
    #[must_use]
    pub fn copies_in(&self, other: &Self) -> usize {
        let known: HashSet<&[u8]> = other.examples.iter().map(|e| e.crop.pixels()).collect();
        self.examples.iter().filter(|e| known.contains(e.crop.pixels())).count()
    }

    /// The expressions that some label names or some vote went to, in declaration order.
    #[must_use]
    pub fn expressions(&self) -> Vec<Expression> {
        let mut shown = [false; Expression::ALL.len()];
        for example in &self.examples {
            if let Some(label) = example.label {
                shown[LabelSet::Fer2013.expressions()[label] as usize] = true;
            }
            let votes = example.votes.iter().flat_map(|v| v.0);
            for (expression, votes) in LabelSet::FerPlus.expressions().iter().zip(votes) {
                shown[*expression as usize] |= votes > 0;
            }
        }
        Expression::ALL.into_iter().filter(|e| shown[*e as usize]).collect()
    }

    /// At most `n` examples, spread evenly over the set.
    #[must_use]
    pub fn spread(&self, n: usize) -> Self {
        let all = self.examples.len();
        let n = n.min(all);
        let examples = (0..n).map(|i| self.examples[i * all / n].clone()).collect();
        Self { examples, name: self.name.clone(), ..*self }
    }

    /// Every second example from the first, and every second from the second.
    #[must_use]
    pub fn halves(&self) -> [Self; 2] {
        [0, 1].map(|first| {
            let examples = self.examples.iter().skip(first).step_by(2).cloned().collect();
            Self { examples, name: self.name.clone(), ..*self }
        })
    }

    /// Several data sets as one, in the order given; `None` for none.
    #[must_use]
    pub fn joined(sets: Vec<Self>) -> Option<Self> {
        let name = sets.iter().map(|set| set.name.as_str()).collect::<Vec<_>>().join(" + ");
        let splits_told_apart = sets.iter().all(|set| set.splits_told_apart);
        let examples: Vec<Example> = sets.into_iter().flat_map(|set| set.examples).collect();
        (!examples.is_empty()).then_some(Self { name, examples, splits_told_apart })
    }

    /// The label sets that at least one image has a truth for.
    #[must_use]
    pub fn label_sets(&self) -> Vec<LabelSet> {
        let has = |set: &LabelSet| self.examples.iter().any(|e| e.truth(*set).is_some());
        [LabelSet::Fer2013, LabelSet::FerPlus].into_iter().filter(has).collect()
    }
}

/// The FER2013 class of an expression.
fn fer2013_class(expression: Expression) -> Option<usize> {
    LabelSet::Fer2013.expressions().iter().position(|e| *e == expression)
}

#[cfg(test)]
mod tests {
    use attune_vision::CROP_SIZE;

    use super::*;

    #[test]
    fn votes_become_a_distribution_and_a_majority() {
        let clear = Votes([6, 2, 0, 0, 0, 0, 0, 0, 2, 0]);
        assert_eq!(clear.majority(), Some(0));
        let (weight, shares) = clear.distribution();
        assert!((weight - 0.8).abs() < 1e-6 && (shares[0] - 0.75).abs() < 1e-6);
        let split = Votes([5, 5, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(split.majority(), None);
        let nothing = Votes([0, 0, 0, 0, 0, 0, 0, 0, 0, 10]);
        assert_eq!(nothing.distribution(), (0.0, [0.0; 8]));
    }

    fn labelled(labels: &[usize]) -> Dataset {
        let crop = FaceCrop::from_pixels(&[9; CROP_SIZE * CROP_SIZE]).unwrap();
        let example =
            |label: &usize| Example { crop: crop.clone(), label: Some(*label), votes: None };
        let examples = labels.iter().map(example).collect();
        Dataset { name: "made".to_owned(), examples, splits_told_apart: true }
    }

    #[test]
    fn parts_of_a_set_keep_its_order_and_lose_nothing() {
        let labels = |d: &Dataset| d.examples.iter().filter_map(|e| e.label).collect::<Vec<_>>();
        let set = labelled(&[0, 1, 2, 3, 4, 5]);
        assert_eq!(labels(&set.spread(3)), [0, 2, 4]);
        assert_eq!(labels(&set.spread(99)), [0, 1, 2, 3, 4, 5]);
        assert!(set.spread(0).examples.is_empty());
        let [even, odd] = set.halves();
        assert_eq!((labels(&even), labels(&odd)), (vec![0, 2, 4], vec![1, 3, 5]));
        let joined = Dataset::joined(vec![even, odd]).unwrap();
        assert_eq!(labels(&joined), [0, 2, 4, 1, 3, 5]);
        assert!(Dataset::joined(vec![]).is_none());
    }

    #[test]
    fn a_set_knows_which_expressions_it_shows() {
        let mut set = labelled(&[3, 4, 3]);
        assert_eq!(set.expressions(), [Expression::Happy, Expression::Sad]);
        set.examples[0].votes = Some(Votes([0, 9, 0, 0, 0, 0, 0, 1, 0, 0]));
        assert_eq!(set.expressions().last(), Some(&Expression::Contempt));
    }
}
