//! The served graph as ONNX, opset 13 (<https://onnx.ai/onnx/operators>), for every runtime that
//! reads it.
//!
//! One input, `input`, `[N, 1, size, size]`: what `FaceCrop::input` gives for `N` faces. One output
//! a head, `[N, expressions]`, named after its label set: raw logits, or with
//! [`OnnxOutputs::Probabilities`] also `{label set}_probabilities`. The calibration stands in the
//! metadata either way.

mod graph;
mod proto;

use prost::Message;

use self::graph::Graph;
use self::proto::{ModelProto, OperatorSetIdProto, StringStringEntryProto};
use super::{Precision, ServedModel};

/// The version of the operators that a file asks for.
const OPSET: i64 = 13;
/// The version of the file format that came with it (ONNX 1.8).
const IR_VERSION: i64 = 7;

/// What the file gives for a face.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnnxOutputs {
    /// Logits.
    Logits,
    /// Logits, and their softmax at the head's temperature.
    Probabilities,
}

impl ServedModel {
    /// The bytes of an ONNX file. Weights of less than 32 bits are stored as they are and made
    /// floats by a node each: `Cast`, which onnxruntime does once when loading, or
    /// `DequantizeLinear`, which it does for every face, so that 8 bits save space and cost time.
    #[must_use]
    pub fn to_onnx(&self, precision: Precision, outputs: OnnxOutputs) -> Vec<u8> {
        let model = ModelProto {
            ir_version: IR_VERSION,
            opset_import: vec![OperatorSetIdProto { domain: String::new(), version: OPSET }],
            producer_name: "attune".to_owned(),
            producer_version: env!("CARGO_PKG_VERSION").to_owned(),
            graph: Some(Graph::of(self, precision, outputs)),
            metadata_props: self.properties(),
        };
        model.encode_to_vec()
    }

    /// What a program needs to know besides the graph.
    fn properties(&self) -> Vec<StringStringEntryProto> {
        let size = self.spec.input_size;
        let input = format!(
            "grey pixels: the middle {size} x {size} of a 48 x 48 face crop, shifted and scaled to \
             mean 0 and standard deviation 1"
        );
        let mut properties = vec![
            ("attune.name".to_owned(), self.spec.name.clone()),
            ("attune.input".to_owned(), input),
        ];
        for head in &self.spec.heads {
            let set = head.label_set;
            let names: Vec<&str> = set.expressions().iter().map(|e| e.key()).collect();
            properties.extend([
                (format!("attune.{set}.expressions"), names.join(",")),
                (format!("attune.{set}.temperature"), head.temperature.to_string()),
                (format!("attune.{set}.declare_above"), head.declare_above.to_string()),
            ]);
        }
        properties.into_iter().map(|(key, value)| StringStringEntryProto { key, value }).collect()
    }
}
