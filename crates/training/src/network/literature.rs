use attune_core::LabelSet;

use super::blocks::heads;
use super::plan::{Activation, Kernel, Plan, PlanBuilder};

/// The network that most student projects on FER2013 use and whose "86 %" they quote: convolutions
/// of 32, 64, 128 and 128 filters 3 x 3 without padding, max pools, a dense layer of 1024 and
/// dropout of 0.25, 0.25 and 0.5. With `fourth` off the last convolution is left out and its pool
/// stays.
///
/// On 48 x 48 pixels, with a FER2013 head alone, it has Keras's well-known 2,345,607 parameters.
#[must_use]
pub fn plan(name: &str, input_size: usize, sets: &[LabelSet], fourth: bool) -> Plan {
    let (mut builder, input) = PlanBuilder::new(name, input_size);
    let kernel = Kernel::valid(3, 1);
    let x = builder.conv_bias("conv1", input, 32, kernel, Activation::Relu);
    let x = builder.conv_bias("conv2", x, 64, kernel, Activation::Relu);
    let x = builder.max_pool(x, 2, 2);
    let x = builder.dropout(x, 0.25);
    let x = builder.conv_bias("conv3", x, 128, kernel, Activation::Relu);
    let mut x = builder.max_pool(x, 2, 2);
    if fourth {
        x = builder.conv_bias("conv4", x, 128, kernel, Activation::Relu);
    }
    let x = builder.max_pool(x, 2, 2);
    let x = builder.dropout(x, 0.25);
    let x = builder.linear("dense", x, 1024, Activation::Relu);
    let x = builder.dropout(x, 0.5);
    heads(&mut builder, x, sets);
    builder.finish()
}
