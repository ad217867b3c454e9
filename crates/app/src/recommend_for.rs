use std::time::Duration;

use attune_core::{Goal, Item, ItemId};
use attune_recommend::content::{Dimension, Query};
use attune_recommend::{Journey, Moment, Playlist, Ranked, Request, Sound};

use crate::ask::{Ask, Felt, JourneyAsk, MoodSource, Shift};
use crate::error::AppError;
use crate::faces::FaceReader;
use crate::library::{Catalogue, Library};
use crate::listening::Begun;
use crate::recommendation::{JourneyReport, Listed, Recommendation};

/// Taken for the length of an item of unknown length.
const USUAL_MS: u64 = 210_000;
/// How far "but calmer" moves, in deviations of the library.
const SHIFT: f32 = 1.0;

impl Library {
    /// Answers with a list. `reader` is asked for only where the mood stands in a photo; reading
    /// one takes tens of milliseconds of computing on the calling thread.
    ///
    /// Where the ask says when it is asked, the listener's history takes part, and what stood on the
    /// list is remembered so that what they do with it can be learned from.
    pub async fn recommend_for(
        &self,
        ask: &Ask,
        reader: impl FnOnce() -> Result<FaceReader, AppError>,
    ) -> Result<Recommendation, AppError> {
        let catalogue = self.catalogue().await?;
        let corrections = match ask.mood {
            MoodSource::Photo(_) => self.corrections(&ask.listener).await?,
            _ => Vec::new(),
        };
        let reader = || Ok(reader()?.taught_by(&corrections));
        let mut felt = ask.mood.feel(&catalogue, reader)?;
        let mut request = ask.request(felt.mood);
        name(&catalogue, ask, &mut request)?;
        if let Some(moment) = ask.moment {
            let notes = self.inform(&catalogue, &ask.listener, moment, &mut request).await?;
            felt.notes.extend(notes);
        }
        let (playlist, journey, begun) = match ask.journey {
            Some(way) => self.travel(&catalogue, ask, way, request).await?,
            None => (catalogue.index.rank(&request), None, None),
        };
        if let Some(Moment { now_ms, .. }) = ask.moment {
            self.remember_list(&ask.listener, now_ms, &playlist, begun).await?;
        }
        Ok(recommendation(&catalogue, ask, felt, playlist, journey))
    }

    async fn travel(
        &self,
        catalogue: &Catalogue,
        ask: &Ask,
        way: JourneyAsk,
        mut request: Request,
    ) -> Result<(Playlist, Option<JourneyReport>, Option<Begun>), AppError> {
        let mut minutes = way.minutes;
        let mut heard = Vec::new();
        let mut elapsed = Duration::ZERO;
        if way.resume {
            let now_ms = ask.moment.map_or(0, |moment| moment.now_ms);
            let under_way = self.under_way(&ask.listener, now_ms).await?;
            request.goal = Goal::Point(under_way.begun.destination);
            request.limit = under_way.begun.steps;
            minutes = minutes.or(under_way.begun.minutes);
            heard = under_way.heard;
            elapsed = Duration::from_millis(under_way.elapsed_ms.unsigned_abs());
        } else if let Some(minutes) = minutes {
            request.limit = steps(minutes).min(request.limit);
        }
        let now = request.mood;
        let duration = minutes.map(|m| Duration::from_secs(60 * u64::from(m)));
        let journey = Journey { duration, ..Journey::new(request) };
        let journey = if way.resume { journey.restarted(now, &heard, elapsed) } else { journey };
        let (playlist, fit) = catalogue.index.travel(&journey);
        let length = |ranked: &Ranked| {
            let known = catalogue.items.get(ranked.position).and_then(|item| item.duration_ms);
            known.map_or(USUAL_MS, u64::from)
        };
        let report = JourneyReport {
            destination: journey.destination(),
            path_error: fit.path_error,
            roughness: fit.roughness,
            duration_ms: playlist.items.iter().map(length).sum(),
            asked_ms: journey.duration.map(|d| d.as_millis() as u64),
        };
        let left = journey.duration.map(|d| (d.as_secs() / 60) as u32);
        let (destination, steps) = (journey.destination(), journey.request.limit);
        Ok((playlist, Some(report), Some(Begun { destination, steps, minutes: left })))
    }
}

/// How many items of the usual length play so long.
fn steps(minutes: u32) -> usize {
    (u64::from(minutes) * 60_000).div_ceil(USUAL_MS).max(1) as usize
}

/// Puts the items and artists that an ask names into its request.
fn name(catalogue: &Catalogue, ask: &Ask, request: &mut Request) -> Result<(), AppError> {
    for word in &ask.not {
        match catalogue.find(word) {
            Ok(item) => _ = request.not_items.insert(item.id),
            Err(AppError::UnknownItem { .. }) => request.not_artists.push(word.clone()),
            Err(error) => return Err(error),
        }
    }
    let find = |words: &[String]| -> Result<Vec<&Item>, AppError> {
        words.iter().map(|word| catalogue.find(word)).collect()
    };
    let (like, unlike) = (find(&ask.like)?, find(&ask.unlike)?);
    request.not_items.extend(like.iter().chain(&unlike).map(|item| item.id));
    request.sound = sound(catalogue, &like, &unlike, &ask.but);
    Ok(())
}

/// Where to look for what sounds like these items and unlike those; `None` where none of them has a
/// usable vector.
fn sound(catalogue: &Catalogue, like: &[&Item], unlike: &[&Item], but: &[Shift]) -> Option<Sound> {
    let space = catalogue.index.space()?;
    let at = |id: ItemId| space.like(catalogue.index.position(id)?);
    let mut query: Option<Query> = None;
    for seed in like.iter().filter_map(|item| at(item.id)) {
        query = Some(match query {
            Some(query) => query.plus(&seed, 1.0),
            None => seed,
        });
    }
    for seed in unlike.iter().filter_map(|item| at(item.id)) {
        query = Some(match query {
            Some(query) => query.minus(&seed, 0.5),
            None => seed.clone().minus(&seed, 2.0),
        });
    }
    let mut query = query?;
    for (dimension, by) in but.iter().flat_map(|shift| shifts(*shift)) {
        query = query.shifted(*dimension as usize, by * SHIFT);
    }
    Some(Sound { query, words: words(like, unlike, but) })
}

fn shifts(shift: Shift) -> impl Iterator<Item = (&'static Dimension, f32)> {
    use Dimension::{Arousal, Energy, Tempo, Valence};
    let (dimensions, by): (&[Dimension], f32) = match shift {
        Shift::Calmer => (&[Energy, Arousal], -1.0),
        Shift::Livelier => (&[Energy, Arousal], 1.0),
        Shift::Brighter => (&[Valence], 1.0),
        Shift::Darker => (&[Valence], -1.0),
        Shift::Slower => (&[Tempo], -1.0),
        Shift::Faster => (&[Tempo], 1.0),
    };
    dimensions.iter().map(move |dimension| (dimension, by))
}

/// "Hello and Perfect, less like Thunder, but calmer".
fn words(like: &[&Item], unlike: &[&Item], but: &[Shift]) -> String {
    let titles = |items: &[&Item]| {
        items.iter().map(|item| item.title.as_str()).collect::<Vec<_>>().join(" and ")
    };
    let mut parts = Vec::new();
    if !like.is_empty() {
        parts.push(titles(like));
    }
    if !unlike.is_empty() {
        let lead = if like.is_empty() { "the opposite of" } else { "less like" };
        parts.push(format!("{lead} {}", titles(unlike)));
    }
    if !but.is_empty() {
        let words: Vec<String> = but.iter().map(|s| format!("{s:?}").to_lowercase()).collect();
        parts.push(format!("but {}", words.join(" and ")));
    }
    parts.join(", ")
}

fn recommendation(
    catalogue: &Catalogue,
    ask: &Ask,
    felt: Felt,
    playlist: Playlist,
    journey: Option<JourneyReport>,
) -> Recommendation {
    let mut notes = felt.notes;
    notes.extend(held_back(playlist.held_back));
    let listed = |ranked: Ranked| listed(catalogue, ranked);
    Recommendation {
        mood: felt.mood,
        goal: journey.map_or(ask.goal, |way| match ask.journey {
            Some(JourneyAsk { resume: true, .. }) => Goal::Point(way.destination),
            _ => ask.goal,
        }),
        items: playlist.items.into_iter().filter_map(listed).collect(),
        emptied_by: playlist.emptied_by,
        unknown: playlist.unknown,
        journey,
        face: felt.reading,
        notes,
    }
}

fn listed(catalogue: &Catalogue, ranked: Ranked) -> Option<Listed> {
    let Ranked { position, score, terms, reasons, against, .. } = ranked;
    let item = catalogue.items.get(position)?.clone();
    Some(Listed { item, score, terms, reasons, against })
}

fn held_back(count: usize) -> Option<String> {
    let items = if count == 1 { "item fits" } else { "items fit" };
    (count > 0)
        .then(|| format!("{count} more {items} but would repeat an artist or album too soon"))
}
