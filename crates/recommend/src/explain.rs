use attune_core::{Goal, ItemId, MoodTag};

use crate::context::Context;
use crate::feedback::{Features, Learned};
use crate::filter::Filters;
use crate::index::{Index, NONE, tag_bit};
use crate::names::fold;
use crate::reason::{Direction, Reason};
use crate::request::Request;
use crate::score::{Terms, liking_of_artist, usable};
use crate::window::Window;

/// A step in the plane that people notice.
const NOTICED: f32 = 0.15;
/// Items this near to the aim are called close.
const CLOSE: f32 = 0.35;
/// Tags whose words lie this near to the aim speak for the item.
const TAG_NEAR: f32 = 0.6;
/// From here on an item counts as widely heard.
const WIDELY: f32 = 0.7;
/// A part of the score before weighting that is worth a word.
const TELLING: f32 = 0.25;
/// The hour and what was just heard suit almost everything somewhat; from here on well.
const SUITS: f32 = 0.85;
/// Below, they do not suit.
const UNSUITED: f32 = 0.4;
/// What feedback surely adds or takes off that is worth a word.
const LEARNED: f32 = 0.05;
/// Likeness to something liked that is worth a word: a cosine of 0.75.
const ALIKE: f32 = 0.5;
/// Octaves that tempos of one feel may lie apart: 6 %.
const SAME_TEMPO: f32 = 0.084;
/// Standard deviation of a mood known only roughly.
const ROUGH: f32 = 0.5;
/// A liking this strong is called one: three items by an artist and more heard to their end.
const SURE: f32 = 0.5;
/// From here on there seems to be one; what lies below is no evidence.
const SEEMS: f32 = 0.25;
/// A disliking of an artist that is worth a word.
const LESS: f32 = 0.1;

/// Finds the reasons of one request.
pub(crate) struct Explainer<'a> {
    pub index: &'a Index,
    pub request: &'a Request,
    pub filters: &'a Filters,
    pub window: Window,
    /// What feedback has taught.
    pub learned: Option<&'a Learned>,
    /// The step of a journey and how many there are.
    pub step: Option<(usize, usize)>,
    /// The item before it in a journey.
    pub before: Option<u32>,
}

impl Explainer<'_> {
    /// At least one: liking, what others play, sound, mood, the hour, what was learned, popularity, then
    /// what was asked for.
    pub fn reasons(&self, i: u32, terms: &Terms, features: &Features) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if terms.affinity > 0.0 {
            self.liking(i, &mut reasons);
        }
        if terms.plays > 0.0 {
            reasons.push(Reason::Played(terms.plays as u32));
        }
        if terms.others > 0.0 {
            reasons.extend(self.others(i));
        }
        if let (Some(sound), true) = (&self.request.sound, terms.sound > 0.0) {
            if sound.is_heard_in(self.index, i) {
                reasons.push(Reason::SoundsLike(sound.words.clone()));
            } else if sound.leads_to(self.index, i) {
                reasons.push(Reason::Towards(sound.words.clone()));
            }
        }
        if terms.alike > 0.0 {
            reasons.extend(self.alike(i));
        }
        if self.index.has_mood(i) {
            self.direction(i, &mut reasons);
            if self.before.is_some_and(|before| self.same_tempo(before, i)) {
                reasons.push(Reason::SameTempo);
            }
            self.closeness(i, &mut reasons);
        }
        self.tags(i, &mut reasons);
        if terms.context > 0.0 {
            self.context(i, &mut reasons);
        }
        if terms.feedback > 0.0 && self.learned(features) >= LEARNED {
            reasons.push(Reason::LikelyFinished);
        }
        if terms.popularity > 0.0 && self.index.popularity[i as usize] >= WIDELY {
            reasons.push(Reason::WidelyHeard);
        }
        self.asked_for(i, &mut reasons);
        if reasons.is_empty() {
            let known = self.index.has_mood(i);
            reasons.push(if known { Reason::NothingNearer } else { Reason::MoodUnknown });
        }
        reasons
    }

    /// What speaks against the item, each true of a term of its score.
    pub fn against(&self, i: u32, terms: &Terms, features: &Features) -> Vec<Reason> {
        let mut against = Vec::new();
        if terms.affinity < 0.0 {
            self.disliking(i, &mut against);
        }
        let known = self.index.has_mood(i);
        let checks = [
            (terms.repetition < 0.0 && features.repetition >= TELLING, Reason::JustPlayed),
            (known && self.window.is_away(self.index.point(i)), Reason::FarFromAim),
            (known && self.index.variance[i as usize] >= ROUGH.powi(2), Reason::MoodUnsure),
            (!known, Reason::MoodUnknown),
            (terms.feedback < 0.0 && self.learned(features) <= -LEARNED, Reason::LikelySkipped),
            (known && self.unsuited(i, |c| Context { session: None, ..c }), Reason::OtherHour),
            (known && self.unsuited(i, |c| Context { hour: None, ..c }), Reason::BreaksOff),
            (terms.video < 0.0, Reason::AsksForEyes),
        ];
        against.extend(checks.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason));
        against
    }

    /// What feedback surely says of the item.
    fn learned(&self, features: &Features) -> f32 {
        self.learned.map_or(0.0, |learned| learned.surely(features))
    }

    fn artists(&self, i: u32) -> impl Iterator<Item = &str> {
        self.index.artists.get(i).iter().map(|a| self.index.artist_names.shown(*a))
    }

    fn disliking(&self, i: u32, against: &mut Vec<Reason>) {
        let own = self.request.tastes.items.get(&self.index.ids[i as usize]);
        if own.is_some_and(|liking| *liking < 0.0) {
            against.push(Reason::DislikedItem);
        }
        for name in self.artists(i) {
            let liking = liking_of_artist(self.request, name);
            match self.request.heard.skipped_lately.get(&fold(name)) {
                Some(items) if *items > 0 && liking < 0.0 => {
                    against.push(Reason::SkippedLately { artist: name.to_owned(), items: *items });
                }
                _ if liking <= -LESS => against.push(Reason::DislikedArtist(name.to_owned())),
                _ => {}
            }
        }
    }

    fn others(&self, i: u32) -> Option<Reason> {
        let known = |name: &str| Some((name.to_owned(), self.request.others.get(&fold(name))?));
        let known = self.artists(i).filter_map(known);
        let (artist, other) = known.max_by(|a, b| a.1.strength.total_cmp(&b.1.strength))?;
        let through = other.through.clone();
        let telling = other.strength >= TELLING && !through.is_empty();
        telling.then_some(Reason::OthersPlay { artist, through })
    }

    fn context(&self, i: u32, reasons: &mut Vec<Reason>) {
        let (Some(context), true) = (self.request.context, self.index.has_mood(i)) else { return };
        let point = self.index.point(i);
        let suits = |part: Context| part.suit().at(point.valence, point.arousal) >= SUITS;
        if let Some((_, from)) =
            context.hour.filter(|_| suits(Context { session: None, ..context }))
        {
            reasons.push(Reason::SuitsHour(from));
        }
        if context.session.is_some() && suits(Context { hour: None, ..context }) {
            reasons.push(Reason::GoesOn);
        }
    }

    /// Whether an item of known mood does not suit one part of the context.
    fn unsuited(&self, i: u32, part: impl Fn(Context) -> Context) -> bool {
        let part = self.request.context.map(part);
        let point = self.index.point(i);
        part.filter(|c| c.hour.is_some() || c.session.is_some())
            .is_some_and(|c| c.suit().at(point.valence, point.arousal) < UNSUITED)
    }

    /// Whether the listener likes an item for sure, or seems to.
    fn likes(&self, id: ItemId) -> Option<bool> {
        let tastes = &self.request.tastes;
        let liking = tastes.items.get(&id).copied().and_then(usable)?;
        let said = liking > 0.0 && tastes.liked_items.contains(&id);
        (said || liking >= SEEMS).then_some(said || liking >= SURE)
    }

    fn alike(&self, i: u32) -> Option<Reason> {
        let alike = self.request.alike.get(&self.index.ids[i as usize])?;
        let sure = self.likes(alike.to)?;
        let title = alike.title.clone();
        (alike.strength >= ALIKE).then_some(Reason::AlikeTo { title, sure })
    }

    /// A liking is claimed where the listener said so or much speaks for it, and never where what
    /// speaks against it weighs more.
    fn liking(&self, i: u32, reasons: &mut Vec<Reason>) {
        reasons.extend(match self.likes(self.index.ids[i as usize]) {
            Some(true) => Some(Reason::LikedItem),
            Some(false) => Some(Reason::SeemsLikedItem),
            None => None,
        });
        for name in self.artists(i) {
            let liking = liking_of_artist(self.request, name);
            let lately = self.request.heard.finished_lately.get(&fold(name));
            match (lately, liking) {
                (Some(items), _) if *items > 0 && liking > 0.0 => {
                    reasons.push(Reason::FinishedLately { artist: name.to_owned(), items: *items });
                }
                (_, SURE..) => reasons.push(Reason::LikedArtist(name.to_owned())),
                (_, SEEMS..) => reasons.push(Reason::SeemsLikedArtist(name.to_owned())),
                _ => {}
            }
        }
    }

    /// Unknown tempo is not a number, and the same as none.
    fn same_tempo(&self, a: u32, b: u32) -> bool {
        let tempo = &self.index.tempo_log2;
        (tempo[a as usize] - tempo[b as usize]).abs() <= SAME_TEMPO
    }

    /// Where the goal leads away from the present mood and the item does too.
    fn direction(&self, i: u32, reasons: &mut Vec<Reason>) {
        let (now, item, aim) = (self.request.mood, self.index.point(i), self.window.aim);
        let along = |aim: f32, item: f32, now: f32| {
            let noticed = (aim - now).abs() >= NOTICED && (item - now).abs() >= NOTICED;
            (noticed && (aim > now) == (item > now)).then_some(item > now)
        };
        let arousal = along(aim.arousal, item.arousal, now.arousal);
        let valence = along(aim.valence, item.valence, now.valence);
        let valence = valence.map(|up| if up { Direction::Brighter } else { Direction::Darker });
        let arousal = arousal.map(|up| if up { Direction::Livelier } else { Direction::Calmer });
        let directions: Vec<Direction> = valence.into_iter().chain(arousal).collect();
        if !directions.is_empty() {
            reasons.push(match &self.request.mood_of {
                Some(title) => Reason::AwayFrom(directions, title.clone()),
                None => Reason::Away(directions),
            });
        }
    }

    fn closeness(&self, i: u32, reasons: &mut Vec<Reason>) {
        if self.index.point(i).distance(self.window.aim) <= CLOSE {
            let stay = self.request.goal == Goal::Match;
            reasons.push(match (self.step, &self.request.mood_of) {
                (Some((step, of)), _) => Reason::Step { step, of },
                (None, Some(title)) if stay => Reason::NearInMood(title.clone()),
                (None, None) if stay => Reason::MatchesMood,
                (None, _) => Reason::CloseToAim,
            });
        }
    }

    fn tags(&self, i: u32, reasons: &mut Vec<Reason>) {
        let carried = self.index.tags[i as usize];
        let near = |tag: &MoodTag| tag.point().distance(self.window.aim) <= TAG_NEAR;
        let tags = MoodTag::ALL.iter().copied().filter(|tag| carried & tag_bit(*tag) != 0);
        let tags: Vec<MoodTag> = tags.filter(near).collect();
        if !tags.is_empty() {
            reasons.push(Reason::Tagged(tags));
        }
    }

    fn asked_for(&self, i: u32, reasons: &mut Vec<Reason>) {
        let (index, request) = (self.index, self.request);
        let wanted = |flags: &Option<Vec<bool>>, id: &u32| {
            flags.as_ref().and_then(|f| f.get(*id as usize)) == Some(&true)
        };
        let language = index.language[i as usize];
        if !request.languages.is_empty() && language != NONE {
            reasons.push(Reason::Language(index.language_names.shown(language).to_owned()));
        }
        let artists = index.artists.get(i).iter().filter(|a| wanted(&self.filters.artists, a));
        reasons.extend(artists.map(|a| Reason::Artist(index.artist_names.shown(*a).to_owned())));
        let genres = index.genres.get(i).iter().filter(|g| wanted(&self.filters.genres, g));
        reasons.extend(genres.map(|g| Reason::Genre(index.genre_names.shown(*g).to_owned())));
        if let (Some(_), Some(year)) = (&request.years, index.year[i as usize]) {
            reasons.push(Reason::Year(year));
        }
    }
}
