use attune_vision::detect::network::{AXES, DetectorSpec, FORMAT, STEPS, StageSpec, scan_input};
use attune_vision::{FaceCrop, Frame, ModelError, NetworkDetector, Tensor, standardise};

use super::faces::{Place, draw, faces};
use super::negatives::Negatives;
use super::plans;
use crate::config::TrainingConfig;
use crate::data::Dataset;
use crate::engine::Engine;
use crate::export::{Folded, Precision, write};
use crate::network::shard::Batch;
use crate::network::{Plan, Tensors};
use crate::optimizer::{OptimizerKind, State};
use crate::parallel::each_in_parallel;

/// How a detector is trained.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Steps of each of the three networks in every round.
    pub steps: [usize; 3],
    /// Rounds of mining for each network; the last two begin with one.
    pub rounds: [usize; 3],
    /// Starts every random choice.
    pub seed: u64,
    /// Threads.
    pub threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { steps: [600, 1000, 1200], rounds: [2, 2, 2], seed: 1, threads: 2 }
    }
}

/// How far a training is.
#[derive(Clone, Debug)]
pub enum Progress {
    /// Windows taken for faces in pictures without people.
    Mined {
        /// The network that is trained on them.
        network: String,
        /// How many.
        windows: usize,
    },
    /// The mean loss over the last steps.
    Loss {
        /// The network.
        network: String,
        /// Steps so far in this round.
        step: usize,
        /// Cross-entropy over all answers.
        loss: f32,
    },
    /// The file of a detector that ends with the network just trained.
    Finished(Vec<u8>),
}

/// Windows a step.
const BATCH: usize = 256;
/// Steps between two reports.
const REPORT: usize = 250;

/// Trains the networks one after the other and gives the detector's file.
///
/// # Errors
/// Never for networks that this crate makes; serving checks each of them.
pub fn train(
    data: &Dataset,
    pictures: Vec<Frame>,
    settings: &Settings,
    report: &mut dyn FnMut(&Progress),
) -> Result<Vec<u8>, ModelError> {
    let mut trainer = Trainer {
        faces: faces(data),
        negatives: Negatives::new(pictures),
        rng: fastrand::Rng::with_seed(settings.seed),
        settings: settings.clone(),
        done: Vec::new(),
    };
    for (index, stage) in [Stage::scan(), Stage::refine(), Stage::verify()].into_iter().enumerate()
    {
        trainer.stage(index, stage, report)?;
        report(&Progress::Finished(trainer.file(None, false)));
    }
    Ok(trainer.file(None, false))
}

/// A network with how it is trained and what it lets through.
struct Stage {
    plan: Plan,
    /// How far faces lie off the windows it sees.
    reach: [f32; 4],
    standardised: bool,
    /// The least surplus of what goes on, while mining for the next network and in service.
    least: [f32; 2],
    most_shared: f32,
    /// Windows that go on, likewise: few while mining, which spreads what is mined over many
    /// pictures, and more in service, where a frame may show a crowd.
    most: [usize; 2],
}

impl Stage {
    fn scan() -> Self {
        Self {
            plan: plans::scan(),
            reach: [0.1, 0.1, 0.15, 22.0],
            standardised: false,
            least: [0.0, 1.0],
            most_shared: 0.4,
            most: [60, 120],
        }
    }

    fn refine() -> Self {
        Self {
            plan: plans::refine(),
            reach: [0.18, 0.18, 0.25, 25.0],
            standardised: true,
            least: [-1.0, 1.0],
            most_shared: 0.5,
            most: [12, 60],
        }
    }

    fn verify() -> Self {
        Self {
            plan: plans::verify(),
            reach: [0.08, 0.08, 0.12, 25.0],
            standardised: true,
            least: [0.0, 2.0],
            most_shared: 0.3,
            most: [100, 100],
        }
    }

    fn input(&self, pixels: &[u8]) -> Vec<f32> {
        if self.standardised {
            let mut input: Vec<f32> = pixels.iter().map(|p| f32::from(*p)).collect();
            standardise(&mut input);
            input
        } else {
            pixels.iter().map(|p| scan_input(*p)).collect()
        }
    }
}

struct Trainer {
    faces: Vec<FaceCrop>,
    negatives: Negatives,
    rng: fastrand::Rng,
    settings: Settings,
    done: Vec<(Stage, Tensors)>,
}

impl Trainer {
    fn stage(
        &mut self,
        index: usize,
        stage: Stage,
        report: &mut dyn FnMut(&Progress),
    ) -> Result<(), ModelError> {
        self.negatives.forget();
        let mut tensors = Tensors::init(&stage.plan, self.rng.u64(..));
        for round in 0..self.settings.rounds[index] {
            let trained = (round > 0).then_some((&stage, &tensors));
            if trained.is_some() || index > 0 {
                let windows = self.mine(trained)?;
                report(&Progress::Mined { network: stage.plan.name.clone(), windows });
            }
            tensors = self.fit(&stage, tensors, self.settings.steps[index], round, report);
        }
        self.done.push((stage, tensors));
        Ok(())
    }

    /// Adds what the networks so far, and the one in training, take for faces.
    fn mine(&mut self, trained: Option<(&Stage, &Tensors)>) -> Result<usize, ModelError> {
        let detector = NetworkDetector::from_safetensors(&self.file(trained, true))?;
        let mut found = 0;
        for _ in 0..MINING {
            found += self.negatives.mine(&detector, 60, &mut self.rng, self.settings.threads);
        }
        Ok(found)
    }

    /// The networks so far, and the one in training, to mine with or to serve.
    fn file(&self, trained: Option<(&Stage, &Tensors)>, mining: bool) -> Vec<u8> {
        let purpose = usize::from(!mining);
        let done = self.done.iter().map(|(stage, tensors)| (stage, tensors, stage.least[purpose]));
        // What is being trained learns most from what it is unsure of.
        let stages = done.chain(trained.map(|(stage, tensors)| (stage, tensors, -2.0)));
        let (mut specs, mut stored) = (Vec::new(), Vec::new());
        for (stage, tensors, least) in stages {
            let folded = Folded::new(&stage.plan, tensors);
            specs.push(StageSpec {
                input_size: stage.plan.input_size,
                outputs: stage.plan.others.iter().map(|value| folded.values[*value]).collect(),
                nodes: folded.nodes,
                least,
                most_shared: stage.most_shared,
                most: stage.most[purpose],
            });
            stored.extend(folded.stored);
        }
        let closer = specs.split_off(1);
        let Some(scan) = specs.pop() else { return Vec::new() };
        let spec = DetectorSpec { format: FORMAT, scan, closer };
        let json = serde_json::to_string(&spec).unwrap_or_default();
        write(&stored as &[(String, Tensor)], Precision::Half, json)
    }

    fn fit(
        &mut self,
        stage: &Stage,
        tensors: Tensors,
        steps: usize,
        round: usize,
        report: &mut dyn FnMut(&Progress),
    ) -> Tensors {
        let config = TrainingConfig {
            optimizer: OptimizerKind::AdamW,
            momentum: 0.9,
            weight_decay: 0.01,
            ema_decay: 0.995,
            ..TrainingConfig::default()
        };
        let peak = if round == 0 { 4e-3 } else { 2e-3 };
        let mut state = State::new(&stage.plan, tensors, config.optimizer);
        let threads = self.settings.threads;
        let mut engines: Vec<Engine> = (0..threads).map(|_| Engine::new(&stage.plan)).collect();
        let mut sum = 0.0;
        for step in 0..steps {
            let done = step as f32 / steps as f32;
            let warm = (done / 0.05).min(1.0);
            let rate = peak * warm * (0.5 + 0.5 * (std::f32::consts::PI * done).cos()).max(0.01);
            let seed = self.rng.u64(..);
            let shards = each_in_parallel(&mut engines, |thread, engine| {
                let rng = fastrand::Rng::with_seed(seed.wrapping_add(thread as u64));
                let batch = self.batch(stage, BATCH / threads, rng);
                engine.gradients(&state.weights, &batch, BATCH / threads * threads)
            });
            sum += shards.iter().map(|s| s.loss).sum::<f32>();
            state.apply(&stage.plan, &config, &shards, rate);
            if (step + 1) % REPORT == 0 {
                let network = stage.plan.name.clone();
                report(&Progress::Loss { network, step: step + 1, loss: sum / REPORT as f32 });
                sum = 0.0;
            }
        }
        state.average
    }

    /// Faces and what is none, half and half.
    fn batch(&self, stage: &Stage, len: usize, mut rng: fastrand::Rng) -> Batch {
        let size = stage.plan.input_size;
        let mut images = Vec::with_capacity(len * size * size);
        let mut targets = vec![Vec::new(); stage.plan.others.len()];
        for i in 0..len {
            let crop = &self.faces[rng.usize(..self.faces.len())];
            let is_face = i % 2 == 0;
            let mut place = Place::default();
            let pixels = if is_face {
                place = Place::around(stage.reach, &mut rng);
                let around = |side: usize, rng: &mut _| self.negatives.around(side, rng);
                draw(crop, place, size, &mut rng, around)
            } else if rng.f32() < 0.25 {
                self.negatives.pasted(crop, size, &mut rng)
            } else {
                self.negatives.background(size, &mut rng)
            };
            images.extend(stage.input(&pixels));
            targets[0].extend([f32::from(!is_face), f32::from(is_face)]);
            let places = AXES.iter().zip(place.offsets()).zip(&mut targets[1..]);
            for ((axis, offset), target) in places {
                let weight = if is_face { AXIS_WEIGHT } else { 0.0 };
                target.extend::<[f32; STEPS]>(axis.shares(offset).map(|share| share * weight));
            }
        }
        Batch { len, images, targets, seed: rng.u64(..), logit_shift: Vec::new() }
    }
}

/// What a face's place counts beside whether it is one.
const AXIS_WEIGHT: f32 = 0.3;
/// Times that every picture is searched in a round, each time turned and scaled anew.
const MINING: usize = 4;
