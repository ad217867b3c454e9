//! `attune recommend`.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use attune_app::{
    Ask, JourneyAsk, LISTENER, MoodSource, Order, PlaylistFormat, Recommendation, Shift, moment,
};
use attune_core::{Expression, Goal, Language, Point};
use attune_recommend::{Journey, Moment};
use clap::{ArgGroup, Args, ValueEnum};

use crate::args::KindChoice;
use crate::context::{ReadingArgs, face_reader, with_library};
use crate::exit::{ExitStatus, Failure};
use crate::house_band;
use crate::printer::Printer;
use crate::settings::{Settings, parse};
use crate::text;

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("from").required(true).multiple(true)
    .args(["photo", "mood", "expression", "like"]))]
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
    /// Only this genre; may be repeated
    #[arg(long, value_name = "GENRE")]
    genre: Vec<String>,
    /// Only these years of release, like 1990-1999 or 2013
    #[arg(long, value_name = "YEARS", value_parser = parse::years)]
    years: Option<RangeInclusive<i16>>,
    /// Leave out what is marked as explicit
    #[arg(long)]
    clean: bool,
    /// Not this item or artist, by number, title or name; may be repeated
    #[arg(long, value_name = "ITEM")]
    not: Vec<String>,
    /// More like this item, by number or title; may be repeated
    #[arg(long, value_name = "ITEM")]
    like: Vec<String>,
    /// Less like this item; may be repeated
    #[arg(long, value_name = "ITEM")]
    unlike: Vec<String>,
    /// With --like: but calmer, livelier, brighter, darker, slower or faster; may be repeated
    #[arg(long, value_enum, value_name = "HOW", requires = "like")]
    but: Vec<ShiftChoice>,
    /// What the list is sorted by
    #[arg(long, value_enum, default_value_t, conflicts_with_all = ["journey", "minutes", "resume"])]
    order: OrderChoice,
    /// Lead step by step from the mood to the goal; with N, in so many steps, 1 to 200
    #[arg(long, value_name = "N", num_args = 0..=1, value_parser = parse::steps)]
    journey: Option<Option<usize>>,
    /// Let the journey play so long
    #[arg(long, value_name = "N", value_parser = parse::minutes)]
    minutes: Option<u32>,
    /// Go on with the last journey from where you now are, without what you heard of it; its filters
    /// hold on where you name no others
    #[arg(long, conflicts_with_all = ["goal", "minutes", "journey", "limit"])]
    resume: bool,
    /// Say what speaks against each item too, and every part of its score
    #[arg(long)]
    explain: bool,
    /// Whose history counts; with --who and --photo that of whoever it shows
    #[arg(long, value_name = "NAME", default_value = LISTENER, value_parser = parse::listener, conflicts_with = "who")]
    listener: String,
    /// Rank for this hour of the day, 0 to 23, instead of the present one
    #[arg(long, value_name = "HOUR", value_parser = clap::value_parser!(u8).range(0..24))]
    hour: Option<u8>,
    /// Only music or only video; of both, every fourth place is a video's, and in a journey may be
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

/// How the listener feels, from at most one of these.
#[derive(Args, Debug)]
#[group(multiple = false)]
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
enum OrderChoice {
    /// How well it fits
    #[default]
    Fit,
    /// How often you played it, of what fits best
    Plays,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ShiftChoice {
    /// Less arousal and energy
    Calmer,
    /// More of both
    Livelier,
    /// More valence
    Brighter,
    /// Less
    Darker,
    /// A lower tempo
    Slower,
    /// A higher one
    Faster,
}

impl From<ShiftChoice> for Shift {
    fn from(choice: ShiftChoice) -> Self {
        match choice {
            ShiftChoice::Calmer => Self::Calmer,
            ShiftChoice::Livelier => Self::Livelier,
            ShiftChoice::Brighter => Self::Brighter,
            ShiftChoice::Darker => Self::Darker,
            ShiftChoice::Slower => Self::Slower,
            ShiftChoice::Faster => Self::Faster,
        }
    }
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
    /// Without any, the first item that the list should sound like tells the mood.
    fn source(self, like: &[String]) -> Option<MoodSource> {
        let photo = self.photo.map(MoodSource::Photo);
        let mood = self.mood.map(MoodSource::Mood);
        let said = photo.or(mood).or(self.expression.map(MoodSource::Expression));
        said.or_else(|| like.first().cloned().map(MoodSource::Item))
    }
}

pub fn run(
    args: RecommendArgs,
    settings: Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    check(&args)?;
    let (format, explain) = (args.format, args.explain);
    let reading = args.reading.clone();
    let Some(mut ask) = ask(args, &settings) else {
        return Err(Failure::new(
            "no mood was given",
            "say --photo, --mood or --expression, or what it should sound like with --like",
        ));
    };
    if reading.who {
        recognise(&mut ask, &settings, &reading, printer)?;
    }
    let list = with_library(&settings, async |library| {
        let reader = || face_reader(&settings, &reading);
        let list = library.recommend_for(&ask, reader).await?;
        house_band::send_for(library, &settings, printer).await?;
        Ok(list)
    })?;
    match format {
        ListFormat::Text => printer.data(&text::recommendation(&list, explain))?,
        ListFormat::Json => printer.json(&list)?,
        ListFormat::M3u8 => printer.data(&list.playlist(PlaylistFormat::M3u8))?,
        ListFormat::Xspf => printer.data(&list.playlist(PlaylistFormat::Xspf))?,
        ListFormat::Jspf => printer.data(&list.playlist(PlaylistFormat::Jspf))?,
    }
    tell(&list, printer);
    Ok(ExitStatus::Done)
}

/// What clap does not check.
fn check(args: &RecommendArgs) -> Result<(), Failure> {
    match (args.journey.flatten(), args.limit) {
        (Some(steps), Some(limit)) if steps != limit => Err(Failure::new(
            format!("a journey of {steps} steps cannot have {limit} items"),
            "say --journey N alone, or --journey --limit N",
        )),
        _ => Ok(()),
    }
}

/// Asks for whoever the photo shows; where nobody is recognised, for the usual listener.
fn recognise(
    ask: &mut Ask,
    settings: &Settings,
    reading: &ReadingArgs,
    printer: Printer,
) -> Result<(), Failure> {
    let MoodSource::Photo(path) = &ask.mood else {
        return Err(Failure::new("--who needs a photo", "say --photo, or --listener NAME"));
    };
    let faces = face_reader(settings, reading)?.read_photo(path)?;
    match faces.into_iter().next().and_then(|face| face.who) {
        Some(name) => {
            printer.note(&format!("this is {name}"));
            ask.listener = name;
        }
        None => printer.note("nobody who enrolled was recognised"),
    }
    Ok(())
}

fn ask(args: RecommendArgs, settings: &Settings) -> Option<Ask> {
    let asked = args.journey.is_some() || args.minutes.is_some() || args.resume;
    let journey = asked.then_some(JourneyAsk { minutes: args.minutes, resume: args.resume });
    // How long a journey takes says how many steps it has, where nobody counts them.
    let counted = args.journey.flatten().or(args.limit);
    let longest = args.minutes.map(|_| Journey::MAX_STEPS);
    let usual =
        if asked { settings.limit.value.min(Journey::MAX_STEPS) } else { settings.limit.value };
    let limit = counted.or(longest).unwrap_or(usual);
    // A journey that goes on has languages of its own.
    let given = |languages: &Vec<Language>| !languages.is_empty() || args.resume;
    let languages = Some(args.language).filter(given);
    Some(Ask {
        mood: args.from.source(&args.like)?,
        goal: args.goal.unwrap_or(settings.goal.value),
        languages: languages.unwrap_or_else(|| settings.languages.value.clone()),
        artists: args.artist,
        genres: args.genre,
        years: args.years,
        clean: args.clean,
        not: args.not,
        not_items: Vec::new(),
        like: args.like,
        unlike: args.unlike,
        but: args.but.into_iter().map(Shift::from).collect(),
        order: match args.order {
            OrderChoice::Fit => Order::Fit,
            OrderChoice::Plays => Order::Plays,
        },
        journey,
        listener: args.listener,
        moment: Some(Moment { hour: args.hour.map(f32::from), ..moment() }),
        kind: args.kind.kind(),
        limit,
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
