use std::path::PathBuf;

use attune_training::audit;
use attune_training::reports::audit_page;
use attune_vision::Classifier;
use clap::Args;

use super::evaluate::FacesArgs;
use super::report;
use crate::args::Format;
use crate::context::{self, threads};
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::progress::Passes;
use crate::settings::{Settings, parse};
use crate::text::evaluation;

/// Arguments of `attune audit`.
#[derive(Args, Debug)]
pub struct AuditArgs {
    #[command(flatten)]
    faces: FacesArgs,
    /// Also write charts and tables to this .html or .svg file
    #[arg(long, value_name = "FILE", value_parser = parse::report)]
    report: Option<PathBuf>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Measures a model on renderings of the same faces.
pub fn run(args: &AuditArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let classifier = Classifier::from_safetensors(&context::model(settings)?)?;
    let data = args.faces.read(printer)?;
    let bar = Passes::new(printer);
    let result = audit(&classifier, &data, threads(), |pass, of| bar.at(pass, of));
    drop(bar);
    report::write(args.report.as_deref(), || audit_page(&result), printer)?;
    match args.format {
        Format::Json => printer.json(&result)?,
        Format::Text => printer.data(&evaluation::audit(&result))?,
    }
    Ok(ExitStatus::Done)
}
