//! What several commands open: the model and the library.

use std::borrow::Cow;
use std::future::Future;
use std::path::PathBuf;

use attune_app::{AppError, Baseline, Enrolled, FaceReader, Library};
use attune_vision::{Household, PersonalBias};
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

/// How many threads heavy work is spread over: one a core.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// The bytes of the expression model: a file's where one is set, else those in the program.
pub fn model(settings: &Settings) -> Result<Cow<'static, [u8]>, AppError> {
    let Some(path) = &settings.model.value else { return Ok(attune_app::MODEL.into()) };
    let unreadable = |source| AppError::Unreadable { path: path.clone(), source };
    Ok(std::fs::read(path).map_err(unreadable)?.into())
}

/// How faces are read, for every command that reads some.
#[derive(Args, Clone, Debug, Default)]
pub struct ReadingArgs {
    /// Find faces with an OpenCV cascade (haarcascade_*.xml, lbpcascade_*.xml) instead
    #[arg(long, value_name = "FILE")]
    pub detector: Option<PathBuf>,
    /// Read them as those of the person whose baseline `attune baseline record` keeps
    #[arg(long)]
    pub baseline: bool,
    /// Tell which of the people who enrolled (`attune who`) it is
    #[arg(long)]
    pub who: bool,
}

impl ReadingArgs {
    /// What the kept baseline says, where it is asked for.
    pub fn bias(&self, settings: &Settings) -> Result<Option<PersonalBias>, AppError> {
        if !self.baseline {
            return Ok(None);
        }
        let kept = Baseline::load(&settings.data_dir.value)?.ok_or(AppError::NoBaseline)?;
        Ok(kept.personal_bias())
    }

    /// Those who enrolled, where it is asked who it is.
    pub fn household(&self, settings: &Settings) -> Result<Option<Household>, AppError> {
        if !self.who {
            return Ok(None);
        }
        Enrolled::load(&settings.data_dir.value)?.household().map(Some)
    }
}

/// A reader of faces with that model.
pub fn face_reader(settings: &Settings, reading: &ReadingArgs) -> Result<FaceReader, AppError> {
    let bias = reading.bias(settings)?;
    let reader = FaceReader::with_detector(&model(settings)?, reading.detector.as_deref())?;
    let reader = match reading.household(settings)? {
        Some(household) => reader.with_household(household),
        None => reader,
    };
    Ok(match bias {
        Some(bias) => reader.with_baseline(bias),
        None => reader,
    })
}
