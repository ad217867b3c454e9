use attune_core::Goal;
use serde::Serialize;

use crate::context::Suit;
use crate::feedback::{Features, Learned};
use crate::filter::Filters;
use crate::index::{Index, mix32};
use crate::names::fold;
use crate::request::{Order, Request, Weights};
use crate::spare::Row;
use crate::top::{Candidate, better};
use crate::window::Window;

/// The parts of a score, each already weighted: they add up to it.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize)]
pub struct Terms {
    /// What is known of the listener's liking, by how near the mood is.
    pub affinity: f32,
    /// How well its mood answers the goal.
    pub mood: f32,
    /// What listeners with like histories play.
    pub others: f32,
    /// Likeness to the sound that was asked for.
    pub sound: f32,
    /// Likeness in sound to what the listener likes.
    pub alike: f32,
    /// How well it suits the hour and what was just heard.
    pub context: f32,
    /// Taken off a video for the eyes and the time it asks; at most 0.
    pub video: f32,
    /// How often the listener played it, where that is what the list is sorted by.
    pub plays: f32,
    /// How widely it is heard.
    pub popularity: f32,
    /// Taken off for having been played lately; at most 0.
    pub repetition: f32,
    /// The seed's own draw.
    pub variety: f32,
    /// What the listener's feedback adds or takes off.
    pub feedback: f32,
}

impl Terms {
    /// The score.
    #[must_use]
    pub fn sum(&self) -> f32 {
        let asked = self.affinity + self.mood + self.others + self.sound + self.alike;
        let item = self.context + self.video + self.plays + self.popularity + self.repetition;
        asked + item + self.variety + self.feedback
    }
}

/// Of an item's liking, the share that liking its artist makes up for.
const ARTIST_SHARE: f32 = 0.5;
/// Of what speaks for an item, the share that counts however far its mood is from where the list aims,
/// so that no liking opens the mood window.
const ANYWHERE: f32 = 0.2;

/// Items alike in sound that take part in a list.
const NEIGHBOURS: usize = 1000;
/// While the listener wants to focus a video costs this many times as much.
const FOCUS: f32 = 3.0;
/// Where plays decide, popularity and the mood tell equals apart.
const TIE: f32 = 0.45;

/// A request's score of every item of an index.
pub(crate) struct Scorer<'a> {
    index: &'a Index,
    pub window: Window,
    weights: Weights,
    seed: u32,
    learned: Option<Learned>,
    /// By position; empty where nothing is known.
    affinity: Row<'a>,
    repetition: Row<'a>,
    others: Row<'a>,
    sound: Row<'a>,
    alike: Row<'a>,
    /// By position, only where it decides.
    plays: Option<Row<'a>>,
    context: Option<Suit>,
    /// What video costs is multiplied by.
    video: f32,
}

impl<'a> Scorer<'a> {
    pub fn new(index: &'a Index, request: &Request, filters: &Filters) -> Self {
        Self {
            index,
            window: Window::new(request.goal, request.mood),
            weights: finite(request.weights),
            seed: mix32(request.seed as u32 ^ mix32((request.seed >> 32) as u32 ^ 0x9e37_79b9)),
            learned: request.learned,
            affinity: affinity(index, request),
            repetition: repetition(index, request),
            others: others(index, request),
            sound: sound(index, request, filters),
            alike: alike(index, request),
            plays: (request.order == Order::Plays).then(|| plays(index, request)),
            context: request
                .context
                .filter(|c| c.hour.is_some() || c.session.is_some())
                .map(|c| c.suit()),
            video: if request.goal == Goal::Focus { FOCUS } else { 1.0 },
        }
    }

    /// What likeness to the list so far costs.
    pub fn diversity(&self) -> f32 {
        self.weights.diversity
    }

    /// The items with a liking above 0, and those that sound like them.
    pub fn liked(&self) -> impl Iterator<Item = u32> {
        let above = |row: &'_ [f32]| -> Vec<u32> {
            row.iter().zip(0..).filter(|(x, _)| **x > 0.0).map(|(_, i)| i).collect()
        };
        above(&self.affinity).into_iter().chain(above(&self.alike))
    }

    /// The parts of item `i`'s score.
    pub fn terms(&self, i: u32) -> Terms {
        self.terms_in(&self.window, i)
    }

    /// As [`terms`](Self::terms), with another window.
    pub fn terms_in(&self, window: &Window, i: u32) -> Terms {
        let (features, w, index) = (self.features_in(window, i), &self.weights, self.index);
        let at = i as usize;
        let (_, near) = window.seen_from(index.valence[at], index.arousal[at], index.variance[at]);
        if let Some(plays) = &self.plays {
            let popularity = TIE * features.popularity;
            // A whole play outweighs both; they tell equals apart.
            let mood = TIE * features.mood;
            return Terms { plays: plays[at], popularity, mood, ..Terms::default() };
        }
        Terms {
            affinity: w.affinity * within(features.affinity, near),
            mood: w.mood * features.mood,
            others: w.others * features.others,
            sound: w.sound * features.sound,
            alike: w.alike * features.alike,
            context: w.context * features.context,
            video: 0.0 - w.video * self.video * features.video,
            plays: 0.0,
            popularity: w.popularity * features.popularity,
            repetition: 0.0 - w.repetition * features.repetition,
            variety: w.variety * draw(self.seed, index.salt[at]),
            feedback: self.learned.as_ref().map_or(0.0, |learned| learned.term(&features)),
        }
    }

    /// What the learner sees of item `i`.
    pub fn features_in(&self, window: &Window, i: u32) -> Features {
        let (at, index) = (i as usize, self.index);
        let offset = |item: f32, aim: f32| if index.has_mood(i) { item - aim } else { 0.0 };
        Features {
            affinity: *self.affinity.get(at).unwrap_or(&0.0),
            mood: window.at(index.valence[at], index.arousal[at], index.variance[at]),
            others: *self.others.get(at).unwrap_or(&0.0),
            context: self.suits(at),
            popularity: index.popularity[at],
            repetition: *self.repetition.get(at).unwrap_or(&0.0),
            brighter: offset(index.valence[at], window.aim.valence),
            livelier: offset(index.arousal[at], window.aim.arousal),
            sound: *self.sound.get(at).unwrap_or(&0.0),
            alike: *self.alike.get(at).unwrap_or(&0.0),
            video: *index.video.get(at).unwrap_or(&0.0),
        }
    }

    /// Nothing where no mood is known.
    fn suits(&self, at: usize) -> f32 {
        let index = self.index;
        let known = self.context.filter(|_| index.has_mood(at as u32));
        known.map_or(0.0, |context| context.at(index.valence[at], index.arousal[at]))
    }

    /// Whether plays alone decide.
    pub fn by_plays(&self) -> bool {
        self.plays.is_some()
    }

    /// How well item `i`'s mood answers the goal, 0 to 1.
    pub fn mood_window(&self, i: u32) -> f32 {
        let (at, index) = (i as usize, self.index);
        self.window.at(index.valence[at], index.arousal[at], index.variance[at])
    }

    /// What was learned, and what it is told apart from.
    pub fn learned(&self) -> Option<&Learned> {
        self.learned.as_ref()
    }

    /// Has what was learned tell these items apart, each seen through its window: what they have in
    /// common counts for none of them.
    pub fn compare(&mut self, candidates: impl IntoIterator<Item = (Window, u32)>) {
        let Some(learned) = self.learned else { return };
        let features = candidates.into_iter().map(|(window, i)| self.features_in(&window, i));
        self.learned = Some(learned.among(features));
    }

    /// Scores the best items once more, now with what feedback has taught, and sorts them.
    pub fn rescored(&self, mut best: Vec<Candidate>) -> Vec<Candidate> {
        if self.learned.is_some() {
            best.iter_mut().for_each(|c| c.score = self.terms(c.position).sum());
            best.sort_unstable_by(better);
        }
        best
    }

    /// The scores of the items from `start` on, into `scores`; the sums of their
    /// [`terms`](Self::terms) but for feedback.
    #[inline(always)]
    pub fn fill(&self, start: usize, scores: &mut [f32]) {
        let range = start..start + scores.len();
        let (index, w) = (self.index, &self.weights);
        let places = index.valence[range.clone()].iter().zip(&index.arousal[range.clone()]);
        let places = places.zip(&index.variance[range.clone()]);
        match self.affinity.get(range.clone()) {
            Some(affinity) => {
                let liked = scores.iter_mut().zip(places).zip(affinity);
                for ((score, ((v, a), variance)), liking) in liked {
                    let (window, near) = self.window.seen_from(*v, *a, *variance);
                    *score = w.mood * window + w.affinity * within(*liking, near);
                }
            }
            None => {
                for (score, ((v, a), variance)) in scores.iter_mut().zip(places) {
                    *score = w.mood * self.window.at(*v, *a, *variance);
                }
            }
        }
        if let Some(others) = self.others.get(range.clone()) {
            scores.iter_mut().zip(others).for_each(|(s, x)| *s += w.others * x);
        }
        if let Some(sound) = self.sound.get(range.clone()) {
            scores.iter_mut().zip(sound).for_each(|(s, x)| *s += w.sound * x);
        }
        if let Some(alike) = self.alike.get(range.clone()) {
            scores.iter_mut().zip(alike).for_each(|(s, x)| *s += w.alike * x);
        }
        if let Some(context) = &self.context {
            let places = index.valence[range.clone()].iter().zip(&index.arousal[range.clone()]);
            let places = places.zip(&index.variance[range.clone()]);
            for (score, ((v, a), variance)) in scores.iter_mut().zip(places) {
                let weight = if *variance < f32::INFINITY { w.context } else { 0.0 };
                *score += weight * context.at(*v, *a);
            }
        }
        if let Some(video) = index.video.get(range.clone()) {
            let cost = w.video * self.video;
            scores.iter_mut().zip(video).for_each(|(s, x)| *s -= cost * x);
        }
        for (score, x) in scores.iter_mut().zip(&index.popularity[range.clone()]) {
            *score += w.popularity * x;
        }
        if let Some(repetition) = self.repetition.get(range.clone()) {
            scores.iter_mut().zip(repetition).for_each(|(s, x)| *s -= w.repetition * x);
        }
        for (score, salt) in scores.iter_mut().zip(&index.salt[range]) {
            *score += w.variety * draw(self.seed, *salt);
        }
    }
}

/// A number in [0, 1) that only the seed and the item decide.
#[inline(always)]
fn draw(seed: u32, salt: u32) -> f32 {
    (mix32(salt ^ seed) >> 8) as f32 / (1u32 << 24) as f32
}

/// What a liking counts for an item this near to the aim; a dislike counts everywhere.
#[inline(always)]
fn within(liking: f32, near: f32) -> f32 {
    let share = if liking > 0.0 { ANYWHERE + (1.0 - ANYWHERE) * near } else { 1.0 };
    share * liking
}

fn finite(w: Weights) -> Weights {
    let or_zero = |x: f32| if x.is_finite() { x } else { 0.0 };
    Weights {
        affinity: or_zero(w.affinity),
        mood: or_zero(w.mood),
        others: or_zero(w.others),
        sound: or_zero(w.sound),
        alike: or_zero(w.alike),
        context: or_zero(w.context),
        video: or_zero(w.video),
        popularity: or_zero(w.popularity),
        repetition: or_zero(w.repetition),
        variety: or_zero(w.variety),
        diversity: or_zero(w.diversity),
    }
}

/// Own liking plus a share of the best liked or, failing that, least disliked artist's.
fn affinity<'a>(index: &'a Index, request: &Request) -> Row<'a> {
    let tastes = &request.tastes;
    if tastes.artists.is_empty() && tastes.items.is_empty() {
        return Row::default();
    }
    let mut affinity = index.spare.zeros(index.len());
    let mut artists: Vec<(u32, f32)> = tastes
        .artists
        .iter()
        .filter_map(|(name, liking)| Some((index.artist_names.get(name)?, usable(*liking)?)))
        .collect();
    artists.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    for (artist, liking) in artists {
        for i in index.items_by_artist.get(artist) {
            affinity[*i as usize] = ARTIST_SHARE * liking;
        }
    }
    for (id, liking) in &tastes.items {
        for i in index.positions(*id) {
            affinity[*i as usize] += usable(*liking).unwrap_or(0.0);
        }
    }
    affinity.iter_mut().for_each(|x| *x = x.clamp(-1.0, 1.0));
    affinity
}

/// The liking of a name in a map whose keys are spelt as people spell.
pub(crate) fn liking_of_artist(request: &Request, name: &str) -> f32 {
    let direct = request.tastes.artists.get(name).copied();
    let same = |(other, liking): (&String, &f32)| (fold(other) == fold(name)).then_some(*liking);
    direct.or_else(|| request.tastes.artists.iter().find_map(same)).and_then(usable).unwrap_or(0.0)
}

pub(crate) fn usable(liking: f32) -> Option<f32> {
    (!liking.is_nan()).then(|| liking.clamp(-1.0, 1.0))
}

/// By the best loved of an item's artists.
fn others<'a>(index: &'a Index, request: &Request) -> Row<'a> {
    if request.others.is_empty() {
        return Row::default();
    }
    let mut others = index.spare.zeros(index.len());
    for (name, other) in &request.others {
        let Some(artist) = index.artist_names.get(name) else { continue };
        let strength = if other.strength.is_nan() { 0.0 } else { other.strength.clamp(0.0, 1.0) };
        for i in index.items_by_artist.get(artist) {
            others[*i as usize] = others[*i as usize].max(strength);
        }
    }
    others
}

/// Likeness of the nearest items that pass the filters and have gone the steps asked for, 0 for the
/// rest.
fn sound<'a>(index: &'a Index, request: &Request, filters: &Filters) -> Row<'a> {
    let (Some(sound), Some(space)) = (&request.sound, &index.space) else { return Row::default() };
    let mut likeness = index.spare.zeros(index.len());
    let open = |i: usize| filters.failed(index, i as u32) == 0 && sound.admits(index, i as u32);
    for near in space.nearest(&sound.query, NEIGHBOURS, open) {
        likeness[near.position] = near.likeness.max(0.0);
    }
    likeness
}

fn alike<'a>(index: &'a Index, request: &Request) -> Row<'a> {
    if request.alike.is_empty() {
        return Row::default();
    }
    let mut alike = index.spare.zeros(index.len());
    for (id, found) in &request.alike {
        let strength = if found.strength.is_nan() { 0.0 } else { found.strength.clamp(0.0, 1.0) };
        index.positions(*id).iter().for_each(|i| alike[*i as usize] = strength);
    }
    alike
}

fn plays<'a>(index: &'a Index, request: &Request) -> Row<'a> {
    let mut plays = index.spare.zeros(index.len());
    for (id, count) in &request.heard.plays {
        for i in index.positions(*id) {
            plays[*i as usize] = *count as f32;
        }
    }
    plays
}

fn repetition<'a>(index: &'a Index, request: &Request) -> Row<'a> {
    if request.recent.is_empty() {
        return Row::default();
    }
    let mut repetition = index.spare.zeros(index.len());
    for (later, recent) in request.recent.iter().enumerate() {
        let penalty = recent.repetition(later);
        for i in index.positions(recent.item) {
            repetition[*i as usize] = repetition[*i as usize].max(penalty);
        }
    }
    repetition
}
