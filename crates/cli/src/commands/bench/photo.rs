//! The photo that a benchmark works on.

use std::path::{Path, PathBuf};

use attune_app::AppError;
use attune_vision::Frame;

use crate::exit::Failure;

/// Where a checkout of the project keeps photographs for measuring, seen from its root.
const KNOWN: &str = "../shared/data/photos/obama-480p.jpg";

/// The photo asked for, or else the known one where it is there.
pub fn given_or_known(given: Option<&Path>) -> Option<PathBuf> {
    let known = || Path::new(KNOWN).exists().then(|| PathBuf::from(KNOWN));
    given.map(Path::to_owned).or_else(known)
}

/// The photo, upright and grey.
pub fn open(path: &Path) -> Result<Frame, Failure> {
    let wrap = |source| AppError::Photo { path: path.to_owned(), source };
    Ok(attune_app::photo::open(path).map_err(wrap)?)
}

/// No photo was given.
pub fn missing() -> Failure {
    Failure::new("there is no photo to measure with", "name one that shows a face: --photo me.jpg")
}

/// The photo shows no face at the size that is measured.
pub fn faceless(path: &Path) -> Failure {
    let message = format!("{}: no face was found at 640 x 480 pixels", path.display());
    Failure::new(message, "name a photo that shows one: --photo me.jpg")
}
