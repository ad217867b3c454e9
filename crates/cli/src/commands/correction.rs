//! `attune correction`.

use std::path::PathBuf;

use attune_app::{AppError, Correction, LISTENER, PersonalBias, moment};
use attune_core::Expression;
use clap::{Args, Subcommand};
use serde::Serialize;
use serde_json::json;

use crate::args::Format;
use crate::context::{ReadingArgs, face_reader, with_library};
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::{Settings, parse};
use crate::text;

#[derive(Args, Debug)]
pub struct CorrectionArgs {
    #[command(subcommand)]
    action: Action,
    /// Whose face it is
    #[arg(long, global = true, value_name = "NAME", default_value = LISTENER, value_parser = parse::listener)]
    listener: String,
    /// How to write the result
    #[arg(long, global = true, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Say which expression the largest face of a photo shows; later readings lean that way
    Add {
        /// A JPEG, PNG or WebP picture; only the reading's numbers are kept
        photo: PathBuf,
        /// What it shows, like neutral
        #[arg(value_parser = parse::expression)]
        expression: Expression,
    },
    /// Show the corrections and what they add to each expression's logit
    List,
    /// Forget them all
    Forget,
}

pub fn run(
    args: &CorrectionArgs,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let listener = &args.listener;
    match &args.action {
        Action::Add { photo, expression } => {
            let faces = face_reader(settings, &ReadingArgs::default())?.read_photo(photo)?;
            let face = faces.first().ok_or_else(|| AppError::NoFace { path: photo.clone() })?;
            let count = with_library(settings, async |library| {
                library.correct(listener, face, *expression, moment().now_ms).await?;
                Ok(library.corrections(listener).await?.len())
            })?;
            let read = face.probabilities.ranked()[0].0;
            let said = format!("read {read}, corrected to {expression}: ");
            let text = said + &text::count(count, "correction") + " in all\n";
            show(
                args.format,
                &json!({ "read": read, "corrected_to": expression, "corrections": count }),
                &text,
                printer,
            )?;
        }
        Action::List => {
            let corrections =
                with_library(settings, async |library| Ok(library.corrections(listener).await?))?;
            list(args.format, &corrections, printer)?;
        }
        Action::Forget => {
            let count = with_library(settings, async |library| {
                Ok(library.forget_corrections(listener).await?)
            })?;
            let text = format!("{} forgotten\n", text::count(count as usize, "correction"));
            show(args.format, &json!({ "forgotten": count }), &text, printer)?;
        }
    }
    Ok(ExitStatus::Done)
}

fn list(format: Format, corrections: &[Correction], printer: Printer) -> Result<(), Failure> {
    let Some(first) = corrections.first() else {
        return show(
            format,
            &json!({ "corrections": [], "bias": {} }),
            "no corrections\n",
            printer,
        );
    };
    let bias = PersonalBias::fit(first.read.label_set(), corrections);
    let mut text = String::new();
    for Correction { read, expression } in corrections {
        let (top, p) = read.ranked()[0];
        text += &format!("read {top} ({}), corrected to {expression}\n", text::percent(p));
    }
    text += "\nadded to the logits of\n";
    for (expression, b) in bias.iter() {
        text += &format!("  {expression:<9} {b:+.2}\n");
    }
    let entries: Vec<_> = corrections
        .iter()
        .map(|c| json!({ "read": c.read, "corrected_to": c.expression }))
        .collect();
    let bias: serde_json::Map<String, serde_json::Value> =
        bias.iter().map(|(e, b)| (e.key().to_owned(), b.into())).collect();
    show(format, &json!({ "corrections": entries, "bias": bias }), &text, printer)
}

fn show(
    format: Format,
    json: &impl Serialize,
    text: &str,
    printer: Printer,
) -> Result<(), Failure> {
    match format {
        Format::Json => printer.json(json),
        Format::Text => printer.data(text),
    }
}
