use std::fs::File;
use std::path::{Path, PathBuf};

use attune_audio::{CrossValidation, MoodModelError, RatingsError, read_deam, train_mood};
use attune_training::write_atomically;
use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};

use crate::args::Format;
use crate::commands::train::{self, TrainArgs};
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;
use crate::text::music_card;

/// Name of the model's files.
const NAME: &str = "attune-music";

/// `attune train`: faces, unless `music` is said.
#[derive(Debug)]
pub enum TrainCommand {
    Faces(Box<TrainArgs>),
    Music(TrainMusicArgs),
}

#[derive(Debug, Subcommand)]
enum What {
    /// Train the model that hears the mood of a recording
    Music(TrainMusicArgs),
}

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

// By hand, because clap derives no command whose own arguments are needed unless a subcommand is said.
impl Args for TrainCommand {
    fn augment_args(command: Command) -> Command {
        let command = What::augment_subcommands(TrainArgs::augment_args(command));
        command.args_conflicts_with_subcommands(true).subcommand_negates_reqs(true)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for TrainCommand {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        if matches.subcommand().is_some() {
            let What::Music(args) = What::from_arg_matches(matches)?;
            return Ok(Self::Music(args));
        }
        Ok(Self::Faces(Box::new(TrainArgs::from_arg_matches(matches)?)))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// Trains what was asked for.
pub fn run(
    command: &TrainCommand,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    match command {
        TrainCommand::Faces(args) => train::run(args, settings, printer),
        TrainCommand::Music(args) => music(args, printer),
    }
}

fn music(args: &TrainMusicArgs, printer: Printer) -> Result<ExitStatus, Failure> {
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

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("{} cannot be written: {error}", path.display()),
        "is the disk full, or the folder protected?",
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
