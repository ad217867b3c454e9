//! A network as a list of layers, before any tensor exists.
//!
//! The same plan is run by burn in training ([`super::replica`]) and folded into the graph that
//! serving runs ([`crate::export`]), so the two cannot drift apart.

use attune_core::LabelSet;
pub use attune_vision::graph::Activation;

/// Index of a tensor in [`Plan::tensors`].
pub type TensorId = usize;

/// What a tensor is for, which decides how it starts and how it is trained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Multiplies inputs; the only role that weight decay touches.
    Weight,
    /// Added to outputs.
    Bias,
    /// Batch norm's scale.
    Gamma,
    /// Batch norm's shift.
    Beta,
    /// Batch norm's running mean: measured, not trained.
    Mean,
    /// Batch norm's running variance: measured, not trained.
    Variance,
}

impl Role {
    /// Whether gradients reach it.
    #[must_use]
    pub const fn is_trained(self) -> bool {
        !matches!(self, Self::Mean | Self::Variance)
    }
}

/// A tensor's name, shape and role.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorSpec {
    /// Unique, dotted, such as `stage2.0.conv1.weight`.
    pub name: String,
    /// `[out, in / groups, size, size]`, `[out, in]` or `[channels]`.
    pub shape: Vec<usize>,
    /// What it is for.
    pub role: Role,
    /// Standard deviation of its normal start; 0 for roles that start constant.
    pub init_deviation: f32,
    /// Whether training leaves it as it is.
    pub frozen: bool,
}

impl TensorSpec {
    /// Whether steps change it by its gradient.
    #[must_use]
    pub const fn is_trained(&self) -> bool {
        !self.frozen && self.role.is_trained()
    }

    /// Number of elements.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it holds nothing; no builder makes such a tensor.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The four tensors of a batch norm (Ioffe and Szegedy 2015).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Norm {
    /// Scale.
    pub gamma: TensorId,
    /// Shift.
    pub beta: TensorId,
    /// Running mean.
    pub mean: TensorId,
    /// Running variance.
    pub variance: TensorId,
}

/// Added to the variance before its root.
pub const NORM_EPSILON: f32 = 1e-5;

/// What a convolution adds to its sums.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Affine {
    /// Batch norm.
    Norm(Norm),
    /// A number a channel, `[out]`.
    Bias(TensorId),
}

/// One layer; `input` and its like number values: 0 is the input, layer `i` makes value `i + 1`.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// Convolution, then batch norm or a bias, then the activation.
    Conv {
        /// The value it reads.
        input: usize,
        /// `[out, in / groups, size, size]`.
        weight: TensorId,
        /// What follows the sums.
        affine: Affine,
        /// Step between outputs.
        stride: usize,
        /// Zeros around the input.
        padding: usize,
        /// 1, or the number of channels.
        groups: usize,
        /// Applied last.
        activation: Activation,
    },
    /// Fully connected; images are flattened.
    Linear {
        /// The value it reads.
        input: usize,
        /// `[out, in]`.
        weight: TensorId,
        /// `[out]`.
        bias: TensorId,
        /// Applied last.
        activation: Activation,
    },
    /// The largest of each window, without padding.
    MaxPool {
        /// The value it reads.
        input: usize,
        /// Window side.
        size: usize,
        /// Step between windows.
        stride: usize,
    },
    /// Mean of each channel.
    GlobalAvgPool {
        /// The value it reads.
        input: usize,
    },
    /// In training, zeros with probability `rate` and the rest scaled up to keep the mean
    /// (Srivastava et al. 2014); nothing in serving.
    Dropout {
        /// The value it reads.
        input: usize,
        /// From 0 to below 1.
        rate: f32,
    },
    /// Sum of two values.
    Add {
        /// The first.
        left: usize,
        /// The second.
        right: usize,
        /// Applied last.
        activation: Activation,
    },
    /// An image times one number a channel.
    Scale {
        /// The image.
        input: usize,
        /// The vector.
        by: usize,
    },
}

impl Layer {
    /// The tensors it uses.
    pub(super) fn tensors_mut(&mut self) -> Vec<&mut TensorId> {
        match self {
            Self::Conv { weight, affine: Affine::Bias(bias), .. }
            | Self::Linear { weight, bias, .. } => {
                vec![weight, bias]
            }
            Self::Conv { weight, affine: Affine::Norm(norm), .. } => {
                let Norm { gamma, beta, mean, variance } = norm;
                vec![weight, gamma, beta, mean, variance]
            }
            _ => Vec::new(),
        }
    }
}

/// A whole network.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Its name, such as `attune-s`.
    pub name: String,
    /// Side of the square input in pixels.
    pub input_size: usize,
    /// In order; each reads only values made before it.
    pub layers: Vec<Layer>,
    /// Which value holds the logits of which label set.
    pub heads: Vec<(LabelSet, usize)>,
    /// Values that hold logits of something else than expressions.
    pub others: Vec<usize>,
    /// All tensors.
    pub tensors: Vec<TensorSpec>,
    /// Multiplications with an addition in convolutions and dense layers, for one face.
    pub multiply_adds: u64,
}

impl Plan {
    /// The shape of every value, the input's first.
    #[must_use]
    pub fn shapes(&self) -> Vec<ValueShape> {
        let mut shapes = vec![ValueShape { channels: 1, side: self.input_size }];
        for layer in &self.layers {
            let shape = self.shape_of(layer, &shapes);
            shapes.push(shape);
        }
        shapes
    }

    fn shape_of(&self, layer: &Layer, made: &[ValueShape]) -> ValueShape {
        match *layer {
            Layer::Conv { input, weight, stride, padding, .. } => {
                let [channels, _, size] = [0, 1, 2].map(|i| self.tensors[weight].shape[i]);
                let side = Kernel { size, stride, padding }.side(made[input].side);
                ValueShape { channels, side }
            }
            Layer::Linear { weight, .. } => {
                ValueShape { channels: self.tensors[weight].shape[0], side: 1 }
            }
            Layer::MaxPool { input, size, stride } => {
                let ValueShape { channels, side } = made[input];
                ValueShape { channels, side: Kernel::valid(size, stride).side(side) }
            }
            Layer::GlobalAvgPool { input } => ValueShape { side: 1, ..made[input] },
            Layer::Dropout { input, .. } | Layer::Scale { input, .. } => made[input],
            Layer::Add { left, .. } => made[left],
        }
    }

    /// The values that are trained by cross-entropy: those of the heads, then the others.
    pub fn logits(&self) -> impl Iterator<Item = usize> {
        self.heads.iter().map(|(_, value)| *value).chain(self.others.iter().copied())
    }

    /// Numbers that training may change.
    #[must_use]
    pub fn parameters(&self) -> usize {
        self.tensors.iter().filter(|t| t.is_trained()).map(TensorSpec::len).sum()
    }
}

/// The shape of a square image, or of a vector: an image of one pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ValueShape {
    /// Channels or features.
    pub channels: usize,
    /// Pixels along each side; 1 for a vector.
    pub side: usize,
}

impl ValueShape {
    /// Numbers an image.
    #[must_use]
    pub const fn len(self) -> usize {
        self.channels * self.side * self.side
    }

    /// Whether it holds nothing.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// A value under construction: its number and shape.
#[derive(Clone, Copy, Debug)]
pub struct Value {
    index: usize,
    channels: usize,
    /// Side of the square image, or 1 for a vector.
    side: usize,
}

impl Value {
    /// Channels of an image, or numbers of a vector.
    #[must_use]
    pub const fn channels(self) -> usize {
        self.channels
    }
}

/// Builds a [`Plan`] layer by layer, working out every tensor's shape.
#[derive(Debug)]
pub struct PlanBuilder {
    plan: Plan,
}

/// A square convolution's geometry.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    /// Side of the kernel.
    pub size: usize,
    /// Step between outputs.
    pub stride: usize,
    /// Zeros around the input.
    pub padding: usize,
}

impl Kernel {
    /// Padded by half the kernel, so that a stride of 1 keeps the size.
    #[must_use]
    pub const fn same(size: usize, stride: usize) -> Self {
        Self { size, stride, padding: size / 2 }
    }

    /// Without padding.
    #[must_use]
    pub const fn valid(size: usize, stride: usize) -> Self {
        Self { size, stride, padding: 0 }
    }

    const fn side(self, input: usize) -> usize {
        (input + 2 * self.padding - self.size) / self.stride + 1
    }
}

impl PlanBuilder {
    /// Starts a plan and hands out its input value.
    #[must_use]
    pub fn new(name: &str, input_size: usize) -> (Self, Value) {
        let plan = Plan {
            name: name.to_owned(),
            input_size,
            layers: Vec::new(),
            heads: Vec::new(),
            others: Vec::new(),
            tensors: Vec::new(),
            multiply_adds: 0,
        };
        (Self { plan }, Value { index: 0, channels: 1, side: input_size })
    }

    fn tensor(&mut self, name: String, shape: Vec<usize>, role: Role, deviation: f32) -> TensorId {
        self.plan.tensors.push(TensorSpec {
            name,
            shape,
            role,
            init_deviation: deviation,
            frozen: false,
        });
        self.plan.tensors.len() - 1
    }

    fn push(&mut self, layer: Layer, channels: usize, side: usize) -> Value {
        self.plan.layers.push(layer);
        Value { index: self.plan.layers.len(), channels, side }
    }

    fn norm(&mut self, name: &str, channels: usize) -> Norm {
        let mut part = |role, word| {
            self.plan.tensors.push(TensorSpec {
                name: format!("{name}.norm.{word}"),
                shape: vec![channels],
                role,
                init_deviation: 0.0,
                frozen: false,
            });
            self.plan.tensors.len() - 1
        };
        Norm {
            gamma: part(Role::Gamma, "gamma"),
            beta: part(Role::Beta, "beta"),
            mean: part(Role::Mean, "mean"),
            variance: part(Role::Variance, "variance"),
        }
    }

    /// Convolution with batch norm. He et al. (2015) initialisation by fan-out.
    pub fn conv(
        &mut self,
        name: &str,
        x: Value,
        out: usize,
        kernel: Kernel,
        activation: Activation,
    ) -> Value {
        let deviation = (2.0 / (out * kernel.size * kernel.size) as f32).sqrt();
        let shape = vec![out, x.channels, kernel.size, kernel.size];
        let weight = self.tensor(format!("{name}.weight"), shape, Role::Weight, deviation);
        let affine = Affine::Norm(self.norm(name, out));
        self.push_conv(x, out, weight, affine, kernel, 1, activation)
    }

    /// Convolution with a bias. He et al. (2015) initialisation by fan-in.
    pub fn conv_bias(
        &mut self,
        name: &str,
        x: Value,
        out: usize,
        kernel: Kernel,
        activation: Activation,
    ) -> Value {
        let deviation = (2.0 / (x.channels * kernel.size * kernel.size) as f32).sqrt();
        let shape = vec![out, x.channels, kernel.size, kernel.size];
        let weight = self.tensor(format!("{name}.weight"), shape, Role::Weight, deviation);
        let affine = Affine::Bias(self.tensor(format!("{name}.bias"), vec![out], Role::Bias, 0.0));
        self.push_conv(x, out, weight, affine, kernel, 1, activation)
    }

    /// Depthwise convolution (every channel by itself) with batch norm.
    pub fn depthwise(
        &mut self,
        name: &str,
        x: Value,
        kernel: Kernel,
        activation: Activation,
    ) -> Value {
        let deviation = (2.0 / (kernel.size * kernel.size) as f32).sqrt();
        let shape = vec![x.channels, 1, kernel.size, kernel.size];
        let weight = self.tensor(format!("{name}.weight"), shape, Role::Weight, deviation);
        let affine = Affine::Norm(self.norm(name, x.channels));
        self.push_conv(x, x.channels, weight, affine, kernel, x.channels, activation)
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of one layer, given once")]
    fn push_conv(
        &mut self,
        x: Value,
        out: usize,
        weight: TensorId,
        affine: Affine,
        kernel: Kernel,
        groups: usize,
        activation: Activation,
    ) -> Value {
        let Kernel { stride, padding, .. } = kernel;
        let layer =
            Layer::Conv { input: x.index, weight, affine, stride, padding, groups, activation };
        let side = kernel.side(x.side);
        let per_output = x.channels / groups * kernel.size * kernel.size;
        self.plan.multiply_adds += (out * side * side * per_output) as u64;
        self.push(layer, out, side)
    }

    /// Fully connected layer over the flattened value.
    pub fn linear(&mut self, name: &str, x: Value, out: usize, activation: Activation) -> Value {
        let fan_in = x.channels * x.side * x.side;
        let gain = if activation == Activation::Relu { 2.0 } else { 1.0 };
        let deviation = (gain / fan_in as f32).sqrt();
        let weight =
            self.tensor(format!("{name}.weight"), vec![out, fan_in], Role::Weight, deviation);
        let bias = self.tensor(format!("{name}.bias"), vec![out], Role::Bias, 0.0);
        self.plan.multiply_adds += (out * fan_in) as u64;
        self.push(Layer::Linear { input: x.index, weight, bias, activation }, out, 1)
    }

    /// The largest of each `size` x `size` window.
    pub fn max_pool(&mut self, x: Value, size: usize, stride: usize) -> Value {
        let side = Kernel::valid(size, stride).side(x.side);
        self.push(Layer::MaxPool { input: x.index, size, stride }, x.channels, side)
    }

    /// Zeros with probability `rate` while training.
    pub fn dropout(&mut self, x: Value, rate: f32) -> Value {
        self.push(Layer::Dropout { input: x.index, rate }, x.channels, x.side)
    }

    /// Mean of each channel.
    pub fn global_avg_pool(&mut self, x: Value) -> Value {
        self.push(Layer::GlobalAvgPool { input: x.index }, x.channels, 1)
    }

    /// Sum of two values of one shape.
    pub fn add(&mut self, left: Value, right: Value, activation: Activation) -> Value {
        let layer = Layer::Add { left: left.index, right: right.index, activation };
        self.push(layer, left.channels, left.side)
    }

    /// Squeeze and excitation (Hu et al. 2018): channels weighed by what all of them hold.
    pub fn squeeze_excite(&mut self, name: &str, x: Value, reduction: usize) -> Value {
        let inner = (x.channels / reduction).max(1);
        self.squeeze_excite_to(name, x, inner, Activation::Relu)
    }

    /// The same with the number of channels squeezed to, and what is applied to them.
    pub fn squeeze_excite_to(
        &mut self,
        name: &str,
        x: Value,
        inner: usize,
        activation: Activation,
    ) -> Value {
        let squeezed = self.global_avg_pool(x);
        let reduced = self.linear(&format!("{name}.reduce"), squeezed, inner, activation);
        let gate = self.linear(&format!("{name}.expand"), reduced, x.channels, Activation::Sigmoid);
        let layer = Layer::Scale { input: x.index, by: gate.index };
        self.push(layer, x.channels, x.side)
    }

    /// Logits for a label set.
    pub fn head(&mut self, set: LabelSet, x: Value) {
        let out = set.expressions().len();
        let logits = self.linear(&format!("head.{set}"), x, out, Activation::None);
        self.plan.heads.push((set, logits.index));
    }

    /// Takes a value as logits of something else than expressions.
    pub fn other(&mut self, logits: Value) {
        self.plan.others.push(logits.index);
    }

    /// The finished plan.
    #[must_use]
    pub fn finish(self) -> Plan {
        self.plan
    }
}
