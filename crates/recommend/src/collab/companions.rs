use std::collections::HashMap;

use super::{Ease, EaseConfig, EaseError, Neighbours, NeighboursConfig, Plays, Recommender};
use crate::heard::{OtherListeners, Others};
use crate::names::fold;

/// Artists that speak for each other by who plays them: what a trained model says, cut down to each
/// artist's strongest ties so that it can be kept and read in milliseconds.
///
/// Up to [`EASE_MOST`](Self::EASE_MOST) artists the ties are an [`Ease`] model's weights, beyond the
/// likenesses of [`Neighbours`]. Memory: 8 bytes a tie, at most [`TIES`](Self::TIES) an artist.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Companions {
    /// As they are written.
    names: Vec<String>,
    starts: Vec<u32>,
    /// For each artist, whom it speaks for and how strongly, above 0.
    ties: Vec<(u32, f32)>,
    by_fold: HashMap<String, u32>,
}

impl Companions {
    /// EASE is fitted up to here: 256 MB for the model and as much again while it is fitted.
    pub const EASE_MOST: usize = 8000;
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
        let tempered = plays.tempered(0.2);
        let model: Box<dyn Recommender> = if names.len() <= Self::EASE_MOST {
            let config = EaseConfig { penalty: 100.0, dropout: 0.0, side_weight: 0.0 };
            Box::new(Ease::fit(&tempered, None, &config)?)
        } else {
            let config = NeighboursConfig { kept: Self::TIES, shrink: 10.0 };
            Box::new(Neighbours::fit(&tempered, &config))
        };
        let (mut starts, mut ties) = (vec![0], Vec::new());
        let mut scores = vec![0.0; names.len()];
        for i in 0..names.len() as u32 {
            model.score(&[(i, 1.0)], &mut scores);
            let mut own: Vec<(u32, f32)> =
                (0..).zip(scores.iter().copied()).filter(|(j, s)| *j != i && *s > 0.0).collect();
            own.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            own.truncate(Self::TIES);
            ties.extend(own);
            starts.push(ties.len() as u32);
        }
        Ok(Self::new(names, starts, ties))
    }

    fn new(names: Vec<String>, starts: Vec<u32>, ties: Vec<(u32, f32)>) -> Self {
        let by_fold = (0..).zip(&names).map(|(i, name)| (fold(name), i)).collect();
        Self { names, starts, ties, by_fold }
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
            let range = self.starts[*artist as usize]..self.starts[*artist as usize + 1];
            for (other, tie) in &self.ties[range.start as usize..range.end as usize] {
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
        let mut bytes = FORMAT.to_vec();
        let mut number = |n: u32| bytes.extend(n.to_le_bytes());
        number(names.len() as u32);
        number(self.starts.len() as u32);
        number(self.ties.len() as u32);
        self.starts.iter().for_each(|start| number(*start));
        for (other, tie) in &self.ties {
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
        sound.then(|| Self::new(names, starts, ties))
    }
}

/// What the kept form begins with; another number for another layout.
const FORMAT: &[u8] = b"attune companions 1\n";

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
