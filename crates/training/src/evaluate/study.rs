//! All that `attune evaluate` says of a model.

use attune_core::LabelSet;
use attune_vision::graph::Head;
use attune_vision::{Classifier, Quality};
use serde::{Deserialize, Serialize};

use super::bands::Bands;
use super::{Passes, Report, answers, subject};
use crate::data::duplicates::{Likeness, known};
use crate::data::{Dataset, Example};
use crate::metrics::{Answer, Evaluation};

/// A model measured on a data set: the whole of it, by band, and without what stands in the
/// training pictures too.
pub type Study = Report<Measured>;

/// One head measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// On all images.
    #[serde(flatten)]
    pub all: Evaluation,
    /// By band.
    pub bands: Bands,
    /// The same without images that stand in the training pictures too; `None` where those were
    /// not given or no image is left.
    pub without_duplicates: Option<Unseen>,
}

/// Figures on images that training never saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unseen {
    /// Where the training pictures were read from.
    pub training: String,
    /// Images left out because all their pixels stand in the training pictures.
    pub exact: usize,
    /// Images left out because the same photograph does, cut or saved differently.
    pub near: usize,
    /// On the images that stay.
    #[serde(flatten)]
    pub figures: Evaluation,
    /// By band.
    pub bands: Bands,
}

/// Measures every head on every image that counts for it, on `threads` threads; with `training`,
/// also on those alone that are not like any picture of it.
#[must_use]
pub fn study(
    classifier: &Classifier,
    data: &Dataset,
    training: Option<&Dataset>,
    passes: Passes,
    threads: usize,
) -> Study {
    let answers = answers(classifier, data, passes, threads);
    let likeness = training
        .map(|training| (training.name.as_str(), known(&crops(data), &crops(training), threads)));
    let heads = classifier.spec().heads.iter().zip(&answers);
    let measure = |(head, answers): (&Head, &Vec<Answer>)| {
        let set = head.label_set;
        let counted = Counted {
            head,
            answers,
            qualities: per_answer(data, set, |_, e| Quality::of(&e.crop)),
            likeness: likeness
                .as_ref()
                .map(|(name, all)| (*name, per_answer(data, set, |i, _| all[i]))),
        };
        counted.measure()
    };
    Report {
        subject: subject(classifier, data.name.clone(), passes),
        results: heads.filter_map(measure).collect(),
    }
}

fn crops(data: &Dataset) -> Vec<&attune_vision::FaceCrop> {
    data.examples.iter().map(|e| &e.crop).collect()
}

/// Something of every example that counts for a label set, in the order of its answers.
fn per_answer<T>(data: &Dataset, set: LabelSet, of: impl Fn(usize, &Example) -> T) -> Vec<T> {
    let counts = data.examples.iter().enumerate().filter(|(_, e)| e.truth(set).is_some());
    counts.map(|(i, e)| of(i, e)).collect()
}

/// The answers of one head with what is known of their pictures.
pub(super) struct Counted<'a> {
    pub head: &'a Head,
    pub answers: &'a [Answer],
    pub qualities: Vec<Quality>,
    pub likeness: Option<(&'a str, Vec<Option<Likeness>>)>,
}

impl Counted<'_> {
    /// `None` where no image counts.
    pub fn measure(&self) -> Option<Measured> {
        let everywhere = vec![true; self.answers.len()];
        Some(Measured {
            all: self.figures(&everywhere)?,
            bands: self.bands(&everywhere),
            without_duplicates: self.unseen(),
        })
    }

    fn unseen(&self) -> Option<Unseen> {
        let (training, likeness) = self.likeness.as_ref()?;
        let unseen: Vec<bool> = likeness.iter().map(Option::is_none).collect();
        let count = |of: Likeness| likeness.iter().filter(|l| **l == Some(of)).count();
        Some(Unseen {
            training: (*training).to_owned(),
            exact: count(Likeness::Exact),
            near: count(Likeness::Near),
            figures: self.figures(&unseen)?,
            bands: self.bands(&unseen),
        })
    }

    fn bands(&self, among: &[bool]) -> Bands {
        Bands::of(&self.qualities, |band| {
            let both: Vec<bool> = band.iter().zip(among).map(|(a, b)| *a && *b).collect();
            self.figures(&both)
        })
    }

    fn figures(&self, members: &[bool]) -> Option<Evaluation> {
        let mine = self.answers.iter().zip(members).filter(|(_, member)| **member);
        let mine: Vec<Answer> = mine.map(|(answer, _)| answer.clone()).collect();
        let Head { label_set, temperature, declare_above, .. } = *self.head;
        Evaluation::of(label_set, &mine, temperature, declare_above)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::tests::answers;

    #[test]
    fn bands_and_duplicates_part_the_images() {
        let head =
            Head { label_set: LabelSet::Fer2013, value: 0, temperature: 1.0, declare_above: 0.5 };
        let answers = answers(30, 20, 0.9);
        let quality = |i: usize| Quality {
            brightness: [100.0, 130.0, 200.0][i % 3],
            contrast: 70.0,
            sharpness: f32::INFINITY,
        };
        let near = |i: usize| (i < 10).then_some(Likeness::Near);
        let counted = Counted {
            head: &head,
            answers: &answers,
            qualities: (0..30).map(quality).collect(),
            likeness: Some(("train", (0..30).map(near).collect())),
        };
        let measured = counted.measure().unwrap();
        let images = |bands: &[super::super::Band]| -> Vec<(String, usize)> {
            bands.iter().map(|b| (b.band.clone(), b.figures.images)).collect()
        };
        let thirds = ["dark", "medium", "bright"].map(|b| (b.to_owned(), 10));
        assert_eq!(images(&measured.bands.brightness), thirds);
        assert_eq!(images(&measured.bands.contrast), [("high".to_owned(), 30)]);
        let unseen = measured.without_duplicates.unwrap();
        assert_eq!((unseen.exact, unseen.near, unseen.figures.images), (0, 10, 20));
        assert_eq!((measured.all.accuracy, unseen.figures.accuracy), (20.0 / 30.0, 0.5));
        assert_eq!(images(&unseen.bands.sharpness), [("sharp".to_owned(), 20)]);
    }
}
