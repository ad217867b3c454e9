//! From what a listener did to what a request says of them.

use std::collections::{HashMap, HashSet};

use attune_core::{ItemId, Point};
use serde::{Deserialize, Serialize};

use crate::context::{Context, Habits, HourFrom};
use crate::feedback::{Features, Learner, Outcome, Population};
use crate::heard::Heard;
use crate::index::Index;
use crate::names::fold;
use crate::request::{Request, Tastes};

/// What a listener did with an item.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Did {
    /// Began it.
    Played,
    /// Heard it to its end.
    Finished,
    /// Left it after so many milliseconds; where nobody knows, after a quarter of it.
    Skipped(Option<u32>),
    /// Said yes to it.
    Liked,
    /// Said no to it.
    Disliked,
    /// Never wants it again; liking it later takes that back.
    Banned,
}

/// Something a listener did, and when.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deed {
    /// Unix time in milliseconds.
    pub at_ms: i64,
    /// With which item.
    pub item: ItemId,
    /// What.
    pub did: Did,
    /// What the item looked like in the list that offered it, where one did.
    pub features: Option<Features>,
}

/// When a request is made.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Moment {
    /// Unix time in milliseconds.
    pub now_ms: i64,
    /// How many minutes local time is ahead of UTC.
    pub utc_offset_min: i32,
    /// The local hour to rank for instead of the present one, 0 to 24.
    pub hour: Option<f32>,
}

impl Moment {
    /// The local hour at a time, 0 to 24.
    fn hour_of(&self, at_ms: i64) -> f32 {
        let minutes = at_ms.div_euclid(60_000).saturating_add(i64::from(self.utc_offset_min));
        minutes.rem_euclid(1440) as f32 / 60.0
    }

    /// How long ago something was; `None` for what lies in the future by more than clocks differ,
    /// because a clock was set and nobody knows when that was.
    #[must_use]
    pub fn age_ms(&self, at_ms: i64) -> Option<i64> {
        let age = self.now_ms.saturating_sub(at_ms);
        (age >= -CLOCKS_DIFFER_MS).then_some(age.max(0))
    }
}

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// As far as two clocks may be apart.
const CLOCKS_DIFFER_MS: i64 = 5 * 60_000;
/// What is dated in the future counts half, and as neither lately nor now.
const UNDATED_MS: i64 = 90 * DAY_MS;
/// After so long a deed counts half.
const HALF_LIFE_DAYS: f32 = 90.0;
/// Plays longer ago are no repetition.
const RECENT_MS: i64 = 30 * DAY_MS;
/// At most so many recent items.
const RECENT: usize = 200;
/// Items of the last hour that make the session.
const SESSION: usize = 5;
/// Rewarded deeds before what was learned takes part.
const LEARNED_FROM: usize = 5;
/// Items this near to their mean make one session.
const TOGETHER: f32 = 0.5;
/// How long an item of unknown length is taken to be.
pub const USUAL_MS: u32 = 210_000;

/// What a listener's deeds say of them. Numbers without a source are this project's own choices.
///
/// Liking is `s / (a + k)`: the worths of the deeds summed, over their absolute sum plus `k`, 1 for an
/// item and 2 for an artist. A like is worth 3, a dislike -3, an item heard to its end 0.5, one left
/// the share heard less a half, a beginning 0.1; deeds of 90 days ago count half. The last like, dislike
/// or ban of an item replaces those before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Liking and bans.
    pub tastes: Tastes,
    /// Played within 30 days, the latest first; at most 200.
    pub recent: Vec<ItemId>,
    /// Plays and the last seven days.
    pub heard: Heard,
    /// Arousal by hour.
    pub habits: Habits,
    /// What feedback has taught.
    pub learner: Learner,
    /// Deeds it learned from.
    pub rewarded: usize,
    session: Option<Point>,
}

#[derive(Clone, Copy, Default)]
struct Worth {
    sum: f32,
    absolute: f32,
}

impl Worth {
    fn add(&mut self, worth: f32) {
        self.sum += worth;
        self.absolute += worth.abs();
    }

    fn take_back(&mut self, worth: f32) {
        self.sum -= worth;
        self.absolute -= worth.abs();
    }

    fn liking(self, k: f32) -> f32 {
        self.sum / (self.absolute + k)
    }
}

#[derive(Default)]
struct Sums {
    items: HashMap<ItemId, Worth>,
    artists: HashMap<u32, Worth>,
    /// By artist, what was heard to its end in the last seven days.
    finished_lately: HashMap<u32, HashSet<ItemId>>,
    /// By artist, what was left before its middle in the last seven days.
    skipped_lately: HashMap<u32, HashSet<ItemId>>,
    /// What the last like, dislike or ban of an item was worth.
    verdicts: HashMap<ItemId, f32>,
    /// Left before its middle the last time.
    left: HashSet<ItemId>,
    /// Begun and not yet ended.
    begun: HashSet<ItemId>,
    /// In the order they happened.
    played: Vec<(ItemId, i64)>,
}

impl Profile {
    /// Sums up deeds, in the order in which they were written down; deeds with items that the index
    /// does not know count for nothing. What the population rewards is where learning begins.
    #[must_use]
    pub fn of(
        index: &Index,
        deeds: impl IntoIterator<Item = Deed>,
        moment: Moment,
        population: &Population,
    ) -> Self {
        let mut profile = Self {
            tastes: Tastes::default(),
            recent: Vec::new(),
            heard: Heard::default(),
            habits: Habits::default(),
            learner: Learner::new(population),
            rewarded: 0,
            session: None,
        };
        let mut sums = Sums::default();
        for deed in deeds {
            if let Some(position) = index.position(deed.item) {
                profile.add(index, &deed, position as u32, moment, &mut sums);
            }
        }
        profile.finish(index, sums);
        profile
    }

    /// What deeds teach a [`Population`]: the features of items and the reward they earned.
    pub fn rewards(
        index: &Index,
        deeds: impl IntoIterator<Item = Deed>,
    ) -> impl Iterator<Item = (Features, f32)> {
        deeds.into_iter().filter_map(|deed| {
            let position = index.position(deed.item)? as u32;
            let outcome = outcome(deed.did, heard_share(index, position, deed.did))?;
            Some((deed.features?, outcome.reward()))
        })
    }

    fn add(&mut self, index: &Index, deed: &Deed, i: u32, moment: Moment, sums: &mut Sums) {
        let (dated, item) = (moment.age_ms(deed.at_ms), deed.item);
        let age = dated.unwrap_or(UNDATED_MS);
        let share = heard_share(index, i, deed.did);
        let worth = worth(deed.did, share) * fading(age);
        let before = match deed.did {
            Did::Liked | Did::Disliked | Did::Banned => sums.verdicts.insert(item, worth),
            _ => None,
        };
        let replace = |of: &mut Worth| {
            before.into_iter().for_each(|before| of.take_back(before));
            of.add(worth);
        };
        replace(sums.items.entry(item).or_default());
        for artist in index.artists.get(i) {
            replace(sums.artists.entry(*artist).or_default());
        }
        match deed.did {
            Did::Banned => _ = self.tastes.banned_items.insert(item),
            Did::Liked => {
                self.tastes.banned_items.remove(&item);
                self.tastes.liked_items.insert(item);
            }
            _ => {}
        }
        if matches!(deed.did, Did::Banned | Did::Disliked) {
            self.tastes.liked_items.remove(&item);
        }
        self.count(index, deed, i, (age, share), sums);
        let gladly = matches!(deed.did, Did::Finished | Did::Liked);
        if gladly && dated.is_some() && index.has_mood(i) {
            self.habits.add(moment.hour_of(deed.at_ms), index.arousal[i as usize]);
        }
        if let (Some(features), Some(outcome)) = (&deed.features, outcome(deed.did, share)) {
            self.learner.observe(features, outcome.reward());
            self.rewarded += 1;
        }
    }

    fn count(
        &mut self,
        index: &Index,
        deed: &Deed,
        i: u32,
        (age, share): (i64, f32),
        sums: &mut Sums,
    ) {
        let early = matches!(deed.did, Did::Skipped(_)) && share < 0.5;
        let lately = match deed.did {
            Did::Finished => Some(&mut sums.finished_lately),
            _ if early => Some(&mut sums.skipped_lately),
            _ => None,
        };
        if let Some(items) = lately.filter(|_| age < 7 * DAY_MS) {
            for artist in index.artists.get(i) {
                items.entry(*artist).or_default().insert(deed.item);
            }
        }
        let new = match deed.did {
            Did::Played => {
                sums.begun.insert(deed.item);
                true
            }
            Did::Finished | Did::Skipped(_) => !sums.begun.remove(&deed.item),
            _ => return,
        };
        if early && !new {
            // It was counted when it began, and turned out to be none.
            self.heard.plays.entry(deed.item).and_modify(|plays| *plays = plays.saturating_sub(1));
        }
        if early {
            sums.left.insert(deed.item);
        } else {
            sums.left.remove(&deed.item);
        }
        if new && !early {
            *self.heard.plays.entry(deed.item).or_default() += 1;
        }
        sums.played.push((deed.item, age));
    }

    fn finish(&mut self, index: &Index, sums: Sums) {
        let name = |artist: u32| index.artist_names.shown(artist).to_owned();
        let counted = |by_artist: HashMap<u32, HashSet<ItemId>>| {
            let count = |(a, items): (u32, HashSet<ItemId>)| (fold(&name(a)), items.len() as u32);
            by_artist.into_iter().map(count).collect()
        };
        self.heard.finished_lately = counted(sums.finished_lately);
        self.heard.skipped_lately = counted(sums.skipped_lately);
        self.tastes.items = sums.items.into_iter().map(|(i, w)| (i, w.liking(1.0))).collect();
        self.heard.artists = sums.artists.keys().map(|a| fold(&name(*a))).collect();
        let artists = sums.artists.into_iter();
        self.tastes.artists = artists.map(|(a, w)| (name(a), w.liking(2.0))).collect();
        let mut seen = HashSet::new();
        let lately = sums.played.iter().rev().filter(|(_, age)| *age < RECENT_MS);
        let lately = lately.filter(|(item, _)| seen.insert(*item)).take(RECENT);
        self.recent = lately.map(|(item, _)| *item).collect();
        let now = sums.played.iter().rev().filter(|(_, age)| *age < HOUR_MS);
        let now = now.filter(|(item, _)| !sums.left.contains(item)).take(SESSION);
        let places = now.filter_map(|(item, _)| index.position(*item)).map(|i| i as u32);
        let places: Vec<Point> =
            places.filter(|i| index.has_mood(*i)).map(|i| index.point(i)).collect();
        self.session = heard_at(&places);
    }

    /// Puts into a request what the listener's deeds say: liking, bans, what was played, the hour,
    /// what was just heard and what was learned. What the request says of liking itself stays.
    pub fn inform(&self, request: &mut Request, moment: Moment) {
        let tastes = &mut request.tastes;
        for (artist, liking) in &self.tastes.artists {
            tastes.artists.entry(artist.clone()).or_insert(*liking);
        }
        for (item, liking) in &self.tastes.items {
            tastes.items.entry(*item).or_insert(*liking);
        }
        tastes.banned_items.extend(&self.tastes.banned_items);
        tastes.liked_items.extend(&self.tastes.liked_items);
        request.recent.clone_from(&self.recent);
        request.heard = self.heard.clone();
        // What most people play counts only where an hour is asked for: a newcomer's list is the same
        // at every hour.
        let hour = moment.hour.unwrap_or_else(|| moment.hour_of(moment.now_ms).floor());
        let counts = |from| moment.hour.is_some() || from == HourFrom::Own;
        let hour = self.habits.at(hour).filter(|(_, from)| counts(*from));
        let session = self.session;
        request.context =
            (hour.is_some() || session.is_some()).then_some(Context { hour, session });
        let draw = request.seed ^ (self.rewarded as u64).rotate_left(32);
        request.learned = (self.rewarded >= LEARNED_FROM).then(|| self.learner.draw(draw));
    }
}

/// Where what was heard lies, the latest first: its mean, or the latest where the mean is near none.
fn heard_at(places: &[Point]) -> Option<Point> {
    let n = places.len() as f32;
    let mean = |axis: fn(&Point) -> f32| places.iter().map(axis).sum::<f32>() / n;
    let latest = *places.first()?;
    let mean = Point::new(mean(|p| p.valence), mean(|p| p.arousal));
    let together = places.iter().all(|place| place.distance(mean) <= TOGETHER);
    Some(if together { mean } else { latest })
}

/// Of an item that was left nobody knows when: early, but it was given a try.
const UNKNOWN_SHARE: f32 = 0.25;

/// The share of an item that was heard, where it was left.
fn heard_share(index: &Index, i: u32, did: Did) -> f32 {
    let length = match index.duration_ms[i as usize] {
        0 => USUAL_MS as f32,
        known => known as f32,
    };
    match did {
        Did::Skipped(Some(at_ms)) => (at_ms as f32 / length).min(1.0),
        Did::Skipped(None) => UNKNOWN_SHARE,
        _ => 1.0,
    }
}

fn worth(did: Did, share: f32) -> f32 {
    match did {
        Did::Played => 0.1,
        Did::Finished => 0.5,
        Did::Skipped(_) => share - 0.5,
        Did::Liked => 3.0,
        Did::Disliked | Did::Banned => -3.0,
    }
}

fn outcome(did: Did, share: f32) -> Option<Outcome> {
    Some(match did {
        Did::Played => return None,
        Did::Finished => Outcome::Finished,
        Did::Skipped(_) => Outcome::Skipped(share),
        Did::Liked => Outcome::Liked,
        Did::Disliked => Outcome::Disliked,
        Did::Banned => Outcome::Banned,
    })
}

fn fading(age_ms: i64) -> f32 {
    0.5f32.powf(age_ms as f32 / DAY_MS as f32 / HALF_LIFE_DAYS)
}
