//! `attune library correct`.

use attune_app::{LISTENER, MoodCorrection, Said};
use attune_core::{Mood, MoodTag, Point};
use clap::{ArgGroup, Args};

use crate::args::Format;
use crate::context::with_library;
use crate::exit::Failure;
use crate::printer::Printer;
use crate::settings::{Settings, parse};
use crate::text;

#[derive(Args, Debug)]
#[command(group(ArgGroup::new("to").required(true)))]
pub struct CorrectArgs {
    /// The item by its number or title; a title may be followed by its artist
    item: String,
    /// Where it stands for you: valence and arousal from -1 to 1
    #[arg(
        long, value_name = "V,A", value_parser = parse::mood, allow_hyphen_values = true,
        group = "to"
    )]
    mood: Option<Point>,
    /// What it is for you, as a mood tag such as calm; may be repeated
    #[arg(long, value_name = "TAG", value_parser = parse::tag, group = "to")]
    tag: Vec<MoodTag>,
    /// Take your correction back
    #[arg(long, group = "to")]
    forget: bool,
    /// Whose correction it is; it holds for nobody else
    #[arg(long, value_name = "NAME", default_value = LISTENER, value_parser = parse::listener)]
    listener: String,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Takes the listener's word for an item's mood, or takes it back.
pub fn run(args: &CorrectArgs, settings: &Settings, printer: Printer) -> Result<(), Failure> {
    let said = args.mood.map(Mood::said_at).or_else(|| MoodTag::mood_of(&args.tag));
    let correction = with_library(settings, async |library| {
        Ok(library.correct_mood(&args.item, &args.listener, said).await?)
    })?;
    match args.format {
        Format::Json => printer.json(&correction),
        Format::Text => printer.data(&line(&correction)),
    }
}

fn line(correction: &MoodCorrection) -> String {
    let MoodCorrection { title, before, now, .. } = correction;
    let words = |said: &Option<Said>| said.as_ref().map_or("unknown".to_owned(), text::said);
    format!("{title}: {}; before: {}\n", words(now), words(before))
}
