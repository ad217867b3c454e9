use crate::filter::Filters;
use crate::index::Index;
use crate::score::Scorer;
use crate::top::{Candidate, better};

/// Items whose mood window is at least this share of the best one's fit the mood.
const FITS: f32 = 0.5;

/// A mood's songs in the order of how often the listener played them, in three groups that follow
/// each other.
pub(crate) struct MostPlayed {
    /// Those that fit the mood, by plays, and equally often played ones by how well.
    pub fitting: Vec<Candidate>,
    /// Those that do not, nearest to the mood first.
    pub away: Vec<Candidate>,
    /// Those of unknown mood, by plays.
    pub unplaced: Vec<Candidate>,
}

impl MostPlayed {
    /// Groups everything that passes the filters. Only mood and plays count: neither repetition nor
    /// the seed keeps out what is heard most.
    pub fn find(index: &Index, filters: &Filters, scorer: &Scorer<'_>) -> Self {
        let open = (0..index.len() as u32).filter(|i| filters.failed(index, *i) == 0);
        let (placed, unplaced): (Vec<u32>, Vec<u32>) = open.partition(|i| index.has_mood(*i));
        let candidate = |position: u32, score| {
            let id = index.ids[position as usize].0;
            Candidate { position, id, score }
        };
        let mut windows: Vec<Candidate> =
            placed.into_iter().map(|i| candidate(i, scorer.mood_window(i))).collect();
        windows.sort_unstable_by(better);
        let best = windows.first().map_or(0.0, |c| c.score);
        let away = windows.split_off(windows.partition_point(|c| c.score >= FITS * best));
        let by_plays = |items: &[Candidate]| {
            let score = |c: &Candidate| scorer.terms(c.position).sum();
            let plays = |c: &Candidate| Candidate { score: score(c), ..*c };
            let mut sorted: Vec<Candidate> = items.iter().map(plays).collect();
            sorted.sort_unstable_by(better);
            sorted
        };
        let unplaced: Vec<Candidate> = unplaced.into_iter().map(|i| candidate(i, 0.0)).collect();
        Self { fitting: by_plays(&windows), away, unplaced: by_plays(&unplaced) }
    }
}
