//! What several commands open: the model and the library.

use std::borrow::Cow;
use std::future::Future;
use std::path::PathBuf;

use attune_app::{AppError, BaselineUse, Baselines, Enrolled, FaceReader, LISTENER, Library};
use attune_vision::Household;
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
    /// Read the largest face with your baseline (`attune baseline record`); with --who, everybody who
    /// is recognised with their own
    #[arg(long)]
    pub baseline: bool,
    /// Tell which of the people who enrolled (`attune who`) it is
    #[arg(long)]
    pub who: bool,
}

impl ReadingArgs {
    /// What the kept baselines say, where that is asked for.
    pub fn baselines(&self, settings: &Settings) -> Result<BaselineUse, AppError> {
        if !self.baseline {
            return Ok(BaselineUse::None);
        }
        let kept = Baselines::load(&settings.data_dir.value)?;
        if self.who {
            return Ok(BaselineUse::Named(kept.personal_biases()));
        }
        let own = kept.of(LISTENER).ok_or(AppError::NoBaseline)?.personal_bias();
        Ok(own.map_or(BaselineUse::None, BaselineUse::Largest))
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
    let baselines = reading.baselines(settings)?;
    let reader = FaceReader::with_detector(&model(settings)?, reading.detector.as_deref())?;
    let reader = match reading.household(settings)? {
        Some(household) => reader.with_household(household),
        None => reader,
    };
    Ok(reader.with_baselines(baselines))
}
