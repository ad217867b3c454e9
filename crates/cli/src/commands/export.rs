//! `attune export`.

use std::path::{Path, PathBuf};

use attune_app::AppError;
use attune_training::data::{Dataset, Split};
use attune_training::{
    Checkpoint, OnnxOutputs, Precision, Precisions, ServedModel, calibrated, precisions, publish,
    write_atomically,
};
use attune_vision::ModelError;
use clap::{Args, ValueEnum};

use super::train::unwritable;
use crate::args::{AbstentionArgs, Format};
use crate::context;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;
use crate::text::export as text;

/// Arguments of `attune export`.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// Checkpoint of a run, such as runs/NAME/best.safetensors, or a model file; without one, the
    /// expression model in use
    source: Option<PathBuf>,
    /// File to write
    #[arg(long, short, value_name = "FILE", required_unless_present = "compare")]
    out: Option<PathBuf>,
    /// Instead of writing one: what the network takes and gives at every precision, measured on --data
    #[arg(long, requires = "data", conflicts_with_all = ["out", "to", "precision", "probabilities"])]
    compare: bool,
    /// How to write the comparison
    #[arg(long, value_enum, default_value_t, requires = "compare")]
    format: Format,
    /// What to write
    #[arg(long, value_enum, default_value_t)]
    to: Container,
    /// How weights are stored [default: half, and single for ONNX]
    #[arg(long, value_enum)]
    precision: Option<PrecisionChoice>,
    /// Give probabilities at the calibrated temperature besides logits; ONNX only
    #[arg(long)]
    probabilities: bool,
    /// Faces to calibrate on: needed for a checkpoint; a model file keeps its calibration without
    #[arg(long, value_name = "PATH")]
    data: Option<PathBuf>,
    #[command(flatten)]
    abstention: AbstentionArgs,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Container {
    /// The model file that Attune reads
    #[default]
    Safetensors,
    /// ONNX, opset 13, for other runtimes
    Onnx,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PrecisionChoice {
    /// 8-bit whole numbers with a scale an output
    Int8,
    /// 16-bit floats
    Half,
    /// 32-bit floats
    Single,
}

impl ExportArgs {
    fn precision(&self) -> Precision {
        match self.precision {
            Some(PrecisionChoice::Int8) => Precision::Int8,
            Some(PrecisionChoice::Half) => Precision::Half,
            Some(PrecisionChoice::Single) => Precision::Single,
            None if self.to == Container::Onnx => Precision::Single,
            None => Precision::Half,
        }
    }

    fn outputs(&self) -> OnnxOutputs {
        if self.probabilities { OnnxOutputs::Probabilities } else { OnnxOutputs::Logits }
    }
}

/// Makes a calibrated model file or an ONNX file of a checkpoint or a model file.
pub fn run(
    args: &ExportArgs,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let Some(out) = &args.out else { return compare(args, settings, printer) };
    if args.probabilities && args.to != Container::Onnx {
        return Err(Failure::new(
            "a model file holds no probabilities",
            "Say --to onnx, or leave --probabilities out: Attune applies the temperature itself.",
        ));
    }
    let model = model(args, settings)?;
    let bytes = match args.to {
        Container::Safetensors => model.to_safetensors(args.precision()),
        Container::Onnx => model.to_onnx(args.precision(), args.outputs()),
    };
    write_atomically(out, &bytes).map_err(|error| unwritable(out, &error))?;
    printer.note(&format!("wrote {} bytes to {}", bytes.len(), out.display()));
    Ok(ExitStatus::Done)
}

/// Stores the same weights at every precision and measures each.
fn compare(
    args: &ExportArgs,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let Some(data) = &args.data else { return Ok(ExitStatus::Refused) };
    let valid = Dataset::read(data, Split::Valid)?;
    let model = floats(args, settings, &valid)?;
    let rule = Some(args.abstention.rule());
    let stored = precisions(&model, &valid, rule, context::threads())?;
    let source = args.source.as_ref().map_or("the model in use".to_owned(), |source| {
        source.display().to_string()
    });
    let compared = Precisions { source, data: valid.name, stored };
    match args.format {
        Format::Text => printer.data(&text::precisions(&compared))?,
        Format::Json => printer.json(&compared)?,
    }
    Ok(ExitStatus::Done)
}

/// The weights as they are, of a checkpoint those that training ended with.
fn floats(
    args: &ExportArgs,
    settings: &Settings,
    valid: &Dataset,
) -> Result<ServedModel, Failure> {
    let rule = args.abstention.rule();
    match &args.source {
        Some(path) if Checkpoint::read(path).is_ok() => {
            let file = publish(path, valid, rule, Precision::Single, context::threads())?;
            Ok(ServedModel::read(&file)?)
        }
        _ => model(args, settings),
    }
}

/// The calibrated model to write.
fn model(args: &ExportArgs, settings: &Settings) -> Result<ServedModel, Failure> {
    let (precision, threads) = (args.precision(), context::threads());
    let source = match &args.source {
        Some(path) => {
            let unreadable = |source| AppError::Unreadable { path: path.clone(), source };
            std::fs::read(path).map_err(unreadable)?.into()
        }
        None => context::model(settings)?,
    };
    let valid = args.data.as_ref().map(|data| Dataset::read(data, Split::Valid)).transpose()?;
    match (ServedModel::read(&source), &args.source, valid) {
        (Ok(model), _, None) => Ok(model),
        (Ok(model), _, Some(valid)) => {
            Ok(calibrated(model, &valid, args.abstention.rule(), precision, threads)?)
        }
        (Err(ModelError::NoSpec), Some(checkpoint), Some(valid)) => {
            let model = publish(checkpoint, &valid, args.abstention.rule(), precision, threads)?;
            Ok(ServedModel::read(&model)?)
        }
        (Err(ModelError::NoSpec), Some(checkpoint), None) => Err(uncalibrated(checkpoint)),
        (Err(error), ..) => Err(error.into()),
    }
}

fn uncalibrated(checkpoint: &Path) -> Failure {
    Failure::new(
        format!("{} is no model file", checkpoint.display()),
        "If it is a run's checkpoint, name the faces to calibrate it on with --data.",
    )
}
