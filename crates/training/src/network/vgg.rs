use attune_core::LabelSet;

use super::blocks::heads;
use super::plan::{Activation, Kernel, Plan, PlanBuilder};

/// In the style of VGG (Simonyan and Zisserman 2015) with batch norm: `convolutions` of 3 x 3 a
/// stage, each stage ended by a 2 x 2 max pool; one dense layer with dropout of 0.5 before the
/// heads.
#[must_use]
pub fn plan(
    name: &str,
    input_size: usize,
    sets: &[LabelSet],
    stages: &[usize],
    convolutions: usize,
    dense: usize,
) -> Plan {
    let (mut builder, mut x) = PlanBuilder::new(name, input_size);
    let kernel = Kernel::same(3, 1);
    for (i, channels) in stages.iter().copied().enumerate() {
        for j in 1..=convolutions {
            let name = format!("stage{}.conv{j}", i + 1);
            x = builder.conv(&name, x, channels, kernel, Activation::Relu);
        }
        x = builder.max_pool(x, 2, 2);
    }
    let x = builder.linear("dense", x, dense, Activation::Relu);
    let x = builder.dropout(x, 0.5);
    heads(&mut builder, x, sets);
    builder.finish()
}
