//! Node by node from the served graph to ONNX operators.

use attune_vision::Tensor;
use attune_vision::graph::{Activation, Head, Node};

use super::OnnxOutputs;
use super::proto::{
    AttributeProto, AttributeType, DataType, Dimension, GraphProto, Length, NodeProto, TensorProto,
    TensorShapeProto, TypeProto, TypeProtoTensor, ValueInfoProto,
};
use crate::export::precision::{Encoded, Precision};
use crate::export::served::ServedModel;

/// Name of the axes that turn a vector `[N, channels]` into `[N, channels, 1, 1]`.
const IMAGE_AXES: &str = "image_axes";

/// An ONNX graph in the making.
pub(super) struct Graph {
    proto: GraphProto,
    /// The name and kind of every value of the served graph so far.
    values: Vec<Value>,
}

#[derive(Clone)]
struct Value {
    name: String,
    is_image: bool,
}

impl Graph {
    pub fn of(model: &ServedModel, precision: Precision, outputs: OnnxOutputs) -> GraphProto {
        let spec = &model.spec;
        let size = spec.input_size;
        let mut graph = Self {
            proto: GraphProto { name: spec.name.clone(), ..GraphProto::default() },
            values: vec![Value { name: "input".to_owned(), is_image: true }],
        };
        graph.proto.input = vec![declared("input", &[1, size, size])];
        graph.constant(IMAGE_AXES, DataType::Int64, &[2], le_bytes(&[2, 3]));
        for (name, tensor) in &model.tensors {
            graph.weights(name, tensor, precision);
        }
        for node in &spec.nodes {
            graph.push(node);
        }
        for head in &spec.heads {
            graph.head(head, outputs);
        }
        graph.proto
    }

    fn push(&mut self, node: &Node) {
        let name = format!("value{}", self.values.len());
        let value = |is_image| Value { name: name.clone(), is_image };
        let made = match node {
            Node::Conv { input, weight, bias, stride, padding, groups, activation } => {
                let names = [self.name(*input), weight, bias];
                let attributes = vec![
                    ints("strides", &[*stride; 2]),
                    ints("pads", &[*padding; 4]),
                    // The default too is written down: not every reader knows it.
                    ints("dilations", &[1; 2]),
                    int("group", *groups),
                ];
                let inputs = names.map(ToOwned::to_owned);
                self.activated("Conv", &inputs, &name, attributes, *activation);
                value(true)
            }
            Node::Linear { input, weight, bias, activation } => {
                let inputs = [self.flat(*input), weight.clone(), bias.clone()];
                self.activated("Gemm", &inputs, &name, vec![int("transB", 1)], *activation);
                value(false)
            }
            Node::MaxPool { input, size, stride } => {
                let attributes =
                    vec![ints("kernel_shape", &[*size; 2]), ints("strides", &[*stride; 2])];
                let inputs = [self.name(*input).to_owned()];
                self.operator("MaxPool", &inputs, &name, attributes);
                value(true)
            }
            Node::GlobalAvgPool { input } => {
                let (mean, inputs) = (format!("{name}_mean"), [self.name(*input).to_owned()]);
                self.operator("GlobalAveragePool", &inputs, &mean, vec![]);
                self.operator("Flatten", &[mean], &name, vec![]);
                value(false)
            }
            Node::Add { left, right, activation } => {
                let inputs = [*left, *right].map(|v| self.name(v).to_owned());
                self.activated("Add", &inputs, &name, vec![], *activation);
                value(self.values[*left].is_image)
            }
            Node::Scale { input, by } => {
                let by_image = format!("{name}_by");
                let axes = [self.name(*by).to_owned(), IMAGE_AXES.to_owned()];
                self.operator("Unsqueeze", &axes, &by_image, vec![]);
                let inputs = [self.name(*input).to_owned(), by_image];
                self.operator("Mul", &inputs, &name, vec![]);
                value(true)
            }
        };
        self.values.push(made);
    }

    fn head(&mut self, head: &Head, outputs: OnnxOutputs) {
        let (name, classes) = (head.label_set.key(), head.label_set.expressions().len());
        let logits = self.name(head.value).to_owned();
        self.operator("Identity", &[logits], name, vec![]);
        self.proto.output.push(declared(name, &[classes]));
        if outputs == OnnxOutputs::Probabilities {
            let temperature = format!("{name}_temperature");
            let bytes = head.temperature.to_le_bytes().to_vec();
            self.constant(&temperature, DataType::Float, &[], bytes);
            let (divided, softmax) = (format!("{name}_divided"), format!("{name}_probabilities"));
            self.operator("Div", &[name.to_owned(), temperature], &divided, vec![]);
            self.operator("Softmax", &[divided], &softmax, vec![int("axis", 1)]);
            self.proto.output.push(declared(&softmax, &[classes]));
        }
    }

    /// A tensor under its own name as floats, however it is stored.
    fn weights(&mut self, name: &str, tensor: &Tensor, precision: Precision) {
        let shape = &tensor.shape;
        match precision.encode(tensor) {
            Encoded::Single(bytes) => self.constant(name, DataType::Float, shape, bytes),
            Encoded::Half(bytes) => {
                let stored = format!("{name}.half");
                self.constant(&stored, DataType::Float16, shape, bytes);
                self.operator("Cast", &[stored], name, vec![int("to", DataType::Float as usize)]);
            }
            Encoded::Int8 { numbers, scales } => {
                let stored = ["int8", "scale"].map(|word| format!("{name}.{word}"));
                self.constant(&stored[0], DataType::Int8, shape, numbers);
                self.constant(&stored[1], DataType::Float, &shape[..1], scales);
                self.operator("DequantizeLinear", &stored, name, vec![int("axis", 0)]);
            }
        }
    }

    /// An operator whose result goes through an activation.
    fn activated(
        &mut self,
        op_type: &str,
        inputs: &[String],
        name: &str,
        attributes: Vec<AttributeProto>,
        activation: Activation,
    ) {
        let before = format!("{name}_before");
        match activation {
            Activation::None => self.operator(op_type, inputs, name, attributes),
            Activation::Relu => {
                self.operator(op_type, inputs, &before, attributes);
                self.operator("Relu", &[before], name, vec![]);
            }
            Activation::Sigmoid => {
                self.operator(op_type, inputs, &before, attributes);
                self.operator("Sigmoid", &[before], name, vec![]);
            }
            Activation::Silu => {
                let gate = format!("{name}_gate");
                self.operator(op_type, inputs, &before, attributes);
                self.operator("Sigmoid", std::slice::from_ref(&before), &gate, vec![]);
                self.operator("Mul", &[before, gate], name, vec![]);
            }
        }
    }

    fn operator(
        &mut self,
        op_type: &str,
        inputs: &[String],
        output: &str,
        attribute: Vec<AttributeProto>,
    ) {
        self.proto.node.push(NodeProto {
            input: inputs.to_vec(),
            output: vec![output.to_owned()],
            name: format!("{output}_{op_type}"),
            op_type: op_type.to_owned(),
            attribute,
        });
    }

    fn constant(&mut self, name: &str, data_type: DataType, shape: &[usize], raw_data: Vec<u8>) {
        let dims = shape.iter().map(|length| *length as i64).collect();
        let data_type = data_type.into();
        let tensor = TensorProto { dims, data_type, name: name.to_owned(), raw_data };
        self.proto.initializer.push(tensor);
    }

    fn name(&self, value: usize) -> &str {
        &self.values[value].name
    }

    /// The name of a value as a vector; images are flattened as `[channels, height, width]`.
    fn flat(&mut self, value: usize) -> String {
        let Value { name, is_image } = self.values[value].clone();
        if !is_image {
            return name;
        }
        let flat = format!("{name}_flat{}", self.values.len());
        self.operator("Flatten", &[name], &flat, vec![]);
        flat
    }
}

/// A float tensor of any number of faces.
fn declared(name: &str, shape: &[usize]) -> ValueInfoProto {
    let faces = Dimension { value: Some(Length::DimParam("N".to_owned())) };
    let known = shape.iter().map(|n| Dimension { value: Some(Length::DimValue(*n as i64)) });
    let shape = TensorShapeProto { dim: std::iter::once(faces).chain(known).collect() };
    let tensor = TypeProtoTensor { elem_type: DataType::Float.into(), shape: Some(shape) };
    let r#type = Some(TypeProto { tensor_type: Some(tensor) });
    ValueInfoProto { name: name.to_owned(), r#type }
}

fn int(name: &str, value: usize) -> AttributeProto {
    let r#type = AttributeType::Int.into();
    AttributeProto { name: name.to_owned(), i: Some(value as i64), ints: vec![], r#type }
}

fn ints(name: &str, values: &[usize]) -> AttributeProto {
    let ints = values.iter().map(|value| *value as i64).collect();
    AttributeProto { name: name.to_owned(), i: None, ints, r#type: AttributeType::Ints.into() }
}

fn le_bytes(numbers: &[i64]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_le_bytes()).collect()
}
