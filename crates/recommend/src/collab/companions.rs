use std::collections::HashMap;

use super::{
    Als, AlsConfig, Blend, Ease, EaseConfig, EaseError, Neighbours, NeighboursConfig, Plays, Ties,
};
use crate::heard::{OtherListeners, Others};
use crate::names::fold;

/// Artists that speak for each other by who plays them: what a trained model says, cut down to each
/// artist's strongest ties so that it can be kept and read in milliseconds.
///
/// Up to [`EASE_MOST`](Self::EASE_MOST) artists the [`Ties`] are an [`Ease`] model's weights, up to
/// [`ALS_MOST`](Self::ALS_MOST) those of a [`Blend`] of [`Als`] and [`Neighbours`], beyond the likenesses
/// of [`Neighbours`] alone. Cut down to ties the blend finds more than EASE does: on HetRec's Last.fm data
/// NDCG@10 is .2838 to .2629 among 2,828 artists and .2668 to .2474 among 6,953, of item-kNN .2520 and
/// .2374 (`attune bench recommend --events`, the second with `--least-listeners 2`). Memory: 8 bytes a tie, at most [`TIES`](Self::TIES) an artist.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Companions {
    /// As they are written.
    names: Vec<String>,
    ties: Ties,
    by_fold: HashMap<String, u32>,
}

impl Companions {
    /// EASE, which needs few listeners, is fitted up to here: 16 MB for the model and as much again while
    /// it is fitted.
    pub const EASE_MOST: usize = 2000;
    /// ALS is fitted up to here; asking it for every artist's ties grows with their square.
    pub const ALS_MOST: usize = 50_000;
    /// Ties kept an artist.
    pub const TIES: usize = 60;
    /// Artists with fewer listeners are left out.
    pub const LEAST_LISTENERS: usize = 2;
    /// Plays of more artists than this by one listener count as so many.
    const LONGEST_HISTORY: usize = 2000;

    /// Learns from who played which artist how often: (listener, artist, times), in any order.
    /// Spellings that [fold](crate::fold) alike are one artist.
    ///
    /// # Errors
    /// Where EASE's equations have no solution.
    pub fn fit(counts: impl IntoIterator<Item = (String, String, f32)>) -> Result<Self, EaseError> {
        let (names, plays) = gathered(counts);
        if names.is_empty() {
            return Ok(Self::default());
        }
        Ok(Self::new(names, ties(&plays)?))
    }

    fn new(names: Vec<String>, ties: Ties) -> Self {
        let by_fold = (0..).zip(&names).map(|(i, name)| (fold(name), i)).collect();
        Self { names, ties, by_fold }
    }

    /// How many artists it knows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether it knows none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// The `count` artists that a history speaks for most and does not hold, each with the two that
    /// speak for it most. `history` is artists with how much they were played.
    #[must_use]
    pub fn others<'a>(
        &self,
        history: impl IntoIterator<Item = (&'a str, f32)>,
        count: usize,
    ) -> Others {
        let known = |(name, times)| Some((*self.by_fold.get(&fold(name))?, times));
        let mut own: Vec<(u32, f32)> = history.into_iter().filter_map(known).collect();
        own.retain(|(_, times)| times.is_finite() && *times > 0.0);
        own.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        own.truncate(Self::LONGEST_HISTORY);
        let mean = own.iter().map(|(_, t)| t).sum::<f32>() / own.len().max(1) as f32;
        let mut found: HashMap<u32, (f32, Vec<(f32, u32)>)> = HashMap::new();
        for (artist, times) in &own {
            let weight = (times / mean).powf(0.2);
            for (other, tie) in self.ties.from(*artist) {
                let (sum, through) = found.entry(*other).or_default();
                *sum += weight * tie;
                through.push((weight * tie, *artist));
            }
        }
        own.iter().for_each(|(artist, _)| _ = found.remove(artist));
        let mut best: Vec<_> = found.into_iter().collect();
        best.sort_unstable_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(&b.0)));
        best.truncate(count);
        let top = best.first().map_or(1.0, |(_, (sum, _))| *sum);
        best.into_iter().map(|(a, (sum, through))| self.other(a, sum / top, through)).collect()
    }

    fn other(
        &self,
        artist: u32,
        strength: f32,
        mut through: Vec<(f32, u32)>,
    ) -> (String, OtherListeners) {
        through.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let name = |(_, i): &(f32, u32)| self.names[*i as usize].clone();
        let through = through.iter().take(2).map(name).collect();
        (fold(&self.names[artist as usize]), OtherListeners { strength, through })
    }

    /// To be kept; [`from_bytes`](Self::from_bytes) reads it back.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let names = self.names.join("\n");
        let Ties { starts, ties } = &self.ties;
        let mut bytes = FORMAT.to_vec();
        let mut number = |n: u32| bytes.extend(n.to_le_bytes());
        number(names.len() as u32);
        number(starts.len() as u32);
        number(ties.len() as u32);
        starts.iter().for_each(|start| number(*start));
        for (other, tie) in ties {
            number(*other);
            number(tie.to_bits());
        }
        bytes.extend(names.as_bytes());
        bytes
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote; `None` for anything else.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(FORMAT)?;
        let mut number = || {
            let (first, after) = rest.split_first_chunk::<4>()?;
            rest = after;
            Some(u32::from_le_bytes(*first))
        };
        let (text, starts, ties) = (number()? as usize, number()? as usize, number()? as usize);
        if bytes.len() != FORMAT.len() + 12 + 4 * starts + 8 * ties + text {
            return None;
        }
        let starts: Vec<u32> = (0..starts).map_while(|_| number()).collect();
        let pair = |_| Some((number()?, f32::from_bits(number()?)));
        let ties: Vec<(u32, f32)> = (0..ties).map_while(pair).collect();
        let text = std::str::from_utf8(rest).ok()?;
        let names: Vec<String> = match text {
            "" => Vec::new(),
            text => text.split('\n').map(str::to_owned).collect(),
        };
        let sound = starts.is_sorted()
            && starts.last().map_or(names.is_empty(), |end| *end as usize == ties.len())
            && (names.is_empty() || starts.len() == names.len() + 1)
            && ties.iter().all(|(other, tie)| (*other as usize) < names.len() && tie.is_finite());
        sound.then(|| Self::new(names, Ties { starts, ties }))
    }
}

/// By the model that suits so many artists.
fn ties(plays: &Plays) -> Result<Ties, EaseError> {
    let kept = Companions::TIES;
    let tempered = plays.tempered(0.2);
    if plays.items() <= Companions::EASE_MOST {
        let config = EaseConfig { penalty: 100.0, dropout: 0.0, side_weight: 0.0 };
        return Ok(Ties::of(&Ease::fit(&tempered, None, &config)?, kept));
    }
    if plays.items() > Companions::ALS_MOST {
        let config = NeighboursConfig { kept, shrink: 10.0 };
        return Ok(Ties::of(&Neighbours::fit(&tempered, &config), kept));
    }
    let near = Neighbours::fit(&tempered, &NeighboursConfig { kept: 300, shrink: 0.0 });
    let config = AlsConfig { factors: 48, confidence: 20.0, penalty: 60.0, rounds: 12, seed: 1 };
    let als = Als::fit(&plays.tempered(0.5), &config);
    // Two models of the same artists always blend.
    let both = Blend::new(vec![(1.0, &als), (1.0, &near)]);
    Ok(both.map_or_else(|| Ties::of(&near, kept), |both| Ties::of(&both, kept)))
}

/// What the kept form begins with; another number for another layout or another model.
const FORMAT: &[u8] = b"attune companions 2\n";

/// Artists of enough listeners in the order of their names, and who played them.
fn gathered(counts: impl IntoIterator<Item = (String, String, f32)>) -> (Vec<String>, Plays) {
    let mut shown: HashMap<String, String> = HashMap::new();
    let mut listeners: HashMap<String, HashMap<String, f32>> = HashMap::new();
    for (listener, artist, times) in counts {
        let key = fold(&artist);
        if key.is_empty() || artist.contains('\n') || !times.is_finite() || times <= 0.0 {
            continue;
        }
        *listeners.entry(listener).or_default().entry(key.clone()).or_default() += times;
        shown.entry(key).or_insert(artist);
    }
    let mut heard_by: HashMap<&String, usize> = HashMap::new();
    for artist in listeners.values().flat_map(HashMap::keys) {
        *heard_by.entry(artist).or_default() += 1;
    }
    let mut keys: Vec<&String> = heard_by
        .into_iter()
        .filter(|(_, listeners)| *listeners >= Companions::LEAST_LISTENERS)
        .map(|(artist, _)| artist)
        .collect();
    keys.sort_unstable();
    let number = |artist: &String| keys.binary_search(&artist).ok().map(|i| i as u32);
    let mut who: Vec<&String> = listeners.keys().collect();
    who.sort_unstable();
    let histories = who.iter().map(|listener| {
        let own = listeners[*listener].iter();
        own.filter_map(|(artist, times)| Some((number(artist)?, *times))).collect::<Vec<_>>()
    });
    let plays = Plays::new(keys.len(), histories.filter(|own| !own.is_empty()));
    let names = keys.iter().map(|key| shown[*key].clone()).collect();
    match plays {
        Ok(plays) => (names, plays),
        // Numbers and counts were looked at above.
        Err(_) => (Vec::new(), Plays::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles() -> Companions {
        let play = |u: u32, artist: &str, times| (format!("u{u}"), artist.to_owned(), times);
        let mut plays = Vec::new();
        for u in 0..40 {
            let (one, two) = if u % 2 == 0 { ("Adele", "Dido") } else { ("Slayer", "Anthrax") };
            plays.push(play(u, one, 5.0));
            plays.push(play(u, two, 3.0));
            plays.push(play(u, "Everyone's", 1.0));
        }
        plays.push(play(1, "Alone", 9.0));
        plays.push(play(1, "Bad", f32::NAN));
        Companions::fit(plays).unwrap()
    }

    #[test]
    fn a_history_speaks_for_its_circle_and_says_through_whom() {
        let companions = circles();
        assert_eq!(companions.len(), 5);
        let others = companions.others([("ADELE", 10.0), ("nobody", 1.0), ("Dido", f32::NAN)], 9);
        let dido = &others["dido"];
        assert_eq!((dido.strength, &dido.through[..]), (1.0, &["Adele".to_owned()][..]));
        assert!(!others.contains_key("adele"));
        assert!(others.get("slayer").is_none_or(|slayer| slayer.strength < 0.5));
        assert!(companions.others([], 9).is_empty());
        assert!(Companions::fit([]).unwrap().others([("Adele", 1.0)], 9).is_empty());
    }

    #[test]
    fn thousands_of_artists_keep_to_their_circle_too() {
        let half = Companions::EASE_MOST / 2 + 1;
        let name = |circle: usize, i: usize| format!("Artist {circle}:{i}");
        let plays = (0..40).flat_map(|u| {
            let own = (0..half).filter(move |i| (i * 7 + u) % 4 > 0);
            own.map(move |i| (format!("u{u}"), name(u % 2, i), 1.0 + (i % 5) as f32))
        });
        let companions = Companions::fit(plays).unwrap();
        assert_eq!(companions.len(), 2 * half);
        let others = companions.others([(name(0, 1).as_str(), 3.0), (&name(0, 2), 1.0)], 50);
        let own = (3..half).map(|i| fold(&name(0, i))).collect::<std::collections::HashSet<_>>();
        assert!(others.len() == 50 && others.keys().all(|other| own.contains(other)), "{others:?}");
    }

    #[test]
    fn what_is_kept_reads_back_and_nothing_else_does() {
        let companions = circles();
        let bytes = companions.to_bytes();
        assert_eq!(Companions::from_bytes(&bytes), Some(companions));
        assert_eq!(
            Companions::from_bytes(&Companions::default().to_bytes()),
            Some(Companions::default())
        );
        for broken in [&bytes[..bytes.len() - 1], &bytes[..30], b"", &bytes[1..]] {
            assert_eq!(Companions::from_bytes(broken), None);
        }
        for i in 20..bytes.len() {
            let mut broken = bytes.clone();
            broken[i] ^= 0x80;
            if let Some(read) = Companions::from_bytes(&broken) {
                let _ = read.others([("Adele", 1.0), ("Slayer", 2.0)], 9);
            }
        }
    }
}
