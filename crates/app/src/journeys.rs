//! Journeys: begun, kept, and gone on with.

use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;
use std::time::Duration;

use attune_core::{EventKind, Goal, ItemId, Kind, Language, Point};
use attune_recommend::{Journey, Playlist, Request, USUAL_MS};
use attune_store::{Event, NewEvent};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::ask::{Ask, JourneyAsk, Shift};
use crate::error::AppError;
use crate::library::{Catalogue, Library};
use crate::listening::{LATEST, shown};
use crate::recommendation::JourneyReport;

/// A playing time this far from the one asked for, as a share of it, is told.
const FAR_OFF: f64 = 0.1;
/// With less time left than this a journey is over.
const LEAST_LEFT: Duration = Duration::from_secs(30);

/// A journey under way, as it is kept with its list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Begun {
    destination: Point,
    /// Steps of this list.
    steps: usize,
    /// Time for this list.
    minutes: Option<f32>,
    /// Heard on the way before this list.
    #[serde(default)]
    heard: Vec<ItemId>,
    #[serde(default)]
    kept: Kept,
}

/// What a journey was asked to keep to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Kept {
    languages: Vec<Language>,
    artists: Vec<String>,
    genres: Vec<String>,
    years: Option<RangeInclusive<i16>>,
    clean: bool,
    kind: Option<Kind>,
    not: Vec<String>,
    not_items: Vec<ItemId>,
    like: Vec<String>,
    unlike: Vec<String>,
    but: Vec<Shift>,
}

/// A journey under way and what was heard of its latest list.
pub(crate) struct UnderWay {
    begun: Begun,
    heard: Vec<ItemId>,
    elapsed: Duration,
}

/// A journey planned: its list, what is said of it, and what is kept of it.
pub(crate) struct Travelled {
    pub playlist: Playlist,
    pub report: JourneyReport,
    pub begun: Begun,
    pub notes: Vec<String>,
}

impl Kept {
    fn of(ask: &Ask) -> Self {
        let ask = ask.clone();
        Self {
            languages: ask.languages,
            artists: ask.artists,
            genres: ask.genres,
            years: ask.years,
            clean: ask.clean,
            kind: ask.kind,
            not: ask.not,
            not_items: ask.not_items,
            like: ask.like,
            unlike: ask.unlike,
            but: ask.but,
        }
    }
}

impl UnderWay {
    /// The ask with what the journey keeps to, where it does not say otherwise itself.
    pub fn completed(&self, ask: &Ask) -> Ask {
        fn or<T: Clone>(own: &[T], kept: &[T]) -> Vec<T> {
            if own.is_empty() { kept.to_vec() } else { own.to_vec() }
        }
        let kept = &self.begun.kept;
        let silent = ask.like.is_empty() && ask.unlike.is_empty() && ask.but.is_empty();
        let sound = if silent {
            (kept.like.clone(), kept.unlike.clone(), kept.but.clone())
        } else {
            (ask.like.clone(), ask.unlike.clone(), ask.but.clone())
        };
        Ask {
            languages: or(&ask.languages, &kept.languages),
            artists: or(&ask.artists, &kept.artists),
            genres: or(&ask.genres, &kept.genres),
            years: ask.years.clone().or_else(|| kept.years.clone()),
            clean: ask.clean || kept.clean,
            kind: ask.kind.or(kept.kind),
            not: [&kept.not[..], &ask.not].concat(),
            not_items: [&kept.not_items[..], &ask.not_items].concat(),
            like: sound.0,
            unlike: sound.1,
            but: sound.2,
            ..ask.clone()
        }
    }

    /// The rest of the way, from the request's mood on.
    fn rest(&self, mut request: Request) -> Result<Journey, AppError> {
        let Begun { destination, steps, minutes, heard, .. } = &self.begun;
        request.goal = Goal::Point(*destination);
        request.limit = *steps;
        let now = request.mood;
        let duration = minutes.map(playing_time);
        let journey = Journey { duration, heard: heard.clone(), ..Journey::new(request) };
        let rest = journey.restarted(now, &self.heard, self.elapsed);
        let over = rest.duration.is_some_and(|left| left < LEAST_LEFT);
        if rest.request.limit == 0 || over { Err(AppError::JourneyDone) } else { Ok(rest) }
    }
}

impl Library {
    /// The latest journey and what was heard of its list since. Only what was begun, left or heard to
    /// its end of the list itself is a step, each item once.
    pub(crate) async fn under_way(
        &self,
        catalogue: &Catalogue,
        listener: &str,
    ) -> Result<UnderWay, AppError> {
        let events = self.store.latest_events(listener, LATEST).await?;
        let begun = |e: &Event| {
            let list = shown(&e.event)?;
            let own: HashSet<ItemId> = list.items.iter().map(|(id, _)| *id).collect();
            Some((e.id, own, list.journey?))
        };
        let (id, own, begun) = events.iter().rev().find_map(begun).ok_or(AppError::NoJourney)?;
        let mut times: HashMap<ItemId, u64> = HashMap::new();
        for event in events.iter().filter(|e| e.id > id).map(|e| &e.event) {
            let Some(item) = event.item.filter(|item| own.contains(item)) else { continue };
            times.extend(time_taken(catalogue, event, item).map(|ms| (item, ms)));
        }
        let elapsed = Duration::from_millis(times.values().sum());
        let mut heard: Vec<ItemId> = times.into_keys().collect();
        heard.sort_unstable();
        Ok(UnderWay { begun, heard, elapsed })
    }
}

/// How long an item was heard, as far as it is known; `None` for what is no step.
fn time_taken(catalogue: &Catalogue, event: &NewEvent, item: ItemId) -> Option<u64> {
    let all = length_ms(catalogue, catalogue.index.position(item)?);
    match event.kind {
        EventKind::Played | EventKind::Finished => Some(all),
        EventKind::Skipped => {
            let at = event.payload.get("position_ms").and_then(Value::as_u64);
            Some(at.unwrap_or(all / 4).min(all))
        }
        _ => None,
    }
}

fn length_ms(catalogue: &Catalogue, position: usize) -> u64 {
    let known = catalogue.items.get(position).and_then(|item| item.duration_ms);
    u64::from(known.unwrap_or(USUAL_MS))
}

fn playing_time(minutes: f32) -> Duration {
    Duration::try_from_secs_f32(60.0 * minutes).unwrap_or_default()
}

/// Plans the journey that is asked for, or the rest of the one that is under way.
///
/// # Errors
/// Where it has too many steps, and where the one under way is at its end.
pub(crate) fn travel(
    catalogue: &Catalogue,
    ask: &Ask,
    way: JourneyAsk,
    under_way: Option<&UnderWay>,
    mut request: Request,
) -> Result<Travelled, AppError> {
    let journey = match under_way {
        Some(under_way) => under_way.rest(request)?,
        None => {
            if request.limit > Journey::MAX_STEPS {
                return Err(AppError::TooManySteps { asked: request.limit });
            }
            if let Some(minutes) = way.minutes {
                request.limit = steps(minutes).min(request.limit);
            }
            let duration = way.minutes.map(|minutes| playing_time(minutes as f32));
            Journey { duration, ..Journey::new(request) }
        }
    };
    let (playlist, fit) = catalogue.index.travel(&journey);
    let lengths = playlist.items.iter().map(|ranked| length_ms(catalogue, ranked.position));
    let report = JourneyReport {
        destination: journey.destination(),
        steps: journey.request.limit,
        path_error: fit.path_error,
        roughness: fit.roughness,
        duration_ms: lengths.sum(),
        asked_ms: journey.duration.map(|d| d.as_millis() as u64),
    };
    let begun = Begun {
        destination: journey.destination(),
        steps: journey.request.limit,
        minutes: journey.duration.map(|d| d.as_secs_f32() / 60.0),
        heard: journey.heard,
        kept: Kept::of(ask),
    };
    let notes = notes(&report, playlist.items.len());
    Ok(Travelled { playlist, report, begun, notes })
}

/// How many items of the usual length come nearest to playing so long.
fn steps(minutes: u32) -> usize {
    let (all, usual) = (u64::from(minutes) * 60_000, u64::from(USUAL_MS));
    ((all + usual / 2) / usual).max(1) as usize
}

/// Where it is not what was asked for.
fn notes(report: &JourneyReport, items: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if items == 0 {
        return notes;
    }
    if items < report.steps {
        notes.push(format!(
            "the journey has {items} of the {} steps asked for: nothing more fits",
            report.steps
        ));
    }
    if let Some(asked) = report.asked_ms.filter(|asked| off(report.duration_ms, *asked)) {
        let than = if report.duration_ms < asked { "longer" } else { "shorter" };
        let minutes = |ms: u64| (ms as f64 / 60_000.0).round();
        notes.push(format!(
            "the journey plays for {} minutes instead of the {} asked for: no {items} items that fit \
             its way are {than}",
            minutes(report.duration_ms),
            minutes(asked)
        ));
    }
    notes
}

fn off(plays_ms: u64, asked_ms: u64) -> bool {
    plays_ms.abs_diff(asked_ms) as f64 > FAR_OFF * asked_ms as f64
}
