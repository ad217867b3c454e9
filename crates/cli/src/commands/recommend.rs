//! `attune recommend`.

use std::path::PathBuf;

use attune_app::{Ask, MoodSource, PlaylistFormat, Recommendation};
use attune_core::{Expression, Goal, Language, Point};
use clap::{Args, ValueEnum};

use crate::args::KindChoice;
use crate::context::{ReadingArgs, face_reader, with_library};
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::{Settings, parse};
use crate::text;

#[derive(Args, Debug)]
pub struct RecommendArgs {
    #[command(flatten)]
    from: FromArgs,
    /// What the music is for: match, lift, calm, energise, focus, or a point like 0.6,-0.2
    #[arg(long, value_parser = parse::goal, allow_hyphen_values = true)]
    goal: Option<Goal>,
    /// Only this language, by name or ISO 639-1 code; may be repeated
    #[arg(long, value_name = "LANGUAGE", value_parser = parse::language)]
    language: Vec<Language>,
    /// Only this artist; may be repeated
    #[arg(long, value_name = "ARTIST")]
    artist: Vec<String>,
    /// Only music or only video
    #[arg(long, value_enum, default_value_t)]
    kind: KindChoice,
    /// At most this many items, 1 to 1000
    #[arg(long, value_name = "N", value_parser = parse::limit)]
    limit: Option<usize>,
    /// Another seed gives another list, the same seed the same
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    reading: ReadingArgs,
    /// How to write the list
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
}

/// How the listener feels, from one of these.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct FromArgs {
    /// The largest face of a JPEG, PNG or WebP picture
    #[arg(long, value_name = "PHOTO")]
    photo: Option<PathBuf>,
    /// Valence and arousal, each from -1 to 1, like 0.6,-0.2
    #[arg(long, value_name = "V,A", value_parser = parse::mood, allow_hyphen_values = true)]
    mood: Option<Point>,
    /// An expression's name, like happy
    #[arg(long, value_parser = parse::expression)]
    expression: Option<Expression>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum ListFormat {
    /// For people: what, why, where
    #[default]
    Text,
    /// For programs; keys are only ever added
    Json,
    /// Extended M3U
    M3u8,
    /// XML Shareable Playlist Format
    Xspf,
    /// XSPF as JSON
    Jspf,
}

impl FromArgs {
    /// `None` never comes from the command line, where one is required.
    fn source(self) -> Option<MoodSource> {
        let photo = self.photo.map(MoodSource::Photo);
        let mood = self.mood.map(MoodSource::Mood);
        photo.or(mood).or(self.expression.map(MoodSource::Expression))
    }
}

pub fn run(
    args: RecommendArgs,
    settings: Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let format = args.format;
    let reading = args.reading.clone();
    let Some(ask) = ask(args, &settings) else {
        return Err(Failure::new("no mood was given", "say --photo, --mood or --expression"));
    };
    let list = with_library(&settings, async |library| {
        let reader = || face_reader(&settings, &reading);
        Ok(library.recommend_for(&ask, reader).await?)
    })?;
    match format {
        ListFormat::Text => printer.data(&text::recommendation(&list))?,
        ListFormat::Json => printer.json(&list)?,
        ListFormat::M3u8 => printer.data(&list.playlist(PlaylistFormat::M3u8))?,
        ListFormat::Xspf => printer.data(&list.playlist(PlaylistFormat::Xspf))?,
        ListFormat::Jspf => printer.data(&list.playlist(PlaylistFormat::Jspf))?,
    }
    tell(&list, printer);
    Ok(ExitStatus::Done)
}

fn ask(args: RecommendArgs, settings: &Settings) -> Option<Ask> {
    let languages = Some(args.language).filter(|given| !given.is_empty());
    Some(Ask {
        mood: args.from.source()?,
        goal: args.goal.unwrap_or(settings.goal.value),
        languages: languages.unwrap_or_else(|| settings.languages.value.clone()),
        artists: args.artist,
        kind: args.kind.kind(),
        limit: args.limit.unwrap_or(settings.limit.value),
        seed: args.seed,
    })
}

/// What is no part of the list but worth knowing.
fn tell(list: &Recommendation, printer: Printer) {
    list.notes.iter().for_each(|note| printer.note(note));
    list.unknown.iter().for_each(|word| printer.warning(&word.to_string()));
    if let Some(emptied_by) = &list.emptied_by {
        printer.warning(&format!("the list is empty: {emptied_by}"));
    }
}
