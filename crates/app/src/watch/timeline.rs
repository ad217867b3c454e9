use std::collections::{BTreeMap, VecDeque};

use attune_core::{Expression, PersonId};

use super::Moment;

/// The longest gap between frames that counts as watching, in seconds.
const LONGEST_S: f64 = 1.0;
/// Seconds that are kept one by one.
const KEPT: usize = 60;

/// What was declared of everybody, and for how long. Its size does not grow with time.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    people: BTreeMap<PersonId, Past>,
}

#[derive(Clone, Debug, Default)]
struct Past {
    seen_s: Option<f64>,
    seconds: BTreeMap<Option<Expression>, f64>,
    marks: VecDeque<Option<Expression>>,
    marked: f64,
}

impl Timeline {
    /// Adds what a moment shows.
    pub fn add(&mut self, moment: &Moment) {
        for reading in &moment.people {
            let past = self.people.entry(reading.person).or_default();
            let elapsed = moment.at_s - past.seen_s.unwrap_or(moment.at_s);
            past.seen_s = Some(moment.at_s);
            *past.seconds.entry(reading.expression).or_default() += elapsed.clamp(0.0, LONGEST_S);
            if past.marks.is_empty() || moment.at_s >= past.marked + 1.0 {
                past.marked = moment.at_s.floor();
                past.marks.push_back(reading.expression);
                if past.marks.len() > KEPT {
                    past.marks.pop_front();
                }
            }
        }
    }

    /// Everybody who was read, in the order of their numbers.
    pub fn people(&self) -> impl Iterator<Item = PersonId> + '_ {
        self.people.keys().copied()
    }

    /// Seconds for which each answer stood, the longest first.
    #[must_use]
    pub fn seconds(&self, person: PersonId) -> Vec<(Option<Expression>, f64)> {
        let past = self.people.get(&person);
        let mut all: Vec<_> = past.into_iter().flat_map(|past| past.seconds.clone()).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1));
        all
    }

    /// What was declared in each of the last seconds in sight, the latest last.
    pub fn marks(&self, person: PersonId) -> impl Iterator<Item = Option<Expression>> + '_ {
        self.people.get(&person).into_iter().flat_map(|past| past.marks.iter().copied())
    }
}
