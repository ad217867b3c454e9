use std::cmp::Ordering;
use std::collections::BTreeSet;

use attune_core::{FaceBox, PersonId};

use crate::track::Appearance;

/// A face in a frame, as far as it matters for who it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Where.
    pub face: FaceBox,
    /// What they look like.
    pub appearance: Appearance,
}

/// When two faces are one person.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowerConfig {
    /// Seconds for which somebody out of sight is remembered.
    pub forget_s: f64,
    /// [`Appearance::distance`] below which somebody who comes back is the one who left.
    pub same_looks: f32,
}

impl Default for FollowerConfig {
    fn default() -> Self {
        Self { forget_s: 10.0, same_looks: 0.35 }
    }
}

/// Seconds for which a straight motion is believed, where frames come quickly.
const STRAIGHT_S: f64 = 0.6;
/// The same in frames, where they come slowly.
const STRAIGHT_FRAMES: f64 = 1.5;
/// Time constant of a face's size, in seconds: a detector's boxes breathe, heads do not.
const SIZE_S: f64 = 0.15;
/// Time constant of the velocity, in seconds.
const VELOCITY_S: f64 = 0.15;
/// Time constant with which looks drift, in seconds.
const LOOKS_S: f64 = 1.0;
/// Overlap with the expected place from which a face may be the person expected there.
const LEAST_OVERLAP: f32 = 0.15;
/// Faces that overlap more than this hide each other: their looks are not learnt.
const HIDING: f32 = 0.05;
/// Sightings after which somebody gets a number; a false alarm seldom comes twice.
const SIGHTINGS: u32 = 2;
/// How far, in sides of the face a second, people may have gone while out of sight.
const GAIT: f32 = 3.0;

/// Gives the faces of each frame to the people they belong to.
///
/// Motion and overlap come first, as boxes seldom lie: a face belongs to whoever is expected there,
/// with looks deciding where two are. A face that nobody is expected at belongs to a person out of
/// sight whom it looks like and who can have got there; else it is somebody new.
#[derive(Debug, Default)]
pub struct Follower {
    config: FollowerConfig,
    tracks: Vec<Track>,
    given: u32,
    /// The time of the last frame.
    last_s: Option<f64>,
    /// Seconds between the last two.
    gap_s: Option<f64>,
    /// People who are remembered for good.
    kept: BTreeSet<PersonId>,
}

#[derive(Debug)]
struct Track {
    person: Option<PersonId>,
    sightings: u32,
    face: FaceBox,
    /// The averages of its width and height.
    size: [f32; 2],
    /// Of the centre, in pixels a second.
    velocity: [f64; 2],
    appearance: Appearance,
    seen_s: f64,
}

impl Follower {
    /// Nobody is known yet.
    #[must_use]
    pub fn new(config: FollowerConfig) -> Self {
        Self { config, ..Self::default() }
    }

    /// Who each face of a frame is; `None` for one that was not there a moment ago. `at_s` is the
    /// frame's time in seconds; going back in time counts as standing still.
    pub fn follow(&mut self, at_s: f64, places: &[Place]) -> Vec<Option<PersonId>> {
        let gap = self.last_s.map_or(0.0, |last| (at_s - last).max(0.0));
        // One late frame makes no slow stream.
        let usual = self.gap_s.map_or(gap, |before| before.min(gap));
        self.gap_s = self.last_s.map(|_| gap);
        self.last_s = Some(at_s);
        let patience = Patience {
            straight_s: STRAIGHT_S.max(STRAIGHT_FRAMES * usual).min(self.config.forget_s),
            config: self.config.clone(),
        };
        let kept = &self.kept;
        self.tracks.retain(|track| {
            let for_good = track.person.is_some_and(|person| kept.contains(&person));
            for_good || track.is_remembered(at_s, &patience)
        });
        let owners = self.owners(at_s, places, &patience);
        let mut seen = Vec::with_capacity(places.len());
        for (i, (place, owner)) in places.iter().zip(owners).enumerate() {
            let hidden = hides(i, places);
            let track = match owner {
                Some(track) => {
                    self.tracks[track].see(at_s, place, hidden);
                    track
                }
                None => {
                    self.tracks.push(Track::new(at_s, place));
                    self.tracks.len() - 1
                }
            };
            seen.push(self.named(track));
        }
        seen
    }

    /// From now on this person is recognised again however long they were out of sight.
    pub fn keep(&mut self, person: PersonId) {
        self.kept.insert(person);
    }

    /// Where a person's face was last seen, of a size that does not jump from frame to frame.
    #[must_use]
    pub fn face(&self, person: PersonId) -> Option<FaceBox> {
        self.tracks.iter().find(|track| track.person == Some(person)).map(Track::calm_face)
    }

    /// Whether somebody is in sight or was so lately.
    #[must_use]
    pub fn remembers(&self, person: PersonId) -> bool {
        self.tracks.iter().any(|track| track.person == Some(person))
    }

    /// The frames have another size from now on: what is known is scaled.
    pub fn rescale(&mut self, across: f32, down: f32) {
        for track in &mut self.tracks {
            let FaceBox { x, y, width, height } = track.face;
            track.face = FaceBox {
                x: x * across,
                y: y * down,
                width: width * across,
                height: height * down,
            };
            track.size[0] *= across;
            track.size[1] *= down;
            track.velocity[0] *= f64::from(across);
            track.velocity[1] *= f64::from(down);
        }
    }

    fn named(&mut self, track: usize) -> Option<PersonId> {
        let track = &mut self.tracks[track];
        if track.person.is_none() && track.sightings >= SIGHTINGS {
            self.given += 1;
            track.person = Some(PersonId(self.given));
        }
        track.person
    }

    /// The track of each place: greedily, the best fit first.
    fn owners(&self, at_s: f64, places: &[Place], patience: &Patience) -> Vec<Option<usize>> {
        let mut owners = vec![None; places.len()];
        let mut free = vec![true; self.tracks.len()];
        for fit in [Track::fit_by_motion, Track::fit_by_looks] {
            let mut pairs = Vec::new();
            for (t, track) in self.tracks.iter().enumerate().filter(|(t, _)| free[*t]) {
                for (p, place) in places.iter().enumerate().filter(|(p, _)| owners[*p].is_none()) {
                    pairs.extend(fit(track, at_s, place, patience).map(|cost| (cost, t, p)));
                }
            }
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| order(a, b)));
            for (_, track, place) in pairs {
                if free[track] && owners[place].is_none() {
                    free[track] = false;
                    owners[place] = Some(track);
                }
            }
        }
        owners
    }
}

fn order(a: &(f32, usize, usize), b: &(f32, usize, usize)) -> Ordering {
    (a.1, a.2).cmp(&(b.1, b.2))
}

fn hides(place: usize, places: &[Place]) -> bool {
    let face = places[place].face;
    let others = places.iter().enumerate().filter(|(other, _)| *other != place);
    others.into_iter().any(|(_, other)| other.face.iou(&face) > HIDING)
}

/// For how long people are expected somewhere.
struct Patience {
    /// Seconds for which a straight motion is believed at the rate of this stream.
    straight_s: f64,
    config: FollowerConfig,
}

impl Track {
    fn new(at_s: f64, place: &Place) -> Self {
        Self {
            person: None,
            sightings: 1,
            face: place.face,
            size: [place.face.width, place.face.height],
            velocity: [0.0; 2],
            appearance: place.appearance.clone(),
            seen_s: at_s,
        }
    }

    fn is_remembered(&self, at_s: f64, patience: &Patience) -> bool {
        let Patience { straight_s, config } = patience;
        let longest = if self.person.is_some() { config.forget_s } else { *straight_s };
        at_s - self.seen_s <= longest
    }

    /// Where it should be by now.
    fn expected(&self, at_s: f64) -> FaceBox {
        let elapsed = (at_s - self.seen_s).clamp(0.0, STRAIGHT_S);
        let x = self.face.x + (self.velocity[0] * elapsed) as f32;
        let y = self.face.y + (self.velocity[1] * elapsed) as f32;
        FaceBox { x, y, ..self.face }
    }

    /// How badly a place fits this person by where it is; `None` for not at all.
    fn fit_by_motion(&self, at_s: f64, place: &Place, patience: &Patience) -> Option<f32> {
        let overlap = self.expected(at_s).iou(&place.face);
        let lately = at_s - self.seen_s <= patience.straight_s;
        let cost = 1.0 - overlap + self.appearance.distance(&place.appearance);
        (lately && overlap >= LEAST_OVERLAP).then_some(cost)
    }

    /// How badly it fits by looks.
    fn fit_by_looks(&self, at_s: f64, place: &Place, patience: &Patience) -> Option<f32> {
        let [x, y] = centre(&self.face);
        let [to_x, to_y] = centre(&place.face);
        let elapsed = (at_s - self.seen_s).max(0.0) as f32;
        let reach = self.face.width * (1.0 + GAIT * elapsed);
        let size = place.face.width / self.face.width;
        let possible = (to_x - x).hypot(to_y - y) <= reach && (0.5..=2.0).contains(&size);
        let distance = self.appearance.distance(&place.appearance);
        (possible && distance <= patience.config.same_looks).then_some(distance)
    }

    /// The face with its average size around the same centre.
    fn calm_face(&self) -> FaceBox {
        let ([x, y], [width, height]) = (centre(&self.face), self.size);
        FaceBox { x: x - width / 2.0, y: y - height / 2.0, width, height }
    }

    fn see(&mut self, at_s: f64, place: &Place, hidden: bool) {
        let elapsed = (at_s - self.seen_s).max(0.0);
        let share = (1.0 - (-elapsed / SIZE_S).exp()) as f32;
        for (size, now) in self.size.iter_mut().zip([place.face.width, place.face.height]) {
            *size += share * (now - *size);
        }
        if elapsed > 0.0 {
            let ([x, y], [to_x, to_y]) = (centre(&self.face), centre(&place.face));
            let share = 1.0 - (-elapsed / VELOCITY_S).exp();
            for (v, step) in self.velocity.iter_mut().zip([to_x - x, to_y - y]) {
                *v += share * (f64::from(step) / elapsed - *v);
            }
        }
        if !hidden {
            let share = 1.0 - (-elapsed / LOOKS_S).exp();
            self.appearance.drift(&place.appearance, share as f32);
        }
        self.face = place.face;
        self.seen_s = at_s;
        self.sightings += 1;
    }
}

fn centre(face: &FaceBox) -> [f32; 2] {
    [face.x + face.width / 2.0, face.y + face.height / 2.0]
}
