use attune_core::{Goal, Point};
use attune_recommend::{Moment, Order, Playlist, Ranked, Request};

use crate::ask::{Ask, Felt, JourneyAsk, MoodSource};
use crate::error::AppError;
use crate::faces::FaceReader;
use crate::journeys::{UnderWay, travel};
use crate::library::{Catalogue, Library};
use crate::recommendation::{JourneyReport, Listed, Recommendation};
use crate::sound::SoundAsked;

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
        let catalogue = self.catalogue_of(&ask.listener).await?;
        let under_way = self.resumed(&catalogue, ask).await?;
        let completed = under_way.as_ref().map(|under_way| under_way.completed(ask));
        let ask = completed.as_ref().unwrap_or(ask);
        contradictions(ask)?;
        let corrections = match ask.mood {
            MoodSource::Photo(_) => self.corrections(&ask.listener).await?,
            _ => Vec::new(),
        };
        let reader = || Ok(reader()?.taught_by(&corrections));
        let mut felt = ask.mood.feel(&catalogue, reader)?;
        let mut request = ask.request(felt.mood);
        request.mood_of.clone_from(&felt.of);
        felt.notes.extend(name(&catalogue, ask, &mut request)?);
        if let Some(moment) = ask.moment {
            let notes = self.inform(&catalogue, ask, moment, &mut request).await?;
            felt.notes.extend(notes);
        }
        let (playlist, journey, begun) = match ask.journey {
            Some(way) => {
                let travelled = travel(&catalogue, ask, way, under_way.as_ref(), request)?;
                felt.notes.extend(travelled.notes);
                (travelled.playlist, Some(travelled.report), Some(travelled.begun))
            }
            None => (catalogue.index.rank(&request), None, None),
        };
        if let Some(Moment { now_ms, .. }) = ask.moment {
            self.remember_list(&ask.listener, now_ms, &playlist, begun).await?;
        }
        Ok(recommendation(&catalogue, ask, felt, playlist, journey))
    }

    /// What is under way, where the ask is to go on with it.
    async fn resumed(
        &self,
        catalogue: &Catalogue,
        ask: &Ask,
    ) -> Result<Option<UnderWay>, AppError> {
        match ask.journey {
            Some(JourneyAsk { resume: true, .. }) => {
                Ok(Some(self.under_way(catalogue, &ask.listener).await?))
            }
            _ => Ok(None),
        }
    }
}

/// What plays decide, nothing else can.
fn contradictions(ask: &Ask) -> Result<(), AppError> {
    let sounds = [ask.like.is_empty(), ask.unlike.is_empty(), ask.but.is_empty()].contains(&false);
    let what = match ask.order {
        Order::Plays if ask.journey.is_some() => "be a journey and sorted by plays",
        Order::Plays if sounds => "be sorted by plays and by how it sounds",
        _ => return Ok(()),
    };
    Err(AppError::Contradiction(what.to_owned()))
}

/// Puts the items and artists that an ask does not want (all that bear a name, be it a title's, an artist's or
/// both's; a number only where it is no name), and the sound that it wants, into its request;
/// answers what a person should know of it.
fn name(catalogue: &Catalogue, ask: &Ask, request: &mut Request) -> Result<Vec<String>, AppError> {
    for word in &ask.not {
        let named = catalogue.named(word);
        let by_number = || catalogue.numbered(word).filter(|_| !catalogue.index.has_artist(word));
        request.not_items.extend(named.iter().map(|item| item.id));
        match by_number().filter(|_| named.is_empty()) {
            Some(item) => _ = request.not_items.insert(item.id),
            None if named.is_empty() || catalogue.index.has_artist(word) => {
                request.not_artists.push(word.clone());
            }
            None => {}
        }
    }
    let asked = SoundAsked::find(catalogue, ask)?;
    request.seeds.extend(asked.named);
    request.sound = asked.sound;
    Ok(asked.notes)
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
    notes.extend(unplayed(ask.order, &playlist));
    let listed = |ranked: Ranked| listed(catalogue, ranked);
    Recommendation {
        mood: felt.mood,
        mood_of: felt.of,
        goal: journey.map_or(ask.goal, |way| match ask.journey {
            Some(JourneyAsk { resume: true, .. }) => Goal::Point(rounded(way.destination)),
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

/// To three decimals, as people write a point.
fn rounded(point: Point) -> Point {
    let round = |x: f32| (x * 1000.0).round() / 1000.0;
    Point { valence: round(point.valence), arousal: round(point.arousal) }
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

fn unplayed(order: Order, playlist: &Playlist) -> Option<String> {
    let none = playlist.items.iter().all(|ranked| ranked.terms.plays <= 0.0);
    (order == Order::Plays && none && !playlist.items.is_empty()).then(|| {
        "you have not played anything that fits yet: the mood and what is widely heard decide"
            .to_owned()
    })
}
