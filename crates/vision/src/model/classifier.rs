use std::sync::Arc;

use attune_core::{InvalidProbabilities, LabelSet, Probabilities};

use super::error::ModelError;
use super::network::{Memory, Network};
use super::plan::check_heads;
use super::trace::{Traced, trace};
use super::weights::ModelFile;
use crate::FaceCrop;
use crate::graph::{Head, ModelSpec};

/// Faces that run through the network together in a batch.
const BATCH: usize = 8;

/// From a face crop to what it shows.
///
/// A clone shares the weights and has memory of its own: one for each thread. After the first
/// face nothing is allocated to compute logits.
#[derive(Clone)]
pub struct Classifier {
    spec: Arc<ModelSpec>,
    network: Arc<Network>,
    memory: Memory,
}

impl Classifier {
    /// Reads a model file, as [`graph`](crate::graph) describes it. Every number and name in it
    /// is checked here.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, ModelError> {
        let ModelFile { spec, weights } = ModelFile::read(bytes)?;
        let outputs: Vec<usize> = spec.heads.iter().map(|head| head.value).collect();
        let network = Network::new(&weights, &spec.nodes, spec.input_size, &outputs)?;
        check_heads(&spec.heads, &network.shapes)?;
        let (spec, network) = (Arc::new(spec), Arc::new(network));
        Ok(Self { spec, network, memory: Memory::default() })
    }

    /// What the model file says of itself.
    #[must_use]
    pub fn spec(&self) -> &ModelSpec {
        &self.spec
    }

    /// The head that the product reads from: FER+, or else the first.
    #[must_use]
    pub fn reading_head(&self) -> &Head {
        let heads = &self.spec.heads;
        heads.iter().find(|h| h.label_set == LabelSet::FerPlus).unwrap_or(&heads[0])
    }

    /// Weights and biases.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.network.parameters
    }

    /// Multiplications with an addition in convolutions and dense layers, for one face.
    #[must_use]
    pub fn multiply_adds(&self) -> u64 {
        self.network.multiply_adds
    }

    /// Uncalibrated outputs of one head for one face, `None` if the model lacks the head.
    pub fn logits(&mut self, crop: &FaceCrop, set: LabelSet) -> Option<&[f32]> {
        self.spec.heads.iter().find(|h| h.label_set == set)?;
        self.run(std::slice::from_ref(crop));
        let head = self.spec.heads.iter().find(|h| h.label_set == set)?;
        Some(self.network.output(&self.memory, head.value, 1))
    }

    /// Uncalibrated outputs for many faces: for every head of the [`spec`](Self::spec), in its
    /// order, one row a face.
    pub fn logits_batch(&mut self, crops: &[FaceCrop]) -> Vec<Vec<f32>> {
        let mut logits = vec![Vec::new(); self.spec.heads.len()];
        for batch in crops.chunks(BATCH) {
            self.run(batch);
            self.take_outputs(batch.len(), &mut logits);
        }
        logits
    }

    /// [`logits_batch`](Self::logits_batch) for faces that are already what the network reads:
    /// `inputs` holds `size` x `size` [standardised](crate::standardise) numbers a face, rows from
    /// the top, where `size` is the spec's `input_size`. What doesn't fill a face is left out.
    pub fn logits_of_inputs(&mut self, inputs: &[f32]) -> Vec<Vec<f32>> {
        let mut logits = vec![Vec::new(); self.spec.heads.len()];
        let face = self.spec.input_size.pow(2);
        let whole = inputs.len() / face * face;
        for batch in inputs[..whole].chunks(BATCH * face) {
            let faces = batch.len() / face;
            self.network.input(&mut self.memory, faces).copy_from_slice(batch);
            self.network.run(&mut self.memory, faces);
            self.take_outputs(faces, &mut logits);
        }
        logits
    }

    fn take_outputs(&self, faces: usize, logits: &mut [Vec<f32>]) {
        for (head, rows) in self.spec.heads.iter().zip(logits) {
            rows.extend_from_slice(self.network.output(&self.memory, head.value, faces));
        }
    }

    /// Calibrated probabilities from the [reading head](Self::reading_head). Fails only where a
    /// network's numbers overflow.
    pub fn classify(&mut self, crop: &FaceCrop) -> Result<Probabilities, InvalidProbabilities> {
        self.run(std::slice::from_ref(crop));
        let head = self.reading_head();
        let logits = self.network.output(&self.memory, head.value, 1);
        Probabilities::from_logits(head.label_set, logits, head.temperature)
    }

    /// Every value of one forward pass, the input first, for those who look inside; slower than
    /// [`logits`](Self::logits). `None` unless `input` is the `size * size` numbers of a
    /// [`FaceCrop::input`] of the [`spec`](Self::spec)'s size.
    #[must_use]
    pub fn trace(&self, input: &[f32]) -> Option<Vec<Traced>> {
        let side = self.spec.input_size;
        (input.len() == side * side).then(|| trace(&self.network, input))
    }

    fn run(&mut self, crops: &[FaceCrop]) {
        let side = self.spec.input_size;
        let input = self.network.input(&mut self.memory, crops.len());
        for (crop, pixels) in crops.iter().zip(input.chunks_exact_mut(side * side)) {
            crop.fill_input(side, pixels);
        }
        self.network.run(&mut self.memory, crops.len());
    }
}
