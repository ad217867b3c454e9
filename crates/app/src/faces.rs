use std::borrow::Cow;
use std::path::Path;

use attune_core::FaceReading;
use attune_vision::{Classifier, Correction, Frame, PersonalBias, Reader, RustfaceDetector};
use serde::Serialize;

use crate::error::AppError;
use crate::photo;

/// What the faces of one photo show, in the documented JSON shape.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhotoReport {
    /// As it was asked for.
    pub path: String,
    /// The largest first; empty for a photo without faces.
    pub faces: Vec<FaceReading>,
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
        let detector = RustfaceDetector::new()?;
        let classifier = Classifier::from_safetensors(model)?;
        Ok(Self { reader: Reader::new(detector, classifier) })
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

    /// What the faces of a photo show, the largest first.
    pub fn read_photo(&mut self, path: &Path) -> Result<Vec<FaceReading>, AppError> {
        let wrap = |source| AppError::Photo { path: path.to_owned(), source };
        self.read(&photo::open(path).map_err(wrap)?)
    }

    /// The same as a report, which also tells of failure.
    pub fn report(&mut self, path: &Path) -> PhotoReport {
        let (faces, error) = match self.read_photo(path) {
            Ok(faces) => (faces, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        PhotoReport {
            path: path.display().to_string(),
            faces,
            hint: error.as_ref().and_then(AppError::hint),
            error: error.map(|e| e.to_string()),
        }
    }
}

/// Reads several photos; one that cannot be read does not keep the others from it.
pub fn read_expression<'a>(
    reader: &mut FaceReader,
    photos: impl IntoIterator<Item = &'a Path>,
) -> FaceReport {
    FaceReport { photos: photos.into_iter().map(|path| reader.report(path)).collect() }
}
