//! HetRec 2011 Last.fm: who listened to which artist, and which tags they gave.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use attune_recommend::collab::{Plays, held_out};

/// An artist takes part from this many listeners on.
const LEAST_LISTENERS: usize = 5;
/// The share of pairs that is held out.
const HELD_OUT: f64 = 0.2;

type Error = Box<dyn std::error::Error>;
/// Artist and play count, by artist.
type History = Vec<(u32, f32)>;

/// One person's word for an artist: listener, artist, tag.
struct Tagging(String, u32, String);

/// The data set, without artists of few listeners.
pub struct Lastfm {
    listeners: Vec<String>,
    artists: Vec<String>,
    histories: Vec<History>,
    taggings: Vec<Tagging>,
}

/// What a model may see, and what it should find.
pub struct Half {
    /// The plays to learn from.
    pub train: Plays,
    /// The held-out artists of each listener.
    pub held_out: Vec<Vec<u32>>,
    /// Tags as rows of artists. No word that someone gave to an artist that is held out for them.
    pub tags: Plays,
    /// The tag given most often to each artist, standing for its genre.
    pub main_tags: Vec<Vec<u32>>,
}

/// Where the data lies, if it is there.
pub fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("ATTUNE_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let folder = root.join("music/lastfm-2k");
    folder.is_dir().then_some(folder)
}

fn rows(file: &Path) -> Result<Vec<Vec<String>>, Error> {
    let text = std::fs::read_to_string(file)?;
    let cells = |line: &str| line.split('\t').map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    Ok(text.lines().skip(1).map(cells).filter(|row| row.len() > 2).collect())
}

impl Lastfm {
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let plays = rows(&folder.join("user_artists.dat"))?;
        let mut count: HashMap<&str, usize> = HashMap::new();
        plays.iter().for_each(|row| *count.entry(&row[1]).or_default() += 1);
        let mut artists: Vec<String> = count
            .into_iter()
            .filter(|(_, listeners)| *listeners >= LEAST_LISTENERS)
            .map(|(artist, _)| artist.to_owned())
            .collect();
        artists.sort();
        let number = |artist: &String| artists.binary_search(artist).ok().map(|n| n as u32);
        let mut histories: BTreeMap<String, History> = BTreeMap::new();
        for row in &plays {
            if let Some(artist) = number(&row[1]) {
                histories.entry(row[0].clone()).or_default().push((artist, row[2].parse()?));
            }
        }
        let taggings = rows(&folder.join("user_taggedartists.dat"))?
            .into_iter()
            .filter_map(|row| Some(Tagging(row[0].clone(), number(&row[1])?, row[2].clone())))
            .collect();
        let (listeners, histories) = histories.into_iter().unzip();
        Ok(Self { listeners, artists, histories, taggings })
    }

    /// The split itself: training and test part.
    pub fn test_half(&self) -> Result<Half, Error> {
        self.half(&[""])
    }

    /// Training split once more, by another draw, for choosing parameters: its held-out pairs are
    /// none of the test part's.
    pub fn valid_half(&self) -> Result<Half, Error> {
        self.half(&["", "valid:"])
    }

    /// Pairs that every draw but the last lets through; the last one divides them.
    fn half(&self, draws: &[&str]) -> Result<Half, Error> {
        let out = |draw: &str, listener: &str, artist: u32| {
            held_out(&format!("{draw}{listener}"), &self.artists[artist as usize]) < HELD_OUT
        };
        let Some((last, before)) = draws.split_last() else { return Err("no draw".into()) };
        let (mut train, mut wanted) = (Vec::new(), Vec::new());
        for (listener, history) in self.listeners.iter().zip(&self.histories) {
            let known =
                history.iter().filter(|(a, _)| !before.iter().any(|d| out(d, listener, *a)));
            let (hidden, seen): (History, History) =
                known.partition(|(artist, _)| out(last, listener, *artist));
            train.push(seen);
            wanted.push(hidden.into_iter().map(|(artist, _)| artist).collect());
        }
        let mut tags: BTreeMap<&str, BTreeMap<u32, f32>> = BTreeMap::new();
        for Tagging(listener, artist, tag) in &self.taggings {
            if !draws.iter().any(|d| out(d, listener, *artist)) {
                *tags.entry(tag).or_default().entry(*artist).or_default() += 1.0;
            }
        }
        let tags = tags.into_values().filter(|row| row.len() > 1);
        let tags = tags.map(|row| row.into_iter().collect());
        let items = self.artists.len();
        let tags = Plays::new(items, tags)?;
        Ok(Half {
            train: Plays::new(items, train)?,
            held_out: wanted,
            main_tags: main_tags(&tags),
            tags,
        })
    }
}

fn main_tags(tags: &Plays) -> Vec<Vec<u32>> {
    let mut most = vec![None; tags.items()];
    for (tag, row) in tags.histories().enumerate() {
        for (artist, times) in row {
            let lead: &mut Option<(u32, f32)> = &mut most[*artist as usize];
            if lead.is_none_or(|(_, top)| *times > top) {
                *lead = Some((tag as u32, *times));
            }
        }
    }
    most.into_iter().map(|lead| lead.map(|(tag, _)| tag).into_iter().collect()).collect()
}
