//! "Like this one, unlike that one, but calmer": where to look, and what of it could not be used.

use attune_core::{Item, ItemId};
use attune_recommend::content::{Dimension, Query, sounds};
use attune_recommend::{Axis, Sound, Step};

use crate::ask::{Ask, Shift};
use crate::error::AppError;
use crate::library::Catalogue;

/// How far "but calmer" moves, in deviations of the library.
const SHIFT: f32 = 1.0;
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
        let mut notes = notes(catalogue, &like, &unlike);
        let mut steps = Vec::new();
        for shift in &ask.but {
            match step(catalogue, &like, *shift) {
                Ok(step) => steps.push((*shift, step)),
                Err(why) => notes.push(format!("'but {shift}' changes nothing: {why}")),
            }
        }
        let sound = sound(catalogue, &like, &unlike, &steps);
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

/// The step that a shift asks for, from the mean of the items that it should sound like; why there is
/// none, where there is none.
fn step(catalogue: &Catalogue, like: &[&Item], shift: Shift) -> Result<Step, String> {
    let (axis, up) = way(shift);
    let at = |item: &&Item| axis.of(&catalogue.index, catalogue.index.position(item.id)?);
    let known: Vec<f32> = like.iter().filter_map(at).collect();
    let titles = titles(like);
    if like.is_empty() {
        return Err("there is nothing to move from".to_owned());
    }
    if known.is_empty() {
        return Err(format!("the {} of '{titles}' is not known", word(axis)));
    }
    let from = known.iter().sum::<f32>() / known.len() as f32;
    let step = Step { axis, from, up };
    let nowhere = || format!("nothing here is known to be {shift} than '{titles}'");
    if step.leads_anywhere(&catalogue.index) { Ok(step) } else { Err(nowhere()) }
}

/// Along which axis, and whether towards more of it.
fn way(shift: Shift) -> (Axis, bool) {
    match shift {
        Shift::Calmer => (Axis::Arousal, false),
        Shift::Livelier => (Axis::Arousal, true),
        Shift::Brighter => (Axis::Valence, true),
        Shift::Darker => (Axis::Valence, false),
        Shift::Slower => (Axis::Tempo, false),
        Shift::Faster => (Axis::Tempo, true),
    }
}

fn word(axis: Axis) -> &'static str {
    match axis {
        Axis::Valence => "valence",
        Axis::Arousal => "arousal",
        Axis::Tempo => "tempo",
    }
}

fn sound(
    catalogue: &Catalogue,
    like: &[&Item],
    unlike: &[&Item],
    but: &[(Shift, Step)],
) -> Option<Sound> {
    let space = catalogue.index.space()?;
    let at = |item: &&Item| space.like(catalogue.index.position(item.id)?);
    let mut query: Option<Query> = None;
    for seed in like.iter().filter_map(at) {
        query = Some(match query {
            Some(query) => query.plus(&seed, 1.0),
            None => seed,
        });
    }
    let start = query.clone();
    for seed in unlike.iter().filter_map(at) {
        query = Some(match query {
            Some(query) => query.minus(&seed, 0.5),
            None => seed.clone().minus(&seed, 2.0),
        });
    }
    let mut query = query?;
    let told = like.iter().chain(unlike).all(|item| sounds(item));
    let start = (if like.is_empty() { Some(query.clone()) } else { start }).filter(|_| told);
    for (_, step) in but {
        let by = if step.up { SHIFT } else { -SHIFT };
        for dimension in dimensions(step.axis) {
            query = query.shifted(*dimension as usize, by);
        }
    }
    let words = words(like, unlike, but);
    Some(Sound { query, start, words, steps: but.iter().map(|(_, step)| *step).collect() })
}

/// Where an axis of the plane shows among the descriptors.
fn dimensions(axis: Axis) -> &'static [Dimension] {
    match axis {
        Axis::Valence => &[Dimension::Valence],
        Axis::Arousal => &[Dimension::Energy, Dimension::Arousal],
        Axis::Tempo => &[Dimension::Tempo],
    }
}

fn notes(catalogue: &Catalogue, like: &[&Item], unlike: &[&Item]) -> Vec<String> {
    let named = || like.iter().chain(unlike);
    let usable = |item: &&&Item| {
        let position = catalogue.index.position(item.id);
        position.zip(catalogue.index.space()).is_some_and(|(i, space)| space.like(i).is_some())
    };
    let mut notes: Vec<String> = named()
        .filter(|item| !usable(item))
        .map(|item| {
            if sounds(item) {
                return format!(
                    "nothing tells '{}' from the rest of the library: it does not count",
                    item.title
                );
            }
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
    notes
}

/// "Hello and Perfect, less like Thunder, but calmer".
fn words(like: &[&Item], unlike: &[&Item], but: &[(Shift, Step)]) -> String {
    let mut parts = Vec::new();
    if !like.is_empty() {
        parts.push(titles(like));
    }
    if !unlike.is_empty() {
        let lead = if like.is_empty() { "the opposite of" } else { "less like" };
        parts.push(format!("{lead} {}", titles(unlike)));
    }
    if !but.is_empty() {
        let words: Vec<String> = but.iter().map(|(shift, _)| shift.to_string()).collect();
        parts.push(format!("but {}", words.join(" and ")));
    }
    parts.join(", ")
}

fn titles(items: &[&Item]) -> String {
    items.iter().map(|item| item.title.as_str()).collect::<Vec<_>>().join(" and ")
}
