use attune_core::LabelSet;
use serde::{Deserialize, Serialize};

use super::blocks::heads;
use super::plan::{Activation, Kernel, Plan, PlanBuilder, Value};

/// A size of EfficientNet (Tan and Le 2019, compound scaling).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// Width and depth as found by their search.
    B0,
    /// Depth 1.1.
    B1,
    /// Width 1.1, depth 1.2.
    B2,
    /// Width 1.2, depth 1.4.
    B3,
}

impl Variant {
    /// Multipliers of channels and of layers, and the dropout before the heads.
    const fn scaling(self) -> (f64, f64, f32) {
        match self {
            Self::B0 => (1.0, 1.0, 0.2),
            Self::B1 => (1.0, 1.1, 0.2),
            Self::B2 => (1.1, 1.2, 0.3),
            Self::B3 => (1.2, 1.4, 0.3),
        }
    }
}

/// A stage of B0: expansion, channels, layers, stride, kernel.
struct Stage(usize, usize, usize, usize, usize);

const STAGES: [Stage; 7] = [
    Stage(1, 16, 1, 1, 3),
    Stage(6, 24, 2, 2, 3),
    Stage(6, 40, 2, 2, 5),
    Stage(6, 80, 3, 2, 3),
    Stage(6, 112, 3, 1, 5),
    Stage(6, 192, 4, 2, 5),
    Stage(6, 320, 1, 1, 3),
];

/// EfficientNet for faces of at most 48 pixels.
///
/// The stem has stride 1 instead of 2, so that the last stage still sees 3 x 3 places of a face of
/// 44 pixels, and resolution is not scaled (a crop has no more than 48 pixels). Stochastic depth is
/// left out; dropout before the heads is not.
#[must_use]
pub fn plan(name: &str, input_size: usize, sets: &[LabelSet], variant: Variant) -> Plan {
    let (width, depth, dropout) = variant.scaling();
    let (mut builder, input) = PlanBuilder::new(name, input_size);
    let kernel = Kernel::same(3, 1);
    let mut x = builder.conv("stem", input, filters(32, width), kernel, Activation::Silu);
    for (i, Stage(expansion, channels, layers, stride, size)) in STAGES.iter().enumerate() {
        for j in 1..=repeats(*layers, depth) {
            let kernel = Kernel::same(*size, if j == 1 { *stride } else { 1 });
            let name = format!("stage{}.{j}", i + 1);
            x = mbconv(&mut builder, &name, x, filters(*channels, width), *expansion, kernel);
        }
    }
    let top = filters(1280, width);
    let x = builder.conv("top", x, top, Kernel::same(1, 1), Activation::Silu);
    let x = builder.global_avg_pool(x);
    let x = builder.dropout(x, dropout);
    heads(&mut builder, x, sets);
    builder.finish()
}

/// Inverted bottleneck with squeeze and excitation (Sandler et al. 2018; Tan et al. 2019).
fn mbconv(
    builder: &mut PlanBuilder,
    name: &str,
    x: Value,
    channels: usize,
    expansion: usize,
    kernel: Kernel,
) -> Value {
    let (point, silu) = (Kernel::same(1, 1), Activation::Silu);
    let wide = if expansion == 1 {
        x
    } else {
        builder.conv(&format!("{name}.expand"), x, x.channels() * expansion, point, silu)
    };
    let deep = builder.depthwise(&format!("{name}.depthwise"), wide, kernel, silu);
    let inner = (x.channels() / 4).max(1);
    let gated = builder.squeeze_excite_to(&format!("{name}.se"), deep, inner, silu);
    let out = builder.conv(&format!("{name}.project"), gated, channels, point, Activation::None);
    if kernel.stride == 1 && channels == x.channels() {
        return builder.add(out, x, Activation::None);
    }
    out
}

/// Channels times the width, to the next multiple of 8 that is at least 90 % of it.
fn filters(channels: usize, width: f64) -> usize {
    let wanted = channels as f64 * width;
    let rounded = (((wanted + 4.0) / 8.0) as usize * 8).max(8);
    if (rounded as f64) < 0.9 * wanted { rounded + 8 } else { rounded }
}

/// Layers times the depth, rounded up.
fn repeats(layers: usize, depth: f64) -> usize {
    (layers as f64 * depth).ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_and_depths_round_as_published() {
        // Reference: `round_filters` and `round_repeats` of the authors' own code.
        let widths = |w| STAGES.iter().map(|s| filters(s.1, w)).collect::<Vec<_>>();
        assert_eq!(widths(1.1), [16, 24, 48, 88, 120, 208, 352]);
        assert_eq!(widths(1.2), [24, 32, 48, 96, 136, 232, 384]);
        assert_eq!((filters(32, 1.2), filters(1280, 1.1), filters(1280, 1.2)), (40, 1408, 1536));
        let depths = |d| STAGES.iter().map(|s| repeats(s.2, d)).collect::<Vec<_>>();
        assert_eq!(depths(1.1), [2, 3, 3, 4, 4, 5, 2]);
        assert_eq!(depths(1.4), [2, 3, 3, 5, 5, 6, 2]);
    }
}
