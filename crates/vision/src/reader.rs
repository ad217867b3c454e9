use std::collections::BTreeMap;

use attune_core::{FaceReading, InvalidProbabilities};

use crate::advice::advice;
use crate::{Classifier, Detection, Detector, FaceCrop, Frame, Household, PersonalBias};

/// From a frame to what every face in it shows.
///
/// The stages can also be run one at a time: [`detect`](Self::detect), [`FaceCrop::of`] and
/// [`classify`](Self::classify) are what [`read`](Self::read) does.
pub struct Reader {
    detector: Box<dyn Detector>,
    classifier: Classifier,
    /// Of the person before the device, whose face is the largest.
    bias: Option<PersonalBias>,
    /// Of people who are recognised.
    named: BTreeMap<String, PersonalBias>,
    household: Option<Household>,
}

impl Reader {
    /// Puts a detector and a classifier together.
    #[must_use]
    pub fn new(detector: impl Detector + 'static, classifier: Classifier) -> Self {
        let (bias, named, household) = (None, BTreeMap::new(), None);
        Self { detector: Box::new(detector), classifier, bias, named, household }
    }

    /// With what one person's corrections or baseline say, on top of what was said before. It counts for
    /// the largest face of a frame: strangers behind them read as everybody does.
    #[must_use]
    pub fn with_bias(self, bias: PersonalBias) -> Self {
        let bias = match &self.bias {
            Some(other) => other.plus(&bias),
            None => bias,
        };
        Self { bias: Some(bias), ..self }
    }

    /// With the baselines of people whom a household recognises, by their names.
    #[must_use]
    pub fn with_biases(self, named: BTreeMap<String, PersonalBias>) -> Self {
        Self { named, ..self }
    }

    /// Faces of these people get their names.
    #[must_use]
    pub fn with_household(self, household: Household) -> Self {
        Self { household: Some(household), ..self }
    }

    /// One reading a face, the largest face first; none for a frame without faces. Fails only
    /// where a network's numbers overflow.
    pub fn read(&mut self, frame: &Frame) -> Result<Vec<FaceReading>, InvalidProbabilities> {
        let found = self.detect(frame);
        (0..found.len()).map(|face| self.classify(frame, &found, face)).collect()
    }

    /// Where the faces are, the largest first.
    pub fn detect(&mut self, frame: &Frame) -> Vec<Detection> {
        self.detector.detect(frame)
    }

    /// What the face of this number shows, 0 being the first of those [found](Self::detect) in the
    /// frame, with advice on the picture.
    ///
    /// # Panics
    /// Where no face of this number was found.
    pub fn classify(
        &mut self,
        frame: &Frame,
        found: &[Detection],
        face: usize,
    ) -> Result<FaceReading, InvalidProbabilities> {
        let detection = &found[face];
        let crop = FaceCrop::of(frame, detection);
        let mut probabilities = self.classifier.classify(&crop)?;
        let who = self.household.as_ref().and_then(|household| household.who(&crop));
        let own = self.bias.as_ref().filter(|_| face == 0);
        let named = who.and_then(|name| self.named.get(name));
        for bias in own.into_iter().chain(named) {
            probabilities = bias.apply(&probabilities)?;
        }
        let declare_above = self.classifier.reading_head().declare_above;
        let reading = FaceReading::new(detection.face, probabilities, declare_above);
        let advice = advice(&crop, &detection.face);
        Ok(FaceReading { advice, who: who.map(str::to_owned), ..reading })
    }

    /// The classifier, to run it on crops.
    pub fn classifier(&mut self) -> &mut Classifier {
        &mut self.classifier
    }
}
