//! Watching people: one calm reading each, and one mood for all of them.

mod timeline;

use std::path::Path;

use attune_core::{GroupRule, Mood, PersonId, Reading};
use attune_vision::{Frame, Household, SteadyConfig, Watcher};
use serde::Serialize;

use crate::baseline::BaselineUse;
use crate::error::AppError;
use crate::faces::reader;

pub use timeline::Timeline;

/// How to watch.
#[derive(Clone, Debug)]
pub struct WatchOptions {
    /// Time constant of the averages in seconds; the watcher's own where `None`.
    pub time_constant_s: Option<f32>,
    /// How long an expression must have held before it is declared, in seconds.
    pub hold_s: Option<f32>,
    /// How several moods become one.
    pub group: GroupRule,
    /// People whose faces are not read.
    pub left_out: Vec<PersonId>,
    /// Whose baselines faces are read with.
    pub baselines: BaselineUse,
    /// People whose names are told.
    pub household: Option<Household>,
}

/// One mood for everybody in sight.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Group {
    /// How it was made.
    pub rule: GroupRule,
    /// What it came to.
    pub mood: Mood,
}

/// What is known at one moment, in the documented JSON shape.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moment {
    /// Seconds since the beginning.
    pub at_s: f64,
    /// One reading a person in sight who was not left out.
    pub people: Vec<Reading>,
    /// How many people in sight were left out.
    pub left_out: usize,
    /// `None` where nobody is read.
    pub group: Option<Group>,
    /// What would help where no face is seen.
    pub advice: Option<String>,
}

/// Reads frame after frame.
pub struct Watch {
    watcher: Watcher,
    rule: GroupRule,
}

impl Watch {
    /// With a model file's bytes, and a detector from an OpenCV cascade file where one is named.
    ///
    /// # Errors
    /// Where one of them cannot be read.
    pub fn new(
        model: &[u8],
        cascade: Option<&Path>,
        options: &WatchOptions,
    ) -> Result<Self, AppError> {
        let mut reader = reader(model, cascade)?;
        let config =
            SteadyConfig::declaring_above(reader.classifier().reading_head().declare_above);
        let config = SteadyConfig {
            time_constant_s: options.time_constant_s.unwrap_or(config.time_constant_s),
            hold_s: options.hold_s.unwrap_or(config.hold_s),
            ..config
        };
        let reader = options.baselines.clone().apply(reader);
        let reader = match options.household.clone() {
            Some(household) => reader.with_household(household),
            None => reader,
        };
        let mut watcher = Watcher::new(reader, config);
        options.left_out.iter().for_each(|person| watcher.leave_out(*person));
        Ok(Self { watcher, rule: options.group })
    }

    /// Takes the frame of time `at_s` in seconds.
    ///
    /// # Errors
    /// Where the network's numbers overflow.
    pub fn see(&mut self, at_s: f64, frame: &Frame) -> Result<Moment, AppError> {
        let seen = self.watcher.see(at_s, frame).map_err(|_| AppError::Overflow)?;
        let moods: Vec<Mood> = seen.people.iter().map(|reading| reading.mood).collect();
        let group = self.rule.mood(&moods).map(|mood| Group { rule: self.rule, mood });
        Ok(Moment {
            at_s,
            people: seen.people,
            left_out: seen.left_out,
            group,
            advice: seen.advice,
        })
    }
}
