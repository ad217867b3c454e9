use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use attune_core::Expression;
use attune_training::data::{Dataset, ForeignFaces, LabelMap, Split, training_beside};
use attune_training::reports::{evaluation_page, foreign_page, robustness_page};
use attune_training::{Passes, calibrations, evaluate_foreign, robustness, study};
use attune_vision::Classifier;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::report;
use crate::args::Format;
use crate::context::{self, threads};
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::progress;
use crate::settings::{Settings, parse};
use crate::text::evaluation;

/// Arguments of `attune evaluate`.
#[derive(Args, Debug)]
pub struct EvaluateArgs {
    #[command(flatten)]
    faces: FacesArgs,
    /// Average the logits of each picture and its mirror image (test-time augmentation)
    #[arg(long)]
    flip: bool,
    /// What the model was trained on, to measure also without pictures that stand there too; by
    /// default the training pictures beside --data
    #[arg(long, value_name = "PATH")]
    train: Option<PathBuf>,
    /// The faces are another data set's: read its labels by name and measure every head on them
    #[arg(long, conflicts_with_all = ["robustness", "calibration"])]
    foreign: bool,
    /// What a label of another data set stands for, or `skip`; implies --foreign
    #[arg(long, value_name = "LABEL=EXPRESSION", value_parser = parse::label, conflicts_with_all = ["robustness", "calibration"])]
    map: Vec<(String, Option<Expression>)>,
    /// Measure on spoilt pictures instead: gamma, blur, JPEG, covered, rolled, low resolution
    #[arg(long, conflicts_with_all = ["flip", "train", "calibration"])]
    robustness: bool,
    /// Compare ways to calibrate by cross-validation instead
    #[arg(long, conflicts_with_all = ["flip", "train", "report"])]
    calibration: bool,
    /// Decides where pictures are covered and to which side they roll, and the folds of
    /// --calibration
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Also write charts and tables to this .html or .svg file
    #[arg(long, value_name = "FILE", value_parser = parse::report)]
    report: Option<PathBuf>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Which faces to measure on.
#[derive(Args, Debug)]
pub struct FacesArgs {
    /// Faces: a .parquet file, Kaggle's .csv, a folder of Parquet files or a folder a class
    #[arg(long, value_name = "PATH")]
    pub data: PathBuf,
    /// Which part of them
    #[arg(long, value_enum, default_value_t = SplitChoice::Valid)]
    split: SplitChoice,
}

impl FacesArgs {
    /// The split asked for.
    fn split(&self) -> Split {
        self.split.into()
    }

    /// Reads the faces, with a warning where splits cannot be told apart.
    pub fn read(&self, printer: Printer) -> Result<Dataset, Failure> {
        let data = Dataset::read(&self.data, self.split())?;
        if !data.splits_told_apart {
            printer.warning("these faces are not told apart by split: all of them are measured");
        }
        Ok(data)
    }
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
    if args.robustness {
        measure_robustness(args, &classifier, printer)?;
    } else if args.calibration {
        compare_calibrations(args, &classifier, printer)?;
    } else if args.foreign || !args.map.is_empty() {
        measure_foreign(args, &classifier, printer)?;
    } else {
        measure(args, &classifier, printer)?;
    }
    Ok(ExitStatus::Done)
}

impl EvaluateArgs {
    fn passes(&self) -> Passes {
        if self.flip { Passes::FlipAveraged } else { Passes::One }
    }

    fn print<T: Serialize>(
        &self,
        printer: Printer,
        result: &T,
        text: fn(&T) -> String,
    ) -> Result<(), Failure> {
        match self.format {
            Format::Json => printer.json(result),
            Format::Text => printer.data(&text(result)),
        }
    }
}

fn measure(args: &EvaluateArgs, classifier: &Classifier, printer: Printer) -> Result<(), Failure> {
    let data = args.faces.read(printer)?;
    let training = training(args, &args.faces.data, printer)?;
    let result = study(classifier, &data, training.as_ref(), args.passes(), threads());
    if training.is_some() && result.results.iter().any(|r| r.without_duplicates.is_none()) {
        printer.warning("every one of these pictures stands in the training pictures too");
    }
    report::write(args.report.as_deref(), || evaluation_page(&result), printer)?;
    args.print(printer, &result, evaluation::study)
}

/// The training pictures named, or those beside the measured ones unless those are themselves.
fn training(
    args: &EvaluateArgs,
    data: &Path,
    printer: Printer,
) -> Result<Option<Dataset>, Failure> {
    if let Some(path) = &args.train {
        return Ok(Some(Dataset::read(path, Split::Train)?));
    }
    if args.faces.split() == Split::Train {
        return Ok(None);
    }
    let beside = training_beside(data)?;
    if beside.is_none() {
        printer.note(
            "no training pictures lie beside these: name them with --train to measure also without \
             those that the model has seen",
        );
    }
    Ok(beside)
}

fn measure_foreign(
    args: &EvaluateArgs,
    classifier: &Classifier,
    printer: Printer,
) -> Result<(), Failure> {
    let map = LabelMap::new(args.map.iter().cloned());
    let data = ForeignFaces::read(&args.faces.data, args.faces.split(), &map)?;
    say_skipped(&data.skipped, printer);
    let training = args.train.as_ref().map(|path| Dataset::read(path, Split::Train)).transpose()?;
    let result = evaluate_foreign(classifier, &data, training.as_ref(), args.passes(), threads());
    report::write(args.report.as_deref(), || foreign_page(&result), printer)?;
    args.print(printer, &result, evaluation::foreign)
}

fn say_skipped(skipped: &BTreeMap<String, usize>, printer: Printer) {
    for (label, n) in skipped {
        printer.note(&format!("{n} pictures labelled '{label}' are left out"));
    }
}

fn measure_robustness(
    args: &EvaluateArgs,
    classifier: &Classifier,
    printer: Printer,
) -> Result<(), Failure> {
    let data = args.faces.read(printer)?;
    let bar = progress::Passes::new(printer);
    let result = robustness(classifier, &data, args.seed, threads(), |pass, of| bar.at(pass, of));
    drop(bar);
    report::write(args.report.as_deref(), || robustness_page(&result), printer)?;
    args.print(printer, &result, evaluation::robustness)
}

fn compare_calibrations(
    args: &EvaluateArgs,
    classifier: &Classifier,
    printer: Printer,
) -> Result<(), Failure> {
    let data = args.faces.read(printer)?;
    let result = calibrations(classifier, &data, args.seed, threads());
    args.print(printer, &result, evaluation::calibrations)
}
