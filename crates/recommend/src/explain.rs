use attune_core::{Goal, MoodTag, Point};

use crate::filter::Filters;
use crate::index::{Index, NONE, tag_bit};
use crate::reason::{Direction, Reason};
use crate::request::Request;
use crate::score::Terms;
use crate::score::liking_of_artist;

/// A step in the plane that people notice.
const NOTICED: f32 = 0.15;
/// Items this near to the aim are called close.
const CLOSE: f32 = 0.35;
/// Tags whose words lie this near to the aim speak for the item.
const TAG_NEAR: f32 = 0.6;
/// From here on an item counts as widely heard.
const WIDELY: f32 = 0.7;

/// Finds the reasons of one request.
pub(crate) struct Explainer<'a> {
    pub index: &'a Index,
    pub request: &'a Request,
    pub filters: &'a Filters,
    pub aim: Point,
    /// The step of a journey and how many there are.
    pub step: Option<(usize, usize)>,
}

impl Explainer<'_> {
    /// At least one: liking, mood, tags, popularity, then what was asked for.
    pub fn reasons(&self, i: u32, terms: &Terms) -> Vec<Reason> {
        let mut reasons = Vec::new();
        if terms.affinity > 0.0 {
            self.liking(i, &mut reasons);
        }
        if self.index.has_mood(i) {
            self.direction(i, &mut reasons);
            self.closeness(i, &mut reasons);
        }
        self.tags(i, &mut reasons);
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

    fn liking(&self, i: u32, reasons: &mut Vec<Reason>) {
        let own = self.request.tastes.items.get(&self.index.ids[i as usize]);
        if own.is_some_and(|liking| *liking > 0.0) {
            reasons.push(Reason::LikedItem);
        }
        let names = self.index.artists.get(i).iter().map(|a| self.index.artist_names.shown(*a));
        let liked = names.filter(|name| liking_of_artist(self.request, name) > 0.0);
        reasons.extend(liked.map(|name| Reason::LikedArtist(name.to_owned())));
    }

    /// Where the goal leads away from the present mood and the item does too.
    fn direction(&self, i: u32, reasons: &mut Vec<Reason>) {
        let (now, item) = (self.request.mood, self.index.point(i));
        let along = |aim: f32, item: f32, now: f32| {
            let noticed = (aim - now).abs() >= NOTICED && (item - now).abs() >= NOTICED;
            (noticed && (aim > now) == (item > now)).then_some(item > now)
        };
        let arousal = along(self.aim.arousal, item.arousal, now.arousal);
        let valence = along(self.aim.valence, item.valence, now.valence);
        let valence = valence.map(|up| if up { Direction::Brighter } else { Direction::Darker });
        let arousal = arousal.map(|up| if up { Direction::Livelier } else { Direction::Calmer });
        let directions: Vec<Direction> = valence.into_iter().chain(arousal).collect();
        if !directions.is_empty() {
            reasons.push(Reason::Away(directions));
        }
    }

    fn closeness(&self, i: u32, reasons: &mut Vec<Reason>) {
        if self.index.point(i).distance(self.aim) <= CLOSE {
            reasons.push(match self.step {
                Some((step, of)) => Reason::Step { step, of },
                None if self.request.goal == Goal::Match => Reason::MatchesMood,
                None => Reason::CloseToAim,
            });
        }
    }

    fn tags(&self, i: u32, reasons: &mut Vec<Reason>) {
        let carried = self.index.tags[i as usize];
        let near = |tag: &MoodTag| tag.point().distance(self.aim) <= TAG_NEAR;
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
