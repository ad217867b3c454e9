//! What listeners do: into the store, and back as what a request says of them.

use std::collections::HashMap;

use attune_core::{EventKind, Item, ItemId, Mood};
use attune_recommend::feedback::{Features, Population};
use attune_recommend::{
    Deed, Did, Index, Moment, Order, Playlist, Profile, Request, USUAL_MS, fold,
};
use attune_store::{Event, NewEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::alike::add_alike;
use crate::ask::{Ask, MoodSource};
use crate::error::AppError;
use crate::journeys::Begun;
use crate::library::{Catalogue, Library};

/// As many of a listener's latest events count; more are kept, but of older ones only likes, dislikes and
/// bans do.
pub(crate) const LATEST: u32 = 20_000;
/// As many of all others' events make the population.
const LATEST_OF_OTHERS: u32 = 5_000;
/// What somebody does within a day of a list is an answer to it.
const ANSWER_MS: i64 = 86_400_000;
/// A reading that was said to be wrong is doubted for so long.
const DOUBT_MS: i64 = 30 * 60_000;
/// The least uncertainty of a mood while it is doubted.
const DOUBTED: f32 = 0.5;
/// Items begun within so long of each other were heard together.
const TOGETHER_MS: i64 = 30 * 60_000;

/// Something a listener did, as it is told.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDeed {
    /// Who.
    pub listener: String,
    /// The item by number or title; none for what happened to the mood.
    pub item: Option<String>,
    /// What.
    pub kind: EventKind,
    /// For a skip: after how many milliseconds.
    pub position_ms: Option<u32>,
    /// Unix time in milliseconds.
    pub at_ms: i64,
}

/// What was written down.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recorded {
    /// The event's number.
    pub event: i64,
    /// What.
    pub kind: EventKind,
    /// The item's number.
    pub item: Option<ItemId>,
    /// Its title.
    pub title: Option<String>,
}

/// What is kept of a list: enough to learn from what follows, and to go on with a journey.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Shown {
    pub items: Vec<(ItemId, Features)>,
    #[serde(default)]
    pub journey: Option<Begun>,
}

impl Library {
    /// Writes down what a listener did.
    ///
    /// # Errors
    /// Where the item is not there, and where the store can't be written.
    pub async fn record(&self, deed: &NewDeed) -> Result<Recorded, AppError> {
        let catalogue = self.catalogue().await?;
        let item = deed.item.as_ref().map(|word| catalogue.find(word)).transpose()?;
        let event = NewEvent {
            listener: deed.listener.clone(),
            at_ms: deed.at_ms,
            item: item.map(|item| item.id),
            kind: deed.kind,
            payload: deed.position_ms.map_or(Value::Null, |at| json!({ "position_ms": at })),
        };
        let event = self.store.append_event(&event).await?;
        let title = item.map(|item| item.title.clone());
        Ok(Recorded { event, kind: deed.kind, item: item.map(|item| item.id), title })
    }

    /// A listener's latest events, oldest first; those that only say what stood on a list left out.
    pub async fn events_of(&self, listener: &str, limit: u32) -> Result<Vec<Event>, AppError> {
        let mut events = self.store.latest_events(listener, LATEST).await?;
        events.retain(|e| e.event.kind != EventKind::Recommended);
        Ok(events.split_off(events.len().saturating_sub(limit as usize)))
    }

    /// Remembers what stood on a list and what it looked like there.
    pub(crate) async fn remember_list(
        &self,
        listener: &str,
        at_ms: i64,
        list: &Playlist,
        journey: Option<Begun>,
    ) -> Result<(), AppError> {
        if list.items.is_empty() {
            return Ok(());
        }
        let items = list.items.iter().map(|ranked| (ranked.id, ranked.features)).collect();
        let (listener, kind) = (listener.to_owned(), EventKind::Recommended);
        let payload = json!(Shown { items, journey });
        let event = NewEvent { listener, at_ms, item: None, kind, payload };
        self.store.append_event(&event).await?;
        Ok(())
    }

    /// Puts into a request what is known of the listener; answers what a person should know of it.
    pub(crate) async fn inform(
        &self,
        catalogue: &Catalogue,
        ask: &Ask,
        moment: Moment,
        request: &mut Request,
    ) -> Result<Vec<String>, AppError> {
        let listener = ask.listener.as_str();
        let events = self.history(listener).await?;
        let others = self.store.latest_events_of_others(listener, LATEST_OF_OTHERS).await?;
        let index = &catalogue.index;
        let profile = Profile::of(index, deeds(&events), moment, &population(index, &others));
        profile.inform(request, moment);
        if request.order == Order::Plays {
            let plays = self.store.plays_counted(listener, USUAL_MS).await?;
            request.heard.plays = plays.into_iter().collect();
        }
        self.add_plays(catalogue, listener, request).await?;
        self.add_others(request).await?;
        add_alike(catalogue, request);
        // Nobody doubts what a listener says of themself.
        let read = matches!(ask.mood, MoodSource::Photo(_) | MoodSource::Reading(_));
        let doubted = read.then(|| doubted(&events, moment, &mut request.mood)).flatten();
        Ok(doubted.into_iter().collect())
    }

    /// A listener's latest events, and before them what they ever said of items, oldest first.
    async fn history(&self, listener: &str) -> Result<Vec<Event>, AppError> {
        let latest = self.store.latest_events(listener, LATEST).await?;
        let Some(first) = latest.first().filter(|_| latest.len() as u32 == LATEST) else {
            return Ok(latest);
        };
        let mut events = self.store.verdicts_before(listener, first.id).await?;
        events.extend(latest);
        Ok(events)
    }

    /// What other services counted: liking of artists where events say nothing, and plays of titles.
    async fn add_plays(
        &self,
        catalogue: &Catalogue,
        listener: &str,
        request: &mut Request,
    ) -> Result<(), AppError> {
        let plays = self.store.plays_of(listener).await?;
        if plays.is_empty() {
            return Ok(());
        }
        let mut artists: HashMap<String, f64> = HashMap::new();
        let mut titles: HashMap<(String, String), f64> = HashMap::new();
        for play in plays {
            let artist = fold(&play.artist);
            *artists.entry(artist.clone()).or_default() += play.times;
            if !play.title.is_empty() {
                *titles.entry((artist, fold(&play.title))).or_default() += play.times;
            }
        }
        let most = artists.values().copied().fold(MUCH, f64::max);
        request.heard.artists.extend(artists.keys().cloned());
        let tastes = &mut request.tastes.artists;
        let told: HashMap<String, String> =
            tastes.keys().map(|name| (fold(name), name.clone())).collect();
        for (artist, times) in artists {
            let liking = imported_liking(times, most);
            let name = told.get(&artist).cloned().unwrap_or(artist);
            // What was done since adds to what was counted elsewhere; a no said since outweighs it.
            let own = tastes.entry(name).or_insert(0.0);
            *own = if *own < 0.0 { *own } else { own.max(liking) };
        }
        let counted = |item: &Item| {
            let key = (fold(item.artist()), fold(&item.title));
            titles.get(&key).map(|times| (item.id, times.min(1e9) as u32))
        };
        for (item, times) in catalogue.items.iter().filter_map(counted) {
            *request.heard.plays.entry(item).or_default() += times;
        }
        Ok(())
    }

    /// Pairs of items that somebody finished or liked one after the other.
    pub(crate) async fn pairs(&self) -> Result<Vec<(ItemId, ItemId)>, AppError> {
        let events = self.store.latest_events_of_others("", LATEST).await?;
        let mut last: HashMap<String, (i64, ItemId)> = HashMap::new();
        let mut pairs = Vec::new();
        for NewEvent { listener, at_ms, item, kind, .. } in events.into_iter().map(|e| e.event) {
            let gladly = matches!(kind, EventKind::Finished | EventKind::Liked);
            let (true, Some(item)) = (gladly, item) else { continue };
            if let Some((before, other)) = last.insert(listener, (at_ms, item)) {
                let together = (0..TOGETHER_MS).contains(&at_ms.saturating_sub(before));
                pairs.extend((together && other != item).then_some((other, item)));
            }
        }
        Ok(pairs)
    }
}

/// Plays of an artist from which on they say all that plays can say.
const MUCH: f64 = 100.0;

/// By the logarithm of the count, up to 0.8 for the artist played most, if that is much.
fn imported_liking(times: f64, most: f64) -> f32 {
    (0.8 * times.ln_1p() / most.ln_1p()) as f32
}

pub(crate) fn shown(event: &NewEvent) -> Option<Shown> {
    let listed = event.kind == EventKind::Recommended;
    listed.then(|| serde_json::from_value(event.payload.clone()).ok()).flatten()
}

/// What was done with items, each with what it looked like in the list that it answers. Once a reading
/// was said to be wrong, what follows is no answer to the list made from it.
fn deeds(events: &[Event]) -> Vec<Deed> {
    let mut looks: HashMap<ItemId, (i64, Features)> = HashMap::new();
    let mut deeds = Vec::new();
    for event in events.iter().map(|e| &e.event) {
        if let Some(list) = shown(event) {
            looks.extend(list.items.into_iter().map(|(id, f)| (id, (event.at_ms, f))));
        }
        if event.kind == EventKind::NotHowIFeel {
            looks.clear();
        }
        let (Some(item), Some(did)) = (event.item, did(event)) else { continue };
        let look = looks.get(&item).filter(|(at, _)| event.at_ms.saturating_sub(*at) < ANSWER_MS);
        deeds.push(Deed { at_ms: event.at_ms, item, did, features: look.map(|(_, f)| *f) });
    }
    deeds
}

fn did(event: &NewEvent) -> Option<Did> {
    Some(match event.kind {
        EventKind::Played => Did::Played,
        EventKind::Finished => Did::Finished,
        EventKind::Skipped => {
            let at = event.payload.get("position_ms").and_then(Value::as_u64);
            Did::Skipped(at.map(|at| u32::try_from(at).unwrap_or(u32::MAX)))
        }
        EventKind::Liked => Did::Liked,
        EventKind::Disliked => Did::Disliked,
        EventKind::Banned => Did::Banned,
        EventKind::Recommended | EventKind::NotHowIFeel | EventKind::Corrected => return None,
    })
}

/// What other listeners reward; each on their own lists.
fn population(index: &Index, events: &[Event]) -> Population {
    let mut by_listener: HashMap<&str, Vec<Event>> = HashMap::new();
    for event in events {
        by_listener.entry(&event.event.listener).or_default().push(event.clone());
    }
    let mut listeners: Vec<_> = by_listener.into_iter().collect();
    listeners.sort_unstable_by_key(|(listener, _)| *listener);
    let mut population = Population::default();
    for (_, events) in listeners {
        Profile::rewards(index, deeds(&events))
            .for_each(|(features, reward)| population.observe(&features, reward));
    }
    population
}

/// Widens the mood where its reading was said to be wrong a short while ago.
fn doubted(events: &[Event], moment: Moment, mood: &mut Mood) -> Option<String> {
    let latest =
        events.iter().rev().map(|e| &e.event).find(|e| e.kind == EventKind::NotHowIFeel)?;
    moment.age_ms(latest.at_ms).filter(|age| *age < DOUBT_MS)?;
    mood.uncertainty = mood.uncertainty.max(DOUBTED);
    Some(
        "you said that this is not how you feel: the list reaches wider around the mood".to_owned(),
    )
}
