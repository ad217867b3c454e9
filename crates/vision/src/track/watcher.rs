use std::collections::{BTreeMap, BTreeSet};

use attune_core::{InvalidProbabilities, PersonId, Reading};

use crate::advice::frame_advice;
use crate::track::named::Named;
use crate::track::{Appearance, Follower, FollowerConfig, Place, Steady, SteadyConfig};
use crate::{Detection, Frame, Reader};

/// What a frame adds to what is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// One reading a person in sight who was not left out, in the order of their numbers.
    pub people: Vec<Reading>,
    /// How many people in sight were left out: their faces are followed but never read.
    pub left_out: usize,
    /// What would help where no face is to be seen.
    pub advice: Option<String>,
}

/// Reads a stream of frames: a [`Reader`], a [`Follower`] and a [`Steady`] reading a person.
pub struct Watcher {
    reader: Reader,
    follower: Follower,
    steady: BTreeMap<PersonId, Steady>,
    named: BTreeMap<PersonId, Named>,
    left_out: BTreeSet<PersonId>,
    config: SteadyConfig,
    size: Option<(usize, usize)>,
}

impl Watcher {
    /// A watcher as calm as `config` says.
    #[must_use]
    pub fn new(reader: Reader, config: SteadyConfig) -> Self {
        Self {
            reader,
            follower: Follower::new(FollowerConfig::default()),
            steady: BTreeMap::new(),
            named: BTreeMap::new(),
            left_out: BTreeSet::new(),
            config,
            size: None,
        }
    }

    /// From now on nothing is read from this person's face, and what was read is dropped.
    pub fn leave_out(&mut self, person: PersonId) {
        self.left_out.insert(person);
        self.follower.keep(person);
        self.steady.remove(&person);
        self.named.remove(&person);
    }

    /// Takes a frame of time `at_s` in seconds. Fails only where a network's numbers overflow.
    pub fn see(&mut self, at_s: f64, frame: &Frame) -> Result<Seen, InvalidProbabilities> {
        self.fit_size(frame);
        let mut found = self.reader.detect(frame);
        let places: Vec<Place> = found.iter().map(|found| place(frame, found)).collect();
        let who = self.follower.follow(at_s, &places);
        let follower = &self.follower;
        self.steady.retain(|person, _| follower.remembers(*person));
        self.named.retain(|person, _| follower.remembers(*person));
        let mut seen = Seen {
            people: Vec::new(),
            left_out: 0,
            advice: found.is_empty().then(|| frame_advice(frame)),
        };
        for (face, person) in who.into_iter().enumerate() {
            match person {
                Some(person) if self.left_out.contains(&person) => seen.left_out += 1,
                Some(person) => {
                    found[face].face = self.follower.face(person).unwrap_or(found[face].face);
                    seen.people.extend(self.read(at_s, frame, (&found, face), person)?);
                }
                None => {}
            }
        }
        seen.people.sort_by_key(|reading| reading.person);
        Ok(seen)
    }

    fn read(
        &mut self,
        at_s: f64,
        frame: &Frame,
        (found, face): (&[Detection], usize),
        person: PersonId,
    ) -> Result<Option<Reading>, InvalidProbabilities> {
        let shown = self.reader.classify(frame, found, face)?;
        let named = self.named.entry(person).or_default();
        if shown.advice.is_empty() {
            named.add(shown.who);
        }
        let who = named.who().map(str::to_owned);
        let steady = self.steady.entry(person).or_insert_with(|| Steady::new(self.config.clone()));
        steady.add(at_s, &shown.probabilities, shown.advice);
        Ok(steady.reading(person, shown.face).map(|reading| Reading { who, ..reading }))
    }

    /// Cameras and folders may change the size midway.
    fn fit_size(&mut self, frame: &Frame) {
        let now = (frame.width(), frame.height());
        if let Some(before) = self.size.filter(|before| *before != now) {
            let (across, down) = (now.0 as f32 / before.0 as f32, now.1 as f32 / before.1 as f32);
            self.follower.rescale(across, down);
        }
        self.size = Some(now);
    }
}

fn place(frame: &Frame, found: &Detection) -> Place {
    Place { face: found.face, appearance: Appearance::of(frame, &found.face) }
}
