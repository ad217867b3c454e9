use attune_core::Point;

use crate::index::{Index, NONE};
use crate::listener::USUAL_MS;
use crate::lists::share;
use crate::spacing::Spacing;
use crate::top::{Candidate, better};

/// Plans kept from step to step; a quarter of them on long journeys.
const BEAM: usize = 64;

/// What a step may choose from: items with their cost there apart from what came before (lower is
/// better), cheapest first.
pub(crate) type Choices = Vec<(u32, f32)>;

/// What successive items cost, in squared units of the plane.
pub(crate) struct Planner<'a> {
    pub index: &'a Index,
    pub targets: &'a [Point],
    pub choices: &'a [Choices],
    pub spacing: Spacing<'a>,
    /// Total playing time wanted, in milliseconds.
    pub duration_ms: Option<f32>,
}

/// Second differences weigh this much against the distance to the target.
const ROUGHNESS: f32 = 0.05;
/// An octave of tempo between neighbours costs as much as this squared distance.
const TEMPO: f32 = 0.0015;
/// Another language or no genre in common with the neighbour.
const CONTINUITY: f32 = 0.00005;
/// Missing the playing time by all of it.
const DURATION: f32 = 40.0;

/// A plan up to some step, as a chain of choices.
#[derive(Clone, Copy)]
struct Plan {
    item: u32,
    before: usize,
    cost: f32,
    elapsed_ms: f32,
}

impl Planner<'_> {
    /// The cheapest plan found by beam search: one item a step as far as there are any.
    pub fn plan(&self) -> Vec<u32> {
        let root = Plan { item: NONE, before: 0, cost: 0.0, elapsed_ms: 0.0 };
        let (mut chain, mut front) = (vec![root], 0..1);
        for step in 0..self.choices.len() {
            let next = self.extended(&chain, front.clone(), step);
            if next.is_empty() {
                break;
            }
            front = chain.len()..chain.len() + next.len();
            chain.extend(next);
        }
        let best = front.min_by(|a, b| chain[*a].cost.total_cmp(&chain[*b].cost)).unwrap_or(0);
        let mut items: Vec<u32> = self.backwards(&chain, best).collect();
        items.reverse();
        items
    }

    /// The best plans one step longer.
    fn extended(&self, chain: &[Plan], front: std::ops::Range<usize>, step: usize) -> Vec<Plan> {
        let mut grown: Vec<(Candidate, Plan)> = Vec::new();
        for before in front {
            let past: Vec<u32> = self.backwards(chain, before).collect();
            for (item, cost) in &self.choices[step] {
                if self.may_follow(*item, &past) {
                    let plan = self.follow(chain[before], before, *item, *cost, &past);
                    let id = self.index.ids[*item as usize].0;
                    grown
                        .push((Candidate { position: before as u32, id, score: -plan.cost }, plan));
                }
            }
        }
        let beam = if self.choices.len() > 40 { BEAM / 4 } else { BEAM };
        if grown.len() > beam {
            grown.select_nth_unstable_by(beam, |a, b| better(&a.0, &b.0));
            grown.truncate(beam);
        }
        grown.sort_unstable_by(|a, b| better(&a.0, &b.0));
        grown.into_iter().map(|(_, plan)| plan).collect()
    }

    fn follow(&self, plan: Plan, before: usize, item: u32, cost: f32, past: &[u32]) -> Plan {
        let length = self.index.duration_ms[item as usize];
        let elapsed_ms = plan.elapsed_ms + if length > 0 { length } else { USUAL_MS } as f32;
        let lateness = |elapsed: f32, steps: usize| match self.duration_ms {
            Some(all) if all > 0.0 => {
                DURATION * (elapsed / all - steps as f32 / self.choices.len() as f32).powi(2)
            }
            _ => 0.0,
        };
        // Only the end counts in the end: each step replaces what the one before it owed.
        let late = lateness(elapsed_ms, past.len() + 1) - lateness(plan.elapsed_ms, past.len());
        let cost = plan.cost + cost + late + self.bend(item, past) + self.seam(item, past);
        Plan { item, before, cost, elapsed_ms }
    }

    /// From the last item to the first.
    fn backwards<'c>(&self, chain: &'c [Plan], from: usize) -> impl Iterator<Item = u32> + 'c {
        let mut at = from;
        std::iter::from_fn(move || {
            let plan = chain[at];
            at = plan.before;
            (plan.item != NONE).then_some(plan.item)
        })
    }

    /// How much the way turns or changes its pace, beyond what the targets themselves do.
    fn bend(&self, item: u32, past: &[u32]) -> f32 {
        let [last, earlier, ..] = past else { return 0.0 };
        let k = past.len();
        let second = |a: Point, b: Point, c: Point| {
            (a.valence - 2.0 * b.valence + c.valence, a.arousal - 2.0 * b.arousal + c.arousal)
        };
        let index = self.index;
        let way = second(index.point(*earlier), index.point(*last), index.point(item));
        let wanted = second(self.targets[k - 2], self.targets[k - 1], self.targets[k]);
        ROUGHNESS * ((way.0 - wanted.0).powi(2) + (way.1 - wanted.1).powi(2))
    }

    /// How unlike its neighbour it sounds.
    fn seam(&self, item: u32, past: &[u32]) -> f32 {
        let Some(last) = past.first() else { return 0.0 };
        let (a, b) = (item as usize, *last as usize);
        let index = self.index;
        let octaves = (index.tempo_log2[a] - index.tempo_log2[b]).abs();
        // Half and double time feel alike. Unknown tempo is not a number, and no jump.
        let jump = (octaves - octaves.round()).powi(2);
        let strange = index.language[a] != index.language[b]
            || !share(index.genres.get(item), index.genres.get(*last));
        let tempo = if jump.is_nan() { 0.0 } else { TEMPO * jump };
        tempo + if strange { CONTINUITY } else { 0.0 }
    }

    fn may_follow(&self, item: u32, past: &[u32]) -> bool {
        let index = self.index;
        let song = index.song[item as usize];
        past.iter().all(|p| index.song[*p as usize] != song)
            && self.spacing.admits(item, past.iter().copied())
    }
}
