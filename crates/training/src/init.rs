//! Weights from another run's checkpoint or from a model file: transfer learning.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use attune_core::{Expression, LabelSet};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use crate::export::ServedModel;
use crate::network::Tensors;
use crate::network::plan::{Affine, Layer, NORM_EPSILON, Norm, Plan, TensorId};

/// Why weights could not be taken from a file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InitError {
    /// It is not there or not readable.
    #[error("{} could not be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It is no safetensors file, or none of its tensors fits.
    #[error("{} has no weights for this network: {why}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// What was taken from files and what begins anew.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Taken {
    /// Layers whose numbers came from the file.
    pub layers: Vec<String>,
    /// Layers that begin with fresh numbers, and why.
    pub fresh: Vec<(String, String)>,
    /// Tensors of the file that found no place.
    pub unused: Vec<String>,
}

/// Starts from one file's weights, or from the mean of several files' weights, which is one network
/// as good as their ensemble where all come from the same ancestor (model soups, Wortsman et al.
/// 2022). Nothing is taken where no file is named.
///
/// # Errors
/// What [`take_weights`] refuses, and files of which one has other layers than the first.
pub fn start_from(
    plan: &Plan,
    tensors: &mut Tensors,
    files: &[PathBuf],
) -> Result<Option<Taken>, InitError> {
    let Some((first, others)) = files.split_first() else { return Ok(None) };
    let fresh = tensors.clone();
    let taken = take_weights(plan, tensors, first)?;
    for (known, path) in (1_u16..).zip(others) {
        let mut next = fresh.clone();
        if take_weights(plan, &mut next, path)?.layers != taken.layers {
            let why = format!("its layers are not those of {}", first.display());
            return Err(InitError::Unfit { path: path.clone(), why });
        }
        let share = 1.0 / f32::from(known + 1);
        for (mean, next) in tensors.0.iter_mut().flatten().zip(next.0.iter().flatten()) {
            *mean += (next - *mean) * share;
        }
    }
    Ok(Some(taken))
}

/// Replaces the numbers of every layer that the file has under the same name and in the same
/// shape.
///
/// The file is a checkpoint (its averaged weights are taken, batch norm and all) or a model file.
/// A model file has its batch norm folded into weights and biases; a layer with batch norm then
/// starts from those weights with gamma 1, beta the bias, mean 0 and variance 1, which serves the
/// same but is normalised anew by the first batches, so a checkpoint is the better start. Heads of
/// label sets that the file lacks start fresh.
///
/// # Errors
/// A file that is missing, no safetensors file, or has no layer of this network.
fn take_weights(plan: &Plan, tensors: &mut Tensors, path: &Path) -> Result<Taken, InitError> {
    let unfit = |why: String| InitError::Unfit { path: path.to_owned(), why };
    let bytes =
        std::fs::read(path).map_err(|source| InitError::Read { path: path.to_owned(), source })?;
    let mut file = Source::read(&bytes).map_err(unfit)?;
    let mut taken = Taken::default();
    for layer in &plan.layers {
        let Some(weight) = weight_of(layer) else { continue };
        let name = plan.tensors[weight].name.trim_end_matches(".weight").to_owned();
        match file.layer(plan, layer) {
            Ok(parts) => {
                parts.into_iter().for_each(|(id, numbers)| tensors.0[id] = numbers);
                taken.layers.push(name);
            }
            Err(why) => taken.fresh.push((name, why)),
        }
    }
    if taken.layers.is_empty() {
        let why =
            taken.fresh.first().map_or_else(String::new, |(name, why)| format!("{name} {why}"));
        return Err(unfit(why));
    }
    taken.unused = file.unused();
    Ok(taken)
}

fn weight_of(layer: &Layer) -> Option<TensorId> {
    match layer {
        Layer::Conv { weight, .. } | Layer::Linear { weight, .. } => Some(*weight),
        _ => None,
    }
}

/// The tensors of a file by the names of plans.
struct Source {
    tensors: HashMap<String, (Vec<usize>, Vec<f32>)>,
    used: Vec<String>,
}

/// The tensors of a layer with their new numbers, or why there are none.
type Parts = Result<Vec<(TensorId, Vec<f32>)>, String>;

impl Source {
    fn read(bytes: &[u8]) -> Result<Self, String> {
        if let Ok(ServedModel { tensors, .. }) = ServedModel::read(bytes) {
            let tensors = tensors.into_iter().map(|(name, t)| (name, (t.shape, t.values)));
            return Ok(Self { tensors: tensors.collect(), used: Vec::new() });
        }
        let file = SafeTensors::deserialize(bytes).map_err(|e| e.to_string())?;
        let is_checkpoint = file.names().iter().any(|name| name.starts_with("average."));
        let prefix = if is_checkpoint { "average." } else { "" };
        let mut tensors = HashMap::new();
        for (name, view) in file.tensors() {
            let Some(name) = name.strip_prefix(prefix) else { continue };
            let Some(numbers) = numbers(&view) else { continue };
            tensors.insert(name.to_owned(), (view.shape().to_vec(), numbers));
        }
        Ok(Self { tensors, used: Vec::new() })
    }

    fn layer(&mut self, plan: &Plan, layer: &Layer) -> Parts {
        match *layer {
            Layer::Conv { weight, affine: Affine::Norm(norm), .. } => {
                self.normed(plan, weight, norm)
            }
            Layer::Conv { weight, affine: Affine::Bias(bias), .. } => {
                self.biased(plan, weight, bias)
            }
            Layer::Linear { weight, bias, .. } => {
                let [weights, mut biases] =
                    [self.fitting(plan, weight)?, self.fitting(plan, bias)?];
                biases.iter_mut().for_each(|b| *b = if *b <= UNKNOWN { 0.0 } else { *b });
                Ok(vec![(weight, weights), (bias, biases)])
            }
            _ => Ok(Vec::new()),
        }
    }

    /// A convolution that the plan gives batch norm.
    fn normed(&mut self, plan: &Plan, weight: TensorId, norm: Norm) -> Parts {
        let weights = self.fitting(plan, weight)?;
        let ids = [norm.gamma, norm.beta, norm.mean, norm.variance];
        if self.tensors.contains_key(&plan.tensors[norm.gamma].name) {
            let mut parts = vec![(weight, weights)];
            for id in ids {
                parts.push((id, self.fitting(plan, id)?));
            }
            return Ok(parts);
        }
        let channels = plan.tensors[norm.gamma].len();
        let bias = self.named(&bias_name(plan, weight), &[channels])?;
        let (zeros, ones) = (vec![0.0; channels], vec![1.0; channels]);
        let parts = [ones.clone(), bias, zeros, ones];
        Ok([(weight, weights)].into_iter().chain(ids.into_iter().zip(parts)).collect())
    }

    /// A convolution that the plan gives a bias: the file's batch norm is folded into it.
    fn biased(&mut self, plan: &Plan, weight: TensorId, bias: TensorId) -> Parts {
        let mut weights = self.fitting(plan, weight)?;
        let channels = plan.tensors[bias].len();
        let base = plan.tensors[weight].name.trim_end_matches(".weight").to_owned();
        if !self.tensors.contains_key(&format!("{base}.norm.gamma")) {
            let biases = self.fitting(plan, bias)?;
            return Ok(vec![(weight, weights), (bias, biases)]);
        }
        let mut part = |word: &str| self.named(&format!("{base}.norm.{word}"), &[channels]);
        let (gamma, beta) = (part("gamma")?, part("beta")?);
        let (mean, variance) = (part("mean")?, part("variance")?);
        let per_channel = weights.len() / channels;
        let mut biases = Vec::with_capacity(channels);
        for (c, row) in weights.chunks_exact_mut(per_channel).enumerate() {
            let scale = gamma[c] / (variance[c] + NORM_EPSILON).sqrt();
            row.iter_mut().for_each(|w| *w *= scale);
            biases.push(beta[c] - mean[c] * scale);
        }
        Ok(vec![(weight, weights), (bias, biases)])
    }

    /// The tensor of the plan's name and shape.
    fn fitting(&mut self, plan: &Plan, id: TensorId) -> Result<Vec<f32>, String> {
        let spec = &plan.tensors[id];
        self.named(&spec.name, &spec.shape)
    }

    fn named(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, String> {
        let (found, numbers) = self.tensors.get(name).ok_or("is not in the file")?;
        if found != shape {
            return Err(format!("has shape {found:?} in the file, {shape:?} here"));
        }
        self.used.push(name.to_owned());
        Ok(numbers.clone())
    }

    fn unused(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.tensors.keys().filter(|name| !self.used.contains(name)).cloned().collect();
        names.sort();
        names
    }
}

fn bias_name(plan: &Plan, weight: TensorId) -> String {
    plan.tensors[weight].name.replace(".weight", ".bias")
}

fn numbers(view: &TensorView<'_>) -> Option<Vec<f32>> {
    let bytes = view.data();
    match view.dtype() {
        Dtype::F32 => Some(bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()),
        Dtype::F16 => {
            let wide = |b: &[u8; 2]| half::f16::from_le_bytes(*b).to_f32();
            Some(bytes.as_chunks().0.iter().map(wide).collect())
        }
        _ => None,
    }
}

/// The bias of an output whose expression the data doesn't know. Its probability is exactly 0,
/// in training as in serving, so no gradient moves it.
const UNKNOWN: f32 = -1e4;

/// Silences the outputs of expressions that are not among `known`.
pub fn silence_unknown(plan: &Plan, tensors: &mut Tensors, known: &[Expression]) {
    for (set, value) in &plan.heads {
        let Some(Layer::Linear { bias, .. }) = value.checked_sub(1).map(|i| &plan.layers[i]) else {
            continue;
        };
        for (b, known) in tensors.0[*bias].iter_mut().zip(mask(*set, known)) {
            if !known {
                *b = UNKNOWN;
            }
        }
    }
}

/// For each output of a label set, whether its expression is known.
#[must_use]
pub fn mask(set: LabelSet, known: &[Expression]) -> Vec<bool> {
    set.expressions().iter().map(|expression| known.contains(expression)).collect()
}
