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
    bias: Option<PersonalBias>,
    household: Option<Household>,
}

impl Reader {
    /// Puts a detector and a classifier together.
    #[must_use]
    pub fn new(detector: impl Detector + 'static, classifier: Classifier) -> Self {
        Self { detector: Box::new(detector), classifier, bias: None, household: None }
    }

    /// With what one person's corrections or baseline say, on top of what was said before.
    #[must_use]
    pub fn with_bias(self, bias: PersonalBias) -> Self {
        let bias = match &self.bias {
            Some(other) => other.plus(&bias),
            None => bias,
        };
        Self { bias: Some(bias), ..self }
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
        found.iter().map(|detection| self.classify(frame, detection)).collect()
    }

    /// Where the faces are, the largest first.
    pub fn detect(&mut self, frame: &Frame) -> Vec<Detection> {
        self.detector.detect(frame)
    }

    /// What one of them shows, with advice on the picture.
    pub fn classify(
        &mut self,
        frame: &Frame,
        detection: &Detection,
    ) -> Result<FaceReading, InvalidProbabilities> {
        let crop = FaceCrop::of(frame, detection);
        let mut probabilities = self.classifier.classify(&crop)?;
        if let Some(bias) = &self.bias {
            probabilities = bias.apply(&probabilities)?;
        }
        let declare_above = self.classifier.reading_head().declare_above;
        let reading = FaceReading::new(detection.face, probabilities, declare_above);
        let who = self.household.as_ref().and_then(|household| household.who(&crop));
        let advice = advice(&crop, &detection.face);
        Ok(FaceReading { advice, who: who.map(str::to_owned), ..reading })
    }

    /// The classifier, to run it on crops.
    pub fn classifier(&mut self) -> &mut Classifier {
        &mut self.classifier
    }
}
