//! Whether a stream shows one person alone, as what is learnt of somebody must.

use std::collections::BTreeMap;

use attune_core::{FaceReading, PersonId};
use attune_vision::{Appearance, Follower, Frame, Place};

use crate::error::AppError;

/// The share of frames that may show others: somebody walks by, or a face is found where none is.
const MOST_OTHERS: f64 = 0.15;

/// Counts whom the frames show.
#[derive(Debug, Default)]
pub(crate) struct Alone {
    follower: Follower,
    frames: BTreeMap<PersonId, usize>,
    crowded: usize,
}

impl Alone {
    /// The only face of a frame of time `at_s` in seconds; `None` for nobody and for several.
    pub fn only<'a>(
        &mut self,
        at_s: f64,
        frame: &Frame,
        faces: &'a [FaceReading],
    ) -> Option<&'a FaceReading> {
        let place = |face: &FaceReading| Place {
            face: face.face,
            appearance: Appearance::of(frame, &face.face),
        };
        let people = self.follower.follow(at_s, &faces.iter().map(place).collect::<Vec<_>>());
        let [face] = faces else {
            self.crowded += usize::from(!faces.is_empty());
            return None;
        };
        if let Some(person) = people[0] {
            *self.frames.entry(person).or_default() += 1;
        }
        Some(face)
    }

    /// Refuses what others than one person were seen in too much of.
    pub fn check(&self) -> Result<(), AppError> {
        // Whoever moves between two phases may come back as somebody new, once.
        let mut counts: Vec<usize> = self.frames.values().copied().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let others = counts.iter().skip(2).sum::<usize>() + self.crowded;
        let frames = counts.iter().sum::<usize>() + self.crowded;
        if others as f64 > MOST_OTHERS * frames as f64 {
            return Err(AppError::SeveralPeople { frames, others });
        }
        Ok(())
    }
}
