//! `attune face`.

use std::path::PathBuf;

use attune_app::{Correction, LISTENER, Library, PhotoReport, read_expression};
use clap::Args;

use crate::args::Format;
use crate::context::{ReadingArgs, face_reader, with_library};
use crate::exit::{ExitStatus, Failure, Told};
use crate::printer::Printer;
use crate::settings::{Settings, parse};
use crate::text;

#[derive(Args, Debug)]
pub struct FaceArgs {
    /// JPEG, PNG or WebP pictures
    #[arg(required = true, value_name = "PHOTO")]
    photos: Vec<PathBuf>,
    /// Do not read the face of this number, 1 being the largest; may be repeated
    #[arg(long, value_name = "N")]
    leave_out: Vec<usize>,
    #[command(flatten)]
    reading: ReadingArgs,
    /// Whose corrections count
    #[arg(long, value_name = "NAME", default_value = LISTENER, value_parser = parse::listener)]
    listener: String,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub fn run(args: &FaceArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let corrections = corrections(&args.listener, settings)?;
    let mut reader = face_reader(settings, &args.reading)?.taught_by(&corrections);
    let left_out = args.leave_out.iter().copied().collect();
    let photos = args.photos.iter().map(PathBuf::as_path);
    let report = read_expression(&mut reader, photos, &left_out);
    match args.format {
        Format::Json => printer.json(&report)?,
        Format::Text => printer.data(&report.photos.iter().map(block).collect::<String>())?,
    }
    report.photos.iter().for_each(|photo| tell(photo, args.format, printer));
    let refused = report.photos.iter().any(|photo| photo.error.is_some());
    Ok(if refused { ExitStatus::Refused } else { ExitStatus::Done })
}

/// What the listener corrected; where there is no library yet, none is made for it.
fn corrections(listener: &str, settings: &Settings) -> Result<Vec<Correction>, Failure> {
    if !Library::is_at(&settings.data_dir.value) {
        return Ok(Vec::new());
    }
    with_library(settings, async |library| Ok(library.corrections(listener).await?))
}

/// Nothing for a photo that was refused: stderr has the word.
fn block(photo: &PhotoReport) -> String {
    match (&photo.error, photo.faces.is_empty()) {
        (Some(_), _) => String::new(),
        (None, true) => format!("{}: {}\n", photo.path, nobody(photo)),
        (None, false) => text::faces(&photo.path, &photo.faces, &photo.left_out),
    }
}

fn nobody(photo: &PhotoReport) -> &'static str {
    if photo.left_out.is_empty() { "no face was found" } else { "no other face was found" }
}

fn tell(photo: &PhotoReport, format: Format, printer: Printer) {
    match &photo.error {
        Some(error) => printer.error(&Told {
            message: error.clone(),
            hint: photo.hint.as_deref().map(ToOwned::to_owned),
        }),
        None if photo.faces.is_empty() && format == Format::Json => {
            printer.advice(&format!("{}: {}", photo.path, nobody(photo)));
        }
        None => {}
    }
}
