//! Reading tensors out of a safetensors file.

use safetensors::{Dtype, SafeTensors};

use super::error::{ModelError, TensorProblem};
use crate::graph::{FORMAT, METADATA_KEY, ModelSpec};

/// The numbers of one tensor.
pub(super) struct Tensor {
    pub shape: Vec<usize>,
    pub values: Vec<f32>,
}

/// A model file, taken apart but not yet checked against its description.
pub(super) struct File<'a> {
    pub spec: ModelSpec,
    tensors: SafeTensors<'a>,
}

impl<'a> File<'a> {
    pub fn read(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let tensors = SafeTensors::deserialize(bytes).map_err(ModelError::Container)?;
        let (_, header) = SafeTensors::read_metadata(bytes).map_err(ModelError::Container)?;
        let metadata = header.metadata().as_ref().ok_or(ModelError::NoSpec)?;
        let json = metadata.get(METADATA_KEY).ok_or(ModelError::NoSpec)?;
        let spec: ModelSpec = serde_json::from_str(json).map_err(ModelError::Spec)?;
        if spec.format != FORMAT {
            return Err(ModelError::Format(spec.format));
        }
        Ok(Self { spec, tensors })
    }

    /// A tensor by name, as f32, all of it finite.
    pub fn tensor(&self, name: &str) -> Result<Tensor, ModelError> {
        let fault = |problem| ModelError::Tensor { name: name.to_owned(), problem };
        let view = self.tensors.tensor(name).map_err(|_| fault(TensorProblem::Missing))?;
        let values: Vec<f32> = match view.dtype() {
            Dtype::F32 => {
                view.data().as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect()
            }
            Dtype::F16 => view.data().as_chunks().0.iter().map(|b| half(*b)).collect(),
            other => return Err(fault(TensorProblem::Type(other.to_string()))),
        };
        if values.iter().any(|v| !v.is_finite()) {
            return Err(fault(TensorProblem::NotFinite));
        }
        Ok(Tensor { shape: view.shape().to_vec(), values })
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

pub(super) fn wrong_shape(name: &str, found: Vec<usize>, needed: String) -> ModelError {
    let problem = TensorProblem::Shape { found, needed };
    ModelError::Tensor { name: name.to_owned(), problem }
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
