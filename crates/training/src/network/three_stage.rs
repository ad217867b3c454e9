use attune_core::LabelSet;

use super::blocks::heads;
use super::plan::{Activation, Kernel, Plan, PlanBuilder};

/// Three stages of one convolution and one max pool each (32 filters 5 x 5, 32 of 4 x 4, 64 of
/// 5 x 5; pools 3 x 3 at stride 2), then two dense layers of 1024 with dropout of 0.5.
///
/// Convolutions of odd size keep the resolution; the 4 x 4 one has one pixel of padding and loses
/// one pixel.
#[must_use]
pub fn plan(name: &str, input_size: usize, sets: &[LabelSet]) -> Plan {
    let (mut builder, mut x) = PlanBuilder::new(name, input_size);
    for (i, (channels, size)) in [(32, 5), (32, 4), (64, 5)].into_iter().enumerate() {
        let kernel = Kernel { size, stride: 1, padding: (size - 1) / 2 };
        x = builder.conv_bias(&format!("conv{}", i + 1), x, channels, kernel, Activation::Relu);
        x = builder.max_pool(x, 3, 2);
    }
    for i in 1..=2 {
        x = builder.linear(&format!("dense{i}"), x, 1024, Activation::Relu);
        x = builder.dropout(x, 0.5);
    }
    heads(&mut builder, x, sets);
    builder.finish()
}
