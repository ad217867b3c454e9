use attune_core::LabelSet;

use super::blocks::{heads, residual};
use super::plan::{Activation, Kernel, Plan, PlanBuilder};

/// In the style of ResNet (He et al. 2016): a 3 x 3 stem at stride 2 (for 48 pixels, not 224),
/// `blocks` basic blocks a stage, every stage after the first at half the resolution.
#[must_use]
pub fn plan(
    name: &str,
    input_size: usize,
    sets: &[LabelSet],
    stages: &[usize],
    blocks: usize,
) -> Plan {
    let (mut builder, input) = PlanBuilder::new(name, input_size);
    let mut x = builder.conv("stem", input, stages[0], Kernel::same(3, 2), Activation::Relu);
    for (i, channels) in stages.iter().copied().enumerate() {
        for j in 1..=blocks {
            let stride = if i > 0 && j == 1 { 2 } else { 1 };
            let name = format!("stage{}.{j}", i + 1);
            x = residual(&mut builder, &name, x, channels, stride, None);
        }
    }
    let pooled = builder.global_avg_pool(x);
    heads(&mut builder, pooled, sets);
    builder.finish()
}
