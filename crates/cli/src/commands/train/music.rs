use std::fs::File;
use std::path::PathBuf;

use attune_audio::{CrossValidation, MoodModelError, RatingsError, read_deam, train_mood};
use attune_training::write_atomically;
use clap::Args;

use super::unwritable;
use crate::args::Format;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::text::music_card;

/// Name of the model's files.
const NAME: &str = "attune-music";

/// Arguments of `attune train music`.
#[derive(Args, Debug)]
pub struct TrainMusicArgs {
    /// Songs with openSMILE descriptors and people's ratings: DEAM's table as CSV
    #[arg(long, value_name = "CSV")]
    data: PathBuf,
    /// Folder for the model file and its card
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Draws the folds and the songs that stay in the model
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How the figures are written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Trains the model and writes it with its card.
pub fn run(args: &TrainMusicArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    let table = File::open(&args.data).map_err(|error| {
        let message = format!("{} cannot be read: {error}", args.data.display());
        Failure::new(message, "check the path and that you may read the file")
    })?;
    let songs = read_deam(table)?;
    let trained = train_mood(&songs, args.seed)?;
    let model = args.out.join(format!("{NAME}.safetensors"));
    std::fs::create_dir_all(&args.out).map_err(|error| unwritable(&args.out, &error))?;
    let bytes = trained.model.to_bytes()?;
    write_atomically(&model, &bytes).map_err(|error| unwritable(&model, &error))?;
    let card = args.out.join(format!("{NAME}.md"));
    let text = music_card(&trained.figures, bytes.len());
    write_atomically(&card, text.as_bytes()).map_err(|error| unwritable(&card, &error))?;
    match args.format {
        Format::Json => printer.json(&trained.figures)?,
        Format::Text => printer.data(&figures(&trained.figures))?,
    }
    printer.note(&format!("the model is in {}, its card beside it", model.display()));
    Ok(ExitStatus::Done)
}

fn figures(figures: &CrossValidation) -> String {
    let axis = |name: &str, axis: &attune_audio::AxisFigures| {
        let [low, high] = axis.r2_ci95;
        format!("{name}  R2 {:.3} ({low:.3} to {high:.3})  error {:.3}\n", axis.r2, axis.rmse)
    };
    format!(
        "{} songs, {} features, 5-fold cross-validation, seed {}\n{}{}within the stated uncertainty: {:.1} %\n",
        figures.songs,
        figures.features,
        figures.seed,
        axis("valence", &figures.valence),
        axis("arousal", &figures.arousal),
        100.0 * figures.within_uncertainty
    )
}

impl From<RatingsError> for Failure {
    fn from(error: RatingsError) -> Self {
        Self::new(&error, "Name DEAM's table with its openSMILE columns and crowd ratings.")
    }
}

impl From<MoodModelError> for Failure {
    fn from(error: MoodModelError) -> Self {
        Self::new(&error, "Name a model file that `attune train music` wrote.")
    }
}
