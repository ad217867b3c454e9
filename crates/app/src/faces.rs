use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use attune_core::{FaceReading, InvalidProbabilities};
use attune_vision::{
    CascadeDetector, Classifier, Correction, FaceCrop, Frame, Household, NetworkDetector,
    PersonalBias, Reader,
};
use serde::Serialize;

use crate::baseline::BaselineUse;
use crate::error::AppError;
use crate::photo;

/// What the faces of one photo show, in the documented JSON shape.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhotoReport {
    /// As it was asked for.
    pub path: String,
    /// The largest first; empty for a photo without faces.
    pub faces: Vec<FaceReading>,
    /// Numbers of faces, the largest being 1, that were not to be read.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub left_out: BTreeSet<usize>,
    /// Why the photo could not be read.
    pub error: Option<String>,
    /// What to do about the error.
    #[serde(skip)]
    pub hint: Option<Cow<'static, str>>,
}

/// The answer to `attune face`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FaceReport {
    /// One report a photo, in the order asked for.
    pub photos: Vec<PhotoReport>,
}

/// Reads faces in photos. Keep it: building it reads the models.
pub struct FaceReader {
    reader: Reader,
}

impl FaceReader {
    /// With a model file's bytes.
    pub fn with_model(model: &[u8]) -> Result<Self, AppError> {
        let detector = NetworkDetector::new()?;
        let classifier = Classifier::from_safetensors(model)?;
        Ok(Self { reader: Reader::new(detector, classifier) })
    }

    /// With a model file's bytes, and a detector from an OpenCV cascade file where one is named.
    pub fn with_detector(model: &[u8], cascade: Option<&Path>) -> Result<Self, AppError> {
        Ok(Self { reader: reader(model, cascade)? })
    }

    /// With what baselines say.
    #[must_use]
    pub fn with_baselines(self, baselines: BaselineUse) -> Self {
        Self { reader: baselines.apply(self.reader) }
    }

    /// Faces of these people get their names.
    #[must_use]
    pub fn with_household(self, household: Household) -> Self {
        Self { reader: self.reader.with_household(household) }
    }

    /// With what one person's corrections say of its readings; none changes nothing.
    #[must_use]
    pub fn taught_by(self, corrections: &[Correction]) -> Self {
        if corrections.is_empty() {
            return self;
        }
        let mut reader = self.reader;
        let set = reader.classifier().reading_head().label_set;
        Self { reader: reader.with_bias(PersonalBias::fit(set, corrections)) }
    }

    /// What the faces of a frame show, the largest first.
    pub fn read(&mut self, frame: &Frame) -> Result<Vec<FaceReading>, AppError> {
        self.reader.read(frame).map_err(|_| AppError::Overflow)
    }

    /// The same with what was read of each.
    pub(crate) fn read_crops(
        &mut self,
        frame: &Frame,
    ) -> Result<Vec<(FaceReading, FaceCrop)>, AppError> {
        let found = self.reader.detect(frame);
        let read = found.iter().enumerate().map(|(i, face)| {
            Ok((self.reader.classify(frame, &found, i)?, FaceCrop::of(frame, face)))
        });
        read.collect::<Result<_, InvalidProbabilities>>().map_err(|_| AppError::Overflow)
    }

    /// What the faces of a photo show, the largest first.
    pub fn read_photo(&mut self, path: &Path) -> Result<Vec<FaceReading>, AppError> {
        let wrap = |source| AppError::Photo { path: path.to_owned(), source };
        self.read(&photo::open(path).map_err(wrap)?)
    }

    /// The same without the faces of these numbers, counted from 1: those are not read at all.
    fn read_others(
        &mut self,
        path: &Path,
        left_out: &BTreeSet<usize>,
    ) -> Result<Vec<FaceReading>, AppError> {
        let wrap = |source| AppError::Photo { path: path.to_owned(), source };
        let frame = photo::open(path).map_err(wrap)?;
        let found = self.reader.detect(&frame);
        let others = (0..found.len()).filter(|face| !left_out.contains(&(face + 1)));
        let read = others.map(|face| self.reader.classify(&frame, &found, face));
        read.collect::<Result<_, _>>().map_err(|_| AppError::Overflow)
    }

    /// The same as a report, which also tells of failure.
    pub fn report(&mut self, path: &Path, left_out: &BTreeSet<usize>) -> PhotoReport {
        let (faces, error) = match self.read_others(path, left_out) {
            Ok(faces) => (faces, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        PhotoReport {
            path: path.display().to_string(),
            left_out: left_out.clone(),
            faces,
            hint: error.as_ref().and_then(AppError::hint),
            error: error.map(|e| e.to_string()),
        }
    }
}

/// A reader with a model file's bytes, and a detector from an OpenCV cascade file where one is named.
pub(crate) fn reader(model: &[u8], cascade: Option<&Path>) -> Result<Reader, AppError> {
    let classifier = Classifier::from_safetensors(model)?;
    let Some(path) = cascade else {
        return Ok(Reader::new(NetworkDetector::new()?, classifier));
    };
    let unreadable = |source| AppError::Unreadable { path: path.to_owned(), source };
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let damaged = |source| AppError::Cascade { path: path.to_owned(), source };
    Ok(Reader::new(CascadeDetector::from_xml(&text).map_err(damaged)?, classifier))
}

/// Reads several photos, without the faces left out; one that cannot be read does not keep the others from it.
pub fn read_expression<'a>(
    reader: &mut FaceReader,
    photos: impl IntoIterator<Item = &'a Path>,
    left_out: &BTreeSet<usize>,
) -> FaceReport {
    FaceReport { photos: photos.into_iter().map(|path| reader.report(path, left_out)).collect() }
}
