use attune_core::LabelSet;

use super::blocks::heads;
use super::plan::{Activation, Kernel, Plan, PlanBuilder, Value};

/// Depthwise separable convolutions (Howard et al. 2017): a 3 x 3 stem, then two of them a stage
/// (one in the last), a 2 x 2 max pool between stages, and the mean of the last stage.
#[must_use]
pub fn plan(name: &str, input_size: usize, sets: &[LabelSet], stages: &[usize]) -> Plan {
    let (mut builder, input) = PlanBuilder::new(name, input_size);
    let mut x = builder.conv("stem", input, stages[0], Kernel::same(3, 1), Activation::Relu);
    for (i, channels) in stages.iter().copied().enumerate() {
        if i > 0 {
            x = builder.max_pool(x, 2, 2);
            x = separable(&mut builder, &format!("stage{}.1", i + 1), x, channels);
        }
        if i + 1 < stages.len() {
            x = separable(&mut builder, &format!("stage{}.2", i + 1), x, channels);
        }
    }
    let pooled = builder.global_avg_pool(x);
    heads(&mut builder, pooled, sets);
    builder.finish()
}

/// A 3 x 3 convolution of every channel by itself, then a 1 x 1 convolution over all of them.
fn separable(builder: &mut PlanBuilder, name: &str, x: Value, channels: usize) -> Value {
    let depthwise = format!("{name}.depthwise");
    let x = builder.depthwise(&depthwise, x, Kernel::same(3, 1), Activation::Relu);
    let kernel = Kernel::same(1, 1);
    builder.conv(&format!("{name}.pointwise"), x, channels, kernel, Activation::Relu)
}
