//! `attune library event`, `events` and `learn`.

use std::collections::HashMap;

use attune_app::{Event, LISTENER, NewDeed, Recorded, moment};
use attune_core::{EventKind, Item, ItemId};
use clap::{Args, ValueEnum};
use serde_json::json;

use crate::args::Format;
use crate::context::with_library;
use crate::exit::Failure;
use crate::printer::Printer;
use crate::settings::{Settings, parse};

#[derive(Args, Debug)]
pub struct EventArgs {
    /// What happened
    #[arg(value_enum)]
    what: What,
    /// The item by its number or title; a title may be followed by its artist
    #[arg(required_if_eq_any([
        ("what", "played"), ("what", "finished"), ("what", "skipped"), ("what", "liked"),
        ("what", "disliked"), ("what", "banned"),
    ]))]
    item: Option<String>,
    /// For a skip: after how long, in seconds or m:ss
    #[arg(long, value_name = "TIME", value_parser = parse::position_ms)]
    at: Option<u32>,
    /// Who
    #[arg(long, value_name = "NAME", default_value = LISTENER, value_parser = parse::listener)]
    listener: String,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// You began it
    Played,
    /// You heard it to its end
    Finished,
    /// You left it; --at says when
    Skipped,
    /// You like it
    Liked,
    /// You do not like it
    Disliked,
    /// You never want it again
    Banned,
    /// The reading or the mood was wrong; takes no item
    NotHowIFeel,
}

impl From<What> for EventKind {
    fn from(what: What) -> Self {
        match what {
            What::Played => Self::Played,
            What::Finished => Self::Finished,
            What::Skipped => Self::Skipped,
            What::Liked => Self::Liked,
            What::Disliked => Self::Disliked,
            What::Banned => Self::Banned,
            What::NotHowIFeel => Self::NotHowIFeel,
        }
    }
}

#[derive(Args, Debug)]
pub struct EventsArgs {
    /// Who
    #[arg(long, value_name = "NAME", default_value = LISTENER, value_parser = parse::listener)]
    listener: String,
    /// At most this many, 1 to 1000
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = parse::limit)]
    limit: usize,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Args, Debug)]
pub struct LearnArgs {
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Writes an event down.
pub fn record(args: &EventArgs, settings: &Settings, printer: Printer) -> Result<(), Failure> {
    check(args)?;
    let deed = NewDeed {
        listener: args.listener.clone(),
        item: args.item.clone(),
        kind: args.what.into(),
        position_ms: args.at,
        at_ms: moment().now_ms,
    };
    let recorded = with_library(settings, async |library| Ok(library.record(&deed).await?))?;
    match args.format {
        Format::Json => printer.json(&recorded),
        Format::Text => printer.data(&line(&recorded)),
    }
}

/// What clap does not check.
fn check(args: &EventArgs) -> Result<(), Failure> {
    let of_mood = args.what == What::NotHowIFeel;
    match (&args.item, args.at) {
        (Some(_), _) if of_mood => Err(Failure::new(
            "that a mood is wrong happens to no item",
            "leave the item out, or say disliked",
        )),
        (_, Some(_)) if args.what != What::Skipped => {
            Err(Failure::new("only a skip has a time", "leave --at out"))
        }
        _ => Ok(()),
    }
}

fn line(recorded: &Recorded) -> String {
    match &recorded.title {
        Some(title) => format!("{} {title}\n", recorded.kind),
        None => format!("{}\n", recorded.kind),
    }
}

/// Lists events.
pub fn list(args: &EventsArgs, settings: &Settings, printer: Printer) -> Result<(), Failure> {
    let limit = u32::try_from(args.limit).unwrap_or(u32::MAX);
    let (events, items) = with_library(settings, async |library| {
        let events = library.events_of(&args.listener, limit).await?;
        Ok((events, library.catalogue().await?.items.clone()))
    })?;
    match args.format {
        Format::Json => printer.json(&json!({ "events": events })),
        Format::Text => {
            let titles: HashMap<ItemId, &Item> = items.iter().map(|i| (i.id, i)).collect();
            printer.data(&events.iter().map(|e| event_line(e, &titles)).collect::<String>())
        }
    }
}

/// `1790000000  liked  Perfect — Ed Sheeran`.
fn event_line(event: &Event, items: &HashMap<ItemId, &Item>) -> String {
    let item = event.event.item.and_then(|id| items.get(&id));
    let name = item.map_or(String::new(), |i| format!("{} — {}", i.title, i.artists.join(", ")));
    let seconds = event.event.at_ms.div_euclid(1000);
    format!("{seconds}  {:<14}  {name}", event.event.kind).trim_end().to_owned() + "\n"
}

/// Learns who is played together.
pub fn learn(args: &LearnArgs, settings: &Settings, printer: Printer) -> Result<(), Failure> {
    let report = with_library(settings, async |library| Ok(library.learn().await?))?;
    match args.format {
        Format::Json => printer.json(&report),
        Format::Text if report.up_to_date => {
            printer.data(&format!("{} artists, nothing new to learn\n", report.artists))
        }
        Format::Text => {
            printer.data(&format!("{} artists in {:.1} s\n", report.artists, report.seconds))
        }
    }
}
