use attune_core::{Expression, FaceBox, Mood, PersonId, Probabilities, Reading};

/// How calm a reading is.
#[derive(Clone, Debug, PartialEq)]
pub struct SteadyConfig {
    /// Time constant of the averages, in seconds.
    pub time_constant_s: f32,
    /// How long an expression must have held the majority before it is declared, in seconds.
    pub hold_s: f32,
    /// The average probability that is a majority; at least one half is asked for. Below it the
    /// answer is "can't tell".
    pub declare_above: f32,
    /// What is declared stays until its average has fallen this far below the majority, or
    /// another's is this far above it.
    pub hysteresis: f32,
}

impl SteadyConfig {
    /// For a model that declares from this probability on.
    #[must_use]
    pub fn declaring_above(declare_above: f32) -> Self {
        Self { time_constant_s: 0.8, hold_s: 1.0, declare_above, hysteresis: 0.1 }
    }

    fn majority(&self) -> f32 {
        self.declare_above.max(0.5)
    }
}

/// The longest time, in seconds, that one frame speaks for, however late it is.
const LONGEST_STEP_S: f64 = 0.25;
/// The same in a stream of slow frames, each as late as the one before.
const LONGEST_SLOW_STEP_S: f64 = 0.5;
/// What the first frame speaks for: one at thirty a second.
const FIRST_STEP_S: f64 = 1.0 / 30.0;
/// How much a frame counts that comes with advice, such as a blurred one.
const POOR: f32 = 0.25;
/// Seconds after which a face shows something new, so that a frame is evidence of its own.
const CORRELATION_S: f32 = 0.25;

/// What one person shows over time.
///
/// The averages are exponential in seconds, so ten frames a second give the reading that thirty
/// give. No frame can overrule the others: one speaks for a quarter of a second at most (half a second
/// where all come that slowly), and what it makes likely is declared only once it has held.
#[derive(Clone, Debug)]
pub struct Steady {
    config: SteadyConfig,
    seen_s: Option<f64>,
    /// Seconds between the last two frames.
    gap_s: f64,
    sum: Option<Probabilities>,
    evidence_s: f32,
    declared: Option<Expression>,
    rival: Option<Expression>,
    held_s: f32,
    advice: Vec<String>,
}

impl Steady {
    /// Nothing has been seen yet.
    #[must_use]
    pub fn new(config: SteadyConfig) -> Self {
        Self {
            config,
            seen_s: None,
            gap_s: 0.0,
            sum: None,
            evidence_s: 0.0,
            declared: None,
            rival: None,
            held_s: 0.0,
            advice: Vec::new(),
        }
    }

    /// Takes what one frame shows. `at_s` is its time in seconds; `advice` says what is poor
    /// about it.
    pub fn add(&mut self, at_s: f64, shown: &Probabilities, advice: Vec<String>) {
        let elapsed = self.seen_s.map_or(FIRST_STEP_S, |seen| at_s - seen);
        let longest = self.gap_s.clamp(LONGEST_STEP_S, LONGEST_SLOW_STEP_S);
        self.gap_s = elapsed;
        let step = elapsed.clamp(0.0, longest) as f32;
        self.seen_s = Some(self.seen_s.map_or(at_s, |seen| seen.max(at_s)));
        self.average(shown, step, if advice.is_empty() { 1.0 } else { POOR });
        self.advice = advice;
        self.decide(step);
    }

    /// What it comes to; `None` before the first frame.
    #[must_use]
    pub fn reading(&self, person: PersonId, face: FaceBox) -> Option<Reading> {
        let probabilities = self.sum.clone()?;
        let ranked = probabilities.ranked();
        let spread = Mood::from_probabilities(&probabilities);
        // Frames of one moment repeat each other: n are worth evidence / correlation.
        let alone = CORRELATION_S / (CORRELATION_S + self.evidence_s);
        Some(Reading {
            person,
            face,
            expression: self.declared,
            likeliest: [ranked[0].0, ranked[1].0],
            mood: Mood::new(spread.point(), spread.uncertainty * alone.sqrt()),
            evidence_s: self.evidence_s,
            advice: self.advice.clone(),
            who: None,
            probabilities,
        })
    }

    fn average(&mut self, shown: &Probabilities, step: f32, share: f32) {
        let tau = self.config.time_constant_s.max(1e-3);
        let keep = (-step / tau).exp();
        let gained = share * tau * (1.0 - keep);
        let kept = self.evidence_s * keep;
        let total = kept + gained;
        let mixed = match self.sum.take() {
            Some(sum) if sum.label_set() == shown.label_set() && total > 0.0 => {
                let both = sum.values().iter().zip(shown.values());
                let values = both.map(|(a, b)| (a * kept + b * gained) / total).collect();
                Probabilities::new(shown.label_set(), values).unwrap_or(sum)
            }
            _ => shown.clone(),
        };
        self.sum = Some(mixed);
        self.evidence_s = total;
    }

    fn decide(&mut self, step: f32) {
        let wanted = self.wanted();
        if wanted == self.declared {
            self.rival = wanted;
            self.held_s = 0.0;
        } else if wanted == self.rival {
            self.held_s += step;
        } else {
            self.rival = wanted;
            self.held_s = 0.0;
        }
        if wanted != self.declared && self.held_s >= self.config.hold_s {
            self.declared = wanted;
        }
    }

    /// What the averages alone would declare, the present declaration having the advantage.
    fn wanted(&self) -> Option<Expression> {
        let sum = self.sum.as_ref()?;
        let (majority, margin) = (self.config.majority(), self.config.hysteresis);
        let (first, most) = sum.ranked()[0];
        if let Some(declared) = self.declared {
            let p = sum.of(declared);
            if p >= majority - margin && most - p <= margin {
                return self.declared;
            }
        }
        (most >= majority).then_some(first)
    }
}
