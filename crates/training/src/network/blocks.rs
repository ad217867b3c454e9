//! Blocks that several families are made of.

use attune_core::LabelSet;

use super::plan::{Activation, Kernel, PlanBuilder, Value};

/// A basic residual block (He et al. 2016), with squeeze and excitation (Hu et al. 2018) on its
/// branch where a `reduction` is given.
pub(super) fn residual(
    builder: &mut PlanBuilder,
    name: &str,
    x: Value,
    channels: usize,
    stride: usize,
    reduction: Option<usize>,
) -> Value {
    let first = Kernel::same(3, stride);
    let second = Kernel::same(3, 1);
    let branch = builder.conv(&format!("{name}.conv1"), x, channels, first, Activation::Relu);
    let mut branch =
        builder.conv(&format!("{name}.conv2"), branch, channels, second, Activation::None);
    if let Some(reduction) = reduction {
        branch = builder.squeeze_excite(&format!("{name}.se"), branch, reduction);
    }
    let shortcut = if channels != x.channels() || stride != 1 {
        let kernel = Kernel::same(1, stride);
        builder.conv(&format!("{name}.shortcut"), x, channels, kernel, Activation::None)
    } else {
        x
    };
    builder.add(branch, shortcut, Activation::Relu)
}

/// Logits of each label set from one value.
pub(super) fn heads(builder: &mut PlanBuilder, x: Value, sets: &[LabelSet]) {
    sets.iter().for_each(|set| builder.head(*set, x));
}
