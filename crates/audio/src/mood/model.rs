//! The model file: songs kept, weights and scales as safetensors, the rest as JSON in its header.

use attune_core::{Mood, Point};
use safetensors::tensor::{Dtype, TensorView};
use safetensors::{SafeTensors, serialize};
use serde::{Deserialize, Serialize};

use super::features::{FEATURES, Scale, columns, of_recording};
use super::gaussian_process::GaussianProcess;
use crate::descriptors::{Descriptors, DescriptorsVersion};

const METADATA_KEY: &str = "attune_music";
const FORMAT: u32 = 1;

/// The model file cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the music model cannot be read: {0}")]
pub struct MoodModelError(String);

/// What the header of a model file says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Header {
    format: u32,
    descriptors_version: DescriptorsVersion,
    features: Vec<String>,
    scales: Vec<Scale>,
    length: f64,
    noise: f64,
    means: [f64; 2],
    spread: [f64; 2],
}

/// Puts recordings in the valence-arousal plane.
#[derive(Clone, Debug, PartialEq)]
pub struct MoodModel {
    pub(crate) scales: Vec<Scale>,
    pub(crate) process: GaussianProcess,
    /// Deviation of the answers for each axis, on [-1, 1], made to fit the errors on songs that
    /// were not trained on.
    pub(crate) spread: [f64; 2],
}

impl MoodModel {
    /// Where a recording stands; `None` where its descriptors are of another version or too few.
    #[must_use]
    pub fn mood(&self, descriptors: &Descriptors) -> Option<Mood> {
        let known = descriptors.version == DescriptorsVersion::CURRENT;
        let features = of_recording(descriptors.for_mood()).filter(|_| known)?;
        Some(self.mood_of(&features))
    }

    #[expect(clippy::cast_possible_truncation, reason = "moods are single precision")]
    pub(crate) fn mood_of(&self, features: &[f64]) -> Mood {
        let scaled: Vec<f64> =
            self.scales.iter().zip(features).map(|(scale, x)| scale.apply(*x)).collect();
        let (answer, share) = self.process.answer(&scaled);
        let squares = self.spread.map(|spread| spread * spread * share);
        let point = Point::new(answer[0] as f32, answer[1] as f32);
        Mood::new(point, ((squares[0] + squares[1]) / 2.0).sqrt() as f32)
    }

    /// The model as a file.
    ///
    /// # Errors
    ///
    /// Where it cannot be laid out, which no fitted model is known to bring about.
    pub fn to_bytes(&self) -> Result<Vec<u8>, MoodModelError> {
        let fault = |error: &dyn std::fmt::Display| MoodModelError(error.to_string());
        let process = &self.process;
        let header = Header {
            format: FORMAT,
            descriptors_version: DescriptorsVersion::CURRENT,
            features: columns(),
            scales: self.scales.clone(),
            length: process.length,
            noise: process.noise,
            means: process.means,
            spread: self.spread,
        };
        let json = serde_json::to_string(&header).map_err(|e| fault(&e))?;
        let kept = process.kept.len();
        let tensors = [
            ("kept", vec![kept, FEATURES], bytes(process.kept.iter().flatten())),
            ("weights", vec![kept, 2], bytes(process.weights.iter().flatten())),
            ("certainty", vec![kept, kept], bytes(process.certainty.iter())),
        ];
        let views: Result<Vec<_>, _> = tensors
            .iter()
            .map(|(name, shape, bytes)| {
                Ok((*name, TensorView::new(Dtype::F64, shape.clone(), bytes)?))
            })
            .collect::<Result<_, safetensors::SafeTensorError>>();
        let metadata = [(METADATA_KEY.to_owned(), json)].into();
        serialize(views.map_err(|e| fault(&e))?, Some(metadata)).map_err(|e| fault(&e))
    }

    /// Reads a model file.
    ///
    /// # Errors
    ///
    /// Where it is no such file, or made for other descriptors.
    pub fn from_bytes(file: &[u8]) -> Result<Self, MoodModelError> {
        let refuse = |what: &str| MoodModelError(what.to_owned());
        let fault = |error: &dyn std::fmt::Display| MoodModelError(error.to_string());
        let tensors = SafeTensors::deserialize(file).map_err(|e| fault(&e))?;
        let (_, container) = SafeTensors::read_metadata(file).map_err(|e| fault(&e))?;
        let json = container.metadata().as_ref().and_then(|m| m.get(METADATA_KEY));
        let json = json.ok_or_else(|| refuse("it is another kind of model"))?;
        let header: Header = serde_json::from_str(json).map_err(|e| fault(&e))?;
        if header.format != FORMAT
            || header.descriptors_version != DescriptorsVersion::CURRENT
            || header.features != columns()
            || header.scales.len() != FEATURES
        {
            return Err(refuse("it was made for other descriptors; train it again"));
        }
        let numbers = |name: &str, width: usize| {
            let view = tensors.tensor(name).map_err(|e| fault(&e))?;
            let shaped = view.dtype() == Dtype::F64 && view.shape().get(1) == Some(&width);
            let numbers: Vec<f64> =
                view.data().as_chunks().0.iter().map(|b| f64::from_le_bytes(*b)).collect();
            let sound = shaped && numbers.iter().all(|x| x.is_finite());
            sound.then_some(numbers).ok_or_else(|| refuse("its numbers are not in order"))
        };
        let kept: Vec<Vec<f64>> =
            numbers("kept", FEATURES)?.chunks_exact(FEATURES).map(<[f64]>::to_vec).collect();
        let weights: Vec<[f64; 2]> = numbers("weights", 2)?.as_chunks().0.to_vec();
        let certainty = numbers("certainty", kept.len())?;
        if weights.len() != kept.len() || certainty.len() != kept.len() * kept.len() {
            return Err(refuse("its parts are of different sizes"));
        }
        let Header { length, noise, means, spread, scales, .. } = header;
        let process = GaussianProcess { length, noise, kept, weights, means, certainty };
        Ok(Self { scales, process, spread })
    }
}

fn bytes<'a>(numbers: impl Iterator<Item = &'a f64>) -> Vec<u8> {
    numbers.flat_map(|number| number.to_le_bytes()).collect()
}
