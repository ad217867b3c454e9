//! A plan and its tensors as burn tensors: forward, loss and gradients.

use burn::tensor::module::{batch_norm, batch_norm_train, conv2d, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData, activation};

use super::dropout;
use super::plan::{Activation, Affine, Layer, NORM_EPSILON, Norm, Plan, Role, TensorSpec};
use super::shard::{Batch, BatchStatistics, ShardGradients};
use super::tensors::Tensors;

/// One tensor on burn's side, by rank.
enum Parameter {
    /// `[channels]` or `[out]`.
    Vector(Tensor<1>),
    /// `[out, in]`.
    Matrix(Tensor<2>),
    /// `[out, in / groups, size, size]`.
    Kernel(Tensor<4>),
}

/// Between layers.
#[derive(Clone)]
enum Value {
    /// `[batch, channels, height, width]`.
    Image(Tensor<4>),
    /// `[batch, features]`.
    Vector(Tensor<2>),
}

enum Mode {
    Train { seed: u64, statistics: Vec<(Norm, Tensor<1>, Tensor<1>)> },
    Evaluate,
}

/// A network on one device, used by one thread.
pub struct Replica<'a> {
    plan: &'a Plan,
    parameters: Vec<Parameter>,
    device: Device,
}

impl<'a> Replica<'a> {
    /// Loads the tensors onto the CPU; `train` tracks gradients.
    #[must_use]
    pub fn new(plan: &'a Plan, tensors: &Tensors, train: bool) -> Self {
        let device = if train { device().autodiff() } else { device() };
        let load = |(spec, numbers): (&TensorSpec, &Vec<f32>)| load(spec, numbers, &device, train);
        let parameters = plan.tensors.iter().zip(&tensors.0).map(load).collect();
        Self { plan, parameters, device }
    }

    /// Logits of each head for `len` images, `[len, classes]` flattened.
    #[must_use]
    pub fn logits(&self, images: Vec<f32>, len: usize) -> Vec<Vec<f32>> {
        self.forward(images, len, &mut Mode::Evaluate).into_iter().map(numbers).collect()
    }

    /// Loss and gradients of one shard. The loss is the cross-entropy summed over heads and
    /// images, divided by `whole_batch`, so that shards add up to the batch's mean.
    #[must_use]
    pub fn gradients(&self, batch: Batch, whole_batch: usize) -> ShardGradients {
        let mut mode = Mode::Train { seed: batch.seed, statistics: Vec::new() };
        let logits = self.forward(batch.images, batch.len, &mut mode);
        let mut loss: Option<Tensor<1>> = None;
        for (i, (head, targets)) in logits.iter().zip(batch.targets).enumerate() {
            let targets =
                Tensor::<2>::from_data(TensorData::new(targets, head.dims()), &self.device);
            let mut answers = head.clone();
            if let Some(shift) = batch.logit_shift.get(i) {
                let shift = TensorData::new(shift.clone(), [1, shift.len()]);
                answers = answers + Tensor::<2>::from_data(shift, &self.device);
            }
            let term = -(activation::log_softmax(answers, 1) * targets).sum();
            loss = Some(loss.map_or(term.clone(), |sum| sum + term));
        }
        let loss = loss.unwrap_or_else(|| Tensor::zeros([1], &self.device)) / whole_batch as f32;
        let gradients = self.backward(&loss);
        let statistics = match mode {
            Mode::Train { statistics, .. } => statistics,
            Mode::Evaluate => Vec::new(),
        };
        ShardGradients {
            gradients,
            statistics: statistics.into_iter().map(to_statistics).collect(),
            loss: numbers_1(loss)[0],
            logits: logits.into_iter().map(numbers).collect(),
        }
    }

    fn backward(&self, loss: &Tensor<1>) -> Vec<Vec<f32>> {
        let grads = loss.backward();
        let one = |(spec, parameter): (&TensorSpec, &Parameter)| {
            if !spec.is_trained() {
                return Vec::new();
            }
            let data = match parameter {
                Parameter::Vector(t) => t.grad(&grads).map(Tensor::into_data),
                Parameter::Matrix(t) => t.grad(&grads).map(Tensor::into_data),
                Parameter::Kernel(t) => t.grad(&grads).map(Tensor::into_data),
            };
            data.map_or_else(|| vec![0.0; spec.len()], floats)
        };
        self.plan.tensors.iter().zip(&self.parameters).map(one).collect()
    }

    fn forward(&self, images: Vec<f32>, len: usize, mode: &mut Mode) -> Vec<Tensor<2>> {
        let side = self.plan.input_size;
        let input = TensorData::new(images, [len, 1, side, side]);
        let mut values = vec![Value::Image(Tensor::from_data(input, &self.device))];
        for layer in &self.plan.layers {
            let value = self.layer(layer, &values, mode);
            values.push(value);
        }
        self.plan.heads.iter().map(|(_, index)| flat(&values[*index])).collect()
    }

    fn layer(&self, layer: &Layer, values: &[Value], mode: &mut Mode) -> Value {
        match layer {
            Layer::Conv { input, weight, affine, stride, padding, groups, activation } => {
                let x = image(&values[*input]);
                let options = ConvOptions::new([*stride; 2], [*padding; 2], [1; 2], *groups);
                let bias = match affine {
                    Affine::Bias(bias) => Some(self.vector(*bias)),
                    Affine::Norm(_) => None,
                };
                let mut y = conv2d(x, self.kernel(*weight), bias, options);
                if let Affine::Norm(norm) = affine {
                    y = self.normalise(y, *norm, mode);
                }
                Value::Image(activate(y, *activation))
            }
            Layer::Linear { input, weight, bias, activation } => {
                let y = flat(&values[*input]).matmul(self.matrix(*weight).transpose());
                let y = y + self.vector(*bias).unsqueeze::<2>();
                Value::Vector(activate(y, *activation))
            }
            Layer::MaxPool { input, size, stride } => {
                let x = image(&values[*input]);
                let options = MaxPoolOptions::new([*size; 2]).with_stride([*stride; 2]);
                Value::Image(max_pool2d(x, options))
            }
            Layer::Dropout { input, rate } => self.dropout(&values[*input], *rate, values, mode),
            Layer::GlobalAvgPool { input } => {
                let x = image(&values[*input]);
                let [n, c, h, w] = x.dims();
                let mean: Tensor<3> = x.reshape([n, c, h * w]).mean_dim(2);
                Value::Vector(mean.reshape([n, c]))
            }
            Layer::Add { left, right, activation } => match (&values[*left], &values[*right]) {
                (Value::Image(a), Value::Image(b)) => {
                    Value::Image(activate(a.clone() + b.clone(), *activation))
                }
                (a, b) => Value::Vector(activate(flat(a) + flat(b), *activation)),
            },
            Layer::Scale { input, by } => {
                let x = image(&values[*input]);
                let [n, c, _, _] = x.dims();
                Value::Image(x * flat(&values[*by]).reshape([n, c, 1, 1]))
            }
        }
    }

    fn dropout(&self, x: &Value, rate: f32, values: &[Value], mode: &Mode) -> Value {
        let Mode::Train { seed, .. } = mode else { return x.clone() };
        let factors = |len| dropout::factors(*seed, values.len(), rate, len);
        match x {
            Value::Image(x) => {
                let [n, c, h, w] = x.dims();
                let data = TensorData::new(factors(n * c * h * w), [n, h, w, c]);
                let factors = Tensor::<4>::from_data(data, &self.device).permute([0, 3, 1, 2]);
                Value::Image(x.clone() * factors)
            }
            Value::Vector(x) => {
                let [n, features] = x.dims();
                let data = TensorData::new(factors(n * features), [n, features]);
                Value::Vector(x.clone() * Tensor::from_data(data, &self.device))
            }
        }
    }

    fn normalise(&self, x: Tensor<4>, norm: Norm, mode: &mut Mode) -> Tensor<4> {
        let (gamma, beta) = (self.vector(norm.gamma), self.vector(norm.beta));
        let epsilon = f64::from(NORM_EPSILON);
        match mode {
            Mode::Train { statistics, .. } => {
                let result = batch_norm_train(x, gamma, beta, epsilon);
                statistics.push((norm, result.mean, result.variance));
                result.output
            }
            Mode::Evaluate => {
                let (mean, variance) = (self.vector(norm.mean), self.vector(norm.variance));
                batch_norm(x, gamma, beta, mean, variance, epsilon)
            }
        }
    }

    fn kernel(&self, id: usize) -> Tensor<4> {
        match &self.parameters[id] {
            Parameter::Kernel(t) => t.clone(),
            Parameter::Matrix(t) => t.clone().unsqueeze(),
            Parameter::Vector(t) => t.clone().unsqueeze(),
        }
    }

    fn matrix(&self, id: usize) -> Tensor<2> {
        match &self.parameters[id] {
            Parameter::Matrix(t) => t.clone(),
            Parameter::Kernel(t) => t.clone().flatten(1, 3),
            Parameter::Vector(t) => t.clone().unsqueeze(),
        }
    }

    fn vector(&self, id: usize) -> Tensor<1> {
        match &self.parameters[id] {
            Parameter::Vector(t) => t.clone(),
            Parameter::Matrix(t) => t.clone().flatten(0, 1),
            Parameter::Kernel(t) => t.clone().flatten(0, 3),
        }
    }
}

/// Where burn computes: the CPU, or the first CUDA device in a program built with the feature
/// `cuda`.
fn device() -> Device {
    #[cfg(feature = "cuda")]
    return Device::cuda(0);
    #[cfg(not(feature = "cuda"))]
    Device::flex()
}

fn load(spec: &TensorSpec, numbers: &[f32], device: &Device, train: bool) -> Parameter {
    let data = TensorData::new(numbers.to_vec(), spec.shape.clone());
    let track = train && spec.is_trained();
    match spec.shape.len() {
        1 => Parameter::Vector(Tensor::from_data(data, device).set_require_grad(track)),
        2 => Parameter::Matrix(Tensor::from_data(data, device).set_require_grad(track)),
        _ => Parameter::Kernel(Tensor::from_data(data, device).set_require_grad(track)),
    }
}

fn image(value: &Value) -> Tensor<4> {
    match value {
        Value::Image(x) => x.clone(),
        Value::Vector(x) => {
            let [n, features] = x.dims();
            x.clone().reshape([n, features, 1, 1])
        }
    }
}

fn flat(value: &Value) -> Tensor<2> {
    match value {
        Value::Image(x) => x.clone().flatten(1, 3),
        Value::Vector(x) => x.clone(),
    }
}

fn activate<const D: usize>(x: Tensor<D>, activation: Activation) -> Tensor<D> {
    match activation {
        Activation::None => x,
        Activation::Relu => activation::relu(x),
        Activation::Sigmoid => activation::sigmoid(x),
        Activation::Silu => activation::silu(x),
    }
}

fn to_statistics((norm, mean, variance): (Norm, Tensor<1>, Tensor<1>)) -> BatchStatistics {
    BatchStatistics { norm, mean: numbers_1(mean), variance: numbers_1(variance) }
}

fn numbers(x: Tensor<2>) -> Vec<f32> {
    floats(x.into_data())
}

fn numbers_1(x: Tensor<1>) -> Vec<f32> {
    floats(x.into_data())
}

fn floats(data: TensorData) -> Vec<f32> {
    data.try_into_vec().unwrap_or_default()
}

impl Role {
    /// Whether weight decay applies.
    #[must_use]
    pub const fn decays(self) -> bool {
        matches!(self, Self::Weight)
    }
}
