use std::path::PathBuf;

use attune_training::data::{Dataset, Split};
use attune_training::{Passes, evaluate};
use attune_vision::Classifier;
use clap::{Args, ValueEnum};

use crate::args::Format;
use crate::context;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;
use crate::text::training::report;

/// Arguments of `attune evaluate`.
#[derive(Args, Debug)]
pub struct EvaluateArgs {
    /// Faces: a .parquet file, Kaggle's .csv, a folder of Parquet files or a folder a class
    #[arg(long, value_name = "PATH")]
    data: PathBuf,
    /// Which part of them
    #[arg(long, value_enum, default_value_t = SplitChoice::Valid)]
    split: SplitChoice,
    /// Average the logits of each picture and its mirror image (test-time augmentation)
    #[arg(long)]
    flip: bool,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A part of a data set by the name people know it under.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum SplitChoice {
    /// What was trained on: says nothing of other faces
    Train,
    /// What the model was selected on (PublicTest)
    Valid,
    /// What nothing was selected on (PrivateTest)
    Test,
}

impl From<SplitChoice> for Split {
    fn from(choice: SplitChoice) -> Self {
        match choice {
            SplitChoice::Train => Self::Train,
            SplitChoice::Valid => Self::Valid,
            SplitChoice::Test => Self::Test,
        }
    }
}

/// Measures a model on labelled faces.
pub fn run(
    args: &EvaluateArgs,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let classifier = Classifier::from_safetensors(&context::model(settings)?)?;
    let data = Dataset::read(&args.data, args.split.into())?;
    if !data.splits_told_apart {
        printer.warning("these faces are not told apart by split: all of them are measured");
    }
    let passes = if args.flip { Passes::FlipAveraged } else { Passes::One };
    let result = evaluate(&classifier, &data, passes, context::threads());
    match args.format {
        Format::Json => printer.json(&result)?,
        Format::Text => printer.data(&report(&result))?,
    }
    Ok(ExitStatus::Done)
}
