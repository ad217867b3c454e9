use attune_core::LabelSet;

use super::blocks::{heads, residual};
use super::plan::{Activation, Kernel, Plan, PlanBuilder};

/// Channels of a squeeze for each one it gates.
const REDUCTION: usize = 8;

/// Residual network with squeeze and excitation: a stem at stride 2, then one block a stage, each
/// stage at half the resolution and (mostly) twice the channels of the one before; the heads stand
/// on the mean of the last stage.
#[must_use]
pub fn plan(name: &str, input_size: usize, sets: &[LabelSet], stages: &[usize]) -> Plan {
    let (mut builder, input) = PlanBuilder::new(name, input_size);
    let stem = Kernel::same(3, 2);
    let mut x = builder.conv("stem", input, stages[0], stem, Activation::Relu);
    for (i, channels) in stages.iter().copied().enumerate() {
        let stride = if i == 0 { 1 } else { 2 };
        let name = format!("stage{}", i + 1);
        x = residual(&mut builder, &name, x, channels, stride, Some(REDUCTION));
    }
    let pooled = builder.global_avg_pool(x);
    heads(&mut builder, pooled, sets);
    builder.finish()
}
