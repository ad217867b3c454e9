//! What several commands open: the model and the library.

use std::borrow::Cow;
use std::future::Future;
use std::path::PathBuf;

use attune_app::{AppError, FaceReader, Library};
use clap::Args;

use crate::exit::Failure;
use crate::settings::Settings;

/// Waits for a future on this thread.
pub fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime
        .map_err(|error| {
            Failure::new(
                format!("the system gives no event queue: {error}"),
                "too many open files?",
            )
        })?
        .block_on(future)
}

/// Opens the library of the data folder for as long as `work` takes.
pub fn with_library<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(&Library) -> Result<T, Failure>,
) -> Result<T, Failure> {
    block_on(async {
        let library = Library::open(&settings.data_dir.value).await?;
        let done = work(&library).await;
        library.close().await;
        done
    })
}

/// The bytes of the expression model: a file's where one is set, else those in the program.
pub fn model(settings: &Settings) -> Result<Cow<'static, [u8]>, AppError> {
    let Some(path) = &settings.model.value else { return Ok(attune_app::MODEL.into()) };
    let unreadable = |source| AppError::Unreadable { path: path.clone(), source };
    Ok(std::fs::read(path).map_err(unreadable)?.into())
}

/// What finds the faces, for every command that reads some.
#[derive(Args, Clone, Debug, Default)]
pub struct DetectorArgs {
    /// Find faces with an OpenCV cascade (haarcascade_*.xml, lbpcascade_*.xml) instead
    #[arg(long, value_name = "FILE")]
    pub detector: Option<PathBuf>,
}

/// A reader of faces with that model.
pub fn face_reader(settings: &Settings, detector: &DetectorArgs) -> Result<FaceReader, AppError> {
    FaceReader::with_detector(&model(settings)?, detector.detector.as_deref())
}
