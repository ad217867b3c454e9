//! A served network taken apart, to be written again in any form.

use std::collections::HashMap;

use attune_vision::graph::{METADATA_KEY, ModelSpec, Node, SCALE_SUFFIX};
use attune_vision::{Classifier, ModelError, ModelFile, Tensor};
use safetensors::serialize;
use safetensors::tensor::{Dtype, TensorView};

use super::precision::{Encoded, Precision};

/// The graph and the weights of a model file.
#[derive(Clone, Debug, PartialEq)]
pub struct ServedModel {
    /// The graph, and the calibration of its heads.
    pub spec: ModelSpec,
    /// By name, in the order in which nodes first read them.
    pub(crate) tensors: Vec<(String, Tensor)>,
}

impl ServedModel {
    /// Takes a model file apart, once serving finds nothing wrong with it.
    ///
    /// # Errors
    /// What serving refuses.
    pub fn read(bytes: &[u8]) -> Result<Self, ModelError> {
        Classifier::from_safetensors(bytes)?;
        let file = ModelFile::read(bytes)?;
        let mut names: Vec<&str> = Vec::new();
        for name in file.spec.nodes.iter().flat_map(tensor_names).flatten() {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let read = |name: &str| Ok((name.to_owned(), file.tensor(name)?));
        let tensors = names.into_iter().map(read).collect::<Result<_, ModelError>>()?;
        Ok(Self { spec: file.spec, tensors })
    }

    /// A tensor that a node names.
    #[must_use]
    pub fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.tensors.iter().find(|(known, _)| known == name).map(|(_, tensor)| tensor)
    }

    /// The bytes of a model file that [`attune_vision`] serves.
    #[must_use]
    pub fn to_safetensors(&self, precision: Precision) -> Vec<u8> {
        let json = serde_json::to_string(&self.spec).unwrap_or_default();
        write(&self.tensors, precision, json)
    }
}

/// A safetensors file of these tensors with a description.
pub(crate) fn write(tensors: &[(String, Tensor)], precision: Precision, json: String) -> Vec<u8> {
    let mut stored = Vec::new();
    for (name, tensor) in tensors {
        let shape = tensor.shape.clone();
        match precision.encode(tensor) {
            Encoded::Single(bytes) => stored.push((name.clone(), Dtype::F32, shape, bytes)),
            Encoded::Half(bytes) => stored.push((name.clone(), Dtype::F16, shape, bytes)),
            Encoded::Int8 { numbers, scales } => {
                let scale = format!("{name}{SCALE_SUFFIX}");
                stored.push((scale, Dtype::F32, vec![shape[0]], scales));
                stored.push((name.clone(), Dtype::I8, shape, numbers));
            }
        }
    }
    let views = stored.iter().filter_map(|(name, dtype, shape, bytes)| {
        Some((name.as_str(), TensorView::new(*dtype, shape.clone(), bytes).ok()?))
    });
    let metadata = HashMap::from([(METADATA_KEY.to_owned(), json)]);
    serialize(views, Some(metadata)).unwrap_or_default()
}

/// Weight and bias of a node that has them.
fn tensor_names(node: &Node) -> Option<[&str; 2]> {
    match node {
        Node::Conv { weight, bias, .. } | Node::Linear { weight, bias, .. } => Some([weight, bias]),
        Node::MaxPool { .. }
        | Node::GlobalAvgPool { .. }
        | Node::Add { .. }
        | Node::Scale { .. } => None,
    }
}
