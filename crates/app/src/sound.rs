//! "Like this one, unlike that one, but calmer": where to look, and what of it could not be used.

use attune_core::{Item, ItemId};
use attune_recommend::Sound;
use attune_recommend::content::{Dimension, Query, catalogue_row};

use crate::ask::{Ask, Shift};
use crate::error::AppError;
use crate::library::Catalogue;

/// How far "but calmer" moves, in deviations of the library.
const SHIFT: f32 = 1.0;
/// What tells how an item sounds, apart from its mood.
const HEARD: [Dimension; 4] =
    [Dimension::Tempo, Dimension::Loudness, Dimension::Energy, Dimension::Danceability];

/// What a list should sound like.
#[derive(Default)]
pub(crate) struct SoundAsked {
    /// The items named, which are not on the list themselves.
    pub named: Vec<ItemId>,
    /// Where to look; `None` where none of them has a usable vector.
    pub sound: Option<Sound>,
    /// What could not be used, and why.
    pub notes: Vec<String>,
}

impl SoundAsked {
    /// Finds the items that an ask names.
    ///
    /// # Errors
    /// Where an item is not there, and where wishes contradict each other.
    pub fn find(catalogue: &Catalogue, ask: &Ask) -> Result<Self, AppError> {
        let find = |words: &[String]| -> Result<Vec<&Item>, AppError> {
            words.iter().map(|word| catalogue.find(word)).collect()
        };
        let (like, unlike) = (find(&ask.like)?, find(&ask.unlike)?);
        contradictions(&like, &unlike, &ask.but)?;
        let named = like.iter().chain(&unlike).map(|item| item.id).collect();
        let sound = sound(catalogue, &like, &unlike, &ask.but);
        let notes = notes(catalogue, &like, &unlike, &ask.but);
        Ok(Self { named, sound, notes })
    }
}

fn contradictions(like: &[&Item], unlike: &[&Item], but: &[Shift]) -> Result<(), AppError> {
    if let Some(both) = like.iter().find(|item| unlike.iter().any(|other| other.id == item.id)) {
        let what = format!("sound both like and unlike '{}'", both.title);
        return Err(AppError::Contradiction(what));
    }
    match but.iter().find(|shift| but.contains(&shift.opposite())) {
        Some(shift) => {
            let what = format!("be both {shift} and {}", shift.opposite());
            Err(AppError::Contradiction(what))
        }
        None => Ok(()),
    }
}

fn sound(catalogue: &Catalogue, like: &[&Item], unlike: &[&Item], but: &[Shift]) -> Option<Sound> {
    let space = catalogue.index.space()?;
    let at = |item: &&Item| space.like(catalogue.index.position(item.id)?);
    let mut query: Option<Query> = None;
    for seed in like.iter().filter_map(at) {
        query = Some(match query {
            Some(query) => query.plus(&seed, 1.0),
            None => seed,
        });
    }
    for seed in unlike.iter().filter_map(at) {
        query = Some(match query {
            Some(query) => query.minus(&seed, 0.5),
            None => seed.clone().minus(&seed, 2.0),
        });
    }
    let mut query = query?;
    for shift in but {
        let (dimensions, by) = moved(*shift);
        for dimension in dimensions {
            query = query.shifted(*dimension as usize, by * SHIFT);
        }
    }
    Some(Sound { query, words: words(like, unlike, but) })
}

/// Along which dimensions, and which way.
fn moved(shift: Shift) -> (&'static [Dimension], f32) {
    use Dimension::{Arousal, Energy, Tempo, Valence};
    match shift {
        Shift::Calmer => (&[Energy, Arousal], -1.0),
        Shift::Livelier => (&[Energy, Arousal], 1.0),
        Shift::Brighter => (&[Valence], 1.0),
        Shift::Darker => (&[Valence], -1.0),
        Shift::Slower => (&[Tempo], -1.0),
        Shift::Faster => (&[Tempo], 1.0),
    }
}

fn notes(catalogue: &Catalogue, like: &[&Item], unlike: &[&Item], but: &[Shift]) -> Vec<String> {
    let named = || like.iter().chain(unlike);
    let usable = |item: &&&Item| {
        let position = catalogue.index.position(item.id);
        position.zip(catalogue.index.space()).is_some_and(|(i, space)| space.like(i).is_some())
    };
    let mut notes: Vec<String> = named()
        .filter(|item| !usable(item))
        .map(|item| {
            format!("too little is known of how '{}' sounds: it does not count", item.title)
        })
        .collect();
    let by_mood: Vec<String> = named()
        .filter(|item| usable(item) && !sounds(item))
        .map(|item| format!("'{}'", item.title))
        .collect();
    if !by_mood.is_empty() {
        notes.push(format!(
            "of {} only the mood is known, neither tempo, loudness, energy nor danceability: likeness \
             rests on the mood",
            by_mood.join(" and ")
        ));
    }
    let nowhere = !named().any(|item| usable(&item));
    let silent = but.iter().filter_map(|shift| {
        let (dimensions, _) = moved(*shift);
        let moves = dimensions.iter().any(|dimension| catalogue.tells(*dimension));
        let why = match dimensions {
            _ if nowhere => "there is nothing to move from".to_owned(),
            [one] if !moves => format!("no {} is known that could tell items apart", word(*one)),
            _ if !moves => "neither energy nor arousal is known".to_owned(),
            _ => return None,
        };
        Some(format!("'but {shift}' changes nothing: {why}"))
    });
    notes.extend(silent);
    notes
}

/// Whether more than its mood is known of how an item sounds.
pub(crate) fn sounds(item: &Item) -> bool {
    let row = catalogue_row(item);
    HEARD.iter().any(|dimension| row[*dimension as usize].is_finite())
}

fn word(dimension: Dimension) -> &'static str {
    match dimension {
        Dimension::Tempo => "tempo",
        Dimension::Loudness => "loudness",
        Dimension::Energy => "energy",
        Dimension::Danceability => "danceability",
        Dimension::Valence => "valence",
        Dimension::Arousal => "arousal",
    }
}

/// "Hello and Perfect, less like Thunder, but calmer".
fn words(like: &[&Item], unlike: &[&Item], but: &[Shift]) -> String {
    let titles = |items: &[&Item]| {
        items.iter().map(|item| item.title.as_str()).collect::<Vec<_>>().join(" and ")
    };
    let mut parts = Vec::new();
    if !like.is_empty() {
        parts.push(titles(like));
    }
    if !unlike.is_empty() {
        let lead = if like.is_empty() { "the opposite of" } else { "less like" };
        parts.push(format!("{lead} {}", titles(unlike)));
    }
    if !but.is_empty() {
        let words: Vec<String> = but.iter().map(Shift::to_string).collect();
        parts.push(format!("but {}", words.join(" and ")));
    }
    parts.join(", ")
}
