//! A model file taken apart: its description, and its tensors by name.

use safetensors::tensor::TensorView;
use safetensors::{Dtype, SafeTensors};
use serde::de::DeserializeOwned;

use super::error::{ModelError, TensorProblem};
use crate::graph::{FORMAT, METADATA_KEY, ModelSpec, SCALE_SUFFIX};

/// A tensor of a model file, whatever it is stored as.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Lengths of its axes, the outermost first.
    pub shape: Vec<usize>,
    /// Its numbers in rows, all of them finite.
    pub values: Vec<f32>,
}

/// A model file, taken apart for those who run or rewrite networks by other means.
///
/// Whether description and tensors fit each other is checked by
/// [`Classifier::from_safetensors`](crate::Classifier::from_safetensors), not here.
#[derive(Debug)]
pub struct ModelFile<'a> {
    /// What the file says besides its weights.
    pub spec: ModelSpec,
    pub(super) weights: Weights<'a>,
}

/// The tensors of a file, read when asked for.
#[derive(Debug)]
pub(crate) struct Weights<'a>(SafeTensors<'a>);

/// A file's description under [`METADATA_KEY`], and its tensors.
pub(crate) fn described<T: DeserializeOwned>(bytes: &[u8]) -> Result<(T, Weights<'_>), ModelError> {
    let tensors = SafeTensors::deserialize(bytes).map_err(ModelError::Container)?;
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(ModelError::Container)?;
    let metadata = header.metadata().as_ref().ok_or(ModelError::NoSpec)?;
    let json = metadata.get(METADATA_KEY).ok_or(ModelError::NoSpec)?;
    Ok((serde_json::from_str(json).map_err(ModelError::Spec)?, Weights(tensors)))
}

impl<'a> ModelFile<'a> {
    /// Reads the description; tensors are read when asked for.
    ///
    /// # Errors
    /// Bytes that are no model file of this [`FORMAT`].
    pub fn read(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let (spec, weights): (ModelSpec, _) = described(bytes)?;
        if spec.format != FORMAT {
            return Err(ModelError::Format(spec.format));
        }
        Ok(Self { spec, weights })
    }

    /// A tensor by name, as f32, all of it finite; 8-bit numbers come times their scales.
    ///
    /// # Errors
    /// [`ModelError::Tensor`] for one that is missing, of another type, not finite, or without
    /// usable scales.
    pub fn tensor(&self, name: &str) -> Result<Tensor, ModelError> {
        self.weights.tensor(name)
    }
}

impl<'a> Weights<'a> {
    /// A tensor by name, as [`ModelFile::tensor`] gives it.
    pub fn tensor(&self, name: &str) -> Result<Tensor, ModelError> {
        let view = self.view(name)?;
        let shape = view.shape().to_vec();
        let values = match view.dtype() {
            Dtype::I8 => dequantised(view.data(), &self.scales(name, &shape)?),
            _ => floats(name, &view)?,
        };
        finite(name, &values)?;
        Ok(Tensor { shape, values })
    }

    /// The scale of each output of an 8-bit tensor of this shape.
    fn scales(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, ModelError> {
        let outputs = shape.first().copied().unwrap_or(0);
        let name = format!("{name}{SCALE_SUFFIX}");
        let view = self.view(&name)?;
        if view.shape() != [outputs] {
            return Err(wrong_shape(&name, view.shape().to_vec(), format!("[{outputs}]")));
        }
        let scales = floats(&name, &view)?;
        finite(&name, &scales)?;
        if scales.iter().any(|scale| *scale <= 0.0) {
            return Err(ModelError::Tensor { name, problem: TensorProblem::NotPositive });
        }
        Ok(scales)
    }

    fn view(&self, name: &str) -> Result<TensorView<'a>, ModelError> {
        let missing = || fault(name, TensorProblem::Missing);
        self.0.tensor(name).map_err(|_| missing())
    }

    /// A bias: one number an output.
    pub fn bias(&self, name: &str, outputs: usize) -> Result<Vec<f32>, ModelError> {
        let tensor = self.tensor(name)?;
        if tensor.shape == [outputs] {
            return Ok(tensor.values);
        }
        Err(wrong_shape(name, tensor.shape, format!("[{outputs}]")))
    }
}

fn floats(name: &str, view: &TensorView<'_>) -> Result<Vec<f32>, ModelError> {
    let data = view.data();
    match view.dtype() {
        Dtype::F32 => Ok(data.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()),
        Dtype::F16 => Ok(data.as_chunks().0.iter().map(|b| half(*b)).collect()),
        other => Err(fault(name, TensorProblem::Type(other.to_string()))),
    }
}

fn finite(name: &str, values: &[f32]) -> Result<(), ModelError> {
    let all = values.iter().all(|v| v.is_finite());
    if all { Ok(()) } else { Err(fault(name, TensorProblem::NotFinite)) }
}

/// Two's complement bytes in as many rows as there are scales, each times its row's scale.
fn dequantised(bytes: &[u8], scales: &[f32]) -> Vec<f32> {
    let row = (bytes.len() / scales.len().max(1)).max(1);
    let rows = bytes.chunks_exact(row).zip(scales);
    rows.flat_map(|(row, scale)| row.iter().map(move |b| f32::from(*b as i8) * scale)).collect()
}

fn fault(name: &str, problem: TensorProblem) -> ModelError {
    ModelError::Tensor { name: name.to_owned(), problem }
}

pub(crate) fn wrong_shape(name: &str, found: Vec<usize>, needed: String) -> ModelError {
    fault(name, TensorProblem::Shape { found, needed })
}

/// IEEE 754 binary16, little endian: 1 sign bit, 5 of exponent (bias 15), 10 of fraction.
fn half(bytes: [u8; 2]) -> f32 {
    let bits = u32::from(u16::from_le_bytes(bytes));
    let (sign, exponent, fraction) = (bits >> 15 << 31, bits >> 10 & 31, bits & 1023);
    match exponent {
        0 => f32::from_bits(sign | 0x3f80_0000) * fraction as f32 / 16_777_216.0,
        31 => f32::from_bits(sign | 0x7f80_0000 | fraction << 13),
        _ => f32::from_bits(sign | (exponent + 112) << 23 | fraction << 13),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_precision_is_decoded_exactly() {
        let cases = [
            (0x0000, 0.0),
            (0x8000, -0.0),
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0400, 2f32.powi(-14)),
            (0x0001, 2f32.powi(-24)),
            (0x83ff, -1023.0 * 2f32.powi(-24)),
            (0x3555, 0.333_251_95),
            (0x7c00, f32::INFINITY),
        ];
        for (bits, value) in cases {
            let decoded = half(u16::to_le_bytes(bits));
            assert_eq!(decoded.to_bits(), f32::to_bits(value), "{bits:#x}");
        }
        assert!(half([0x01, 0x7e]).is_nan());
    }
}
