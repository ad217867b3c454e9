//! The three networks.

use attune_vision::detect::network::{AXES, STEPS};

use crate::network::Plan;
use crate::network::plan::{Activation, Kernel, PlanBuilder, Value};

/// Runs over whole pictures, so it pads nothing.
pub fn scan() -> Plan {
    let (mut b, x) = PlanBuilder::new("scan", 12);
    let x = b.conv("scan.conv1", x, 8, Kernel::valid(4, 2), Activation::Relu);
    let x = b.conv("scan.conv2", x, 16, Kernel::valid(3, 1), Activation::Relu);
    let x = b.conv("scan.conv3", x, 16, Kernel::valid(3, 1), Activation::Relu);
    let face = b.conv_bias("scan.face", x, 2, Kernel::valid(1, 1), Activation::None);
    b.other(face);
    b.finish()
}

/// Looks at some dozens of windows a frame.
pub fn refine() -> Plan {
    let (mut b, x) = PlanBuilder::new("refine", 24);
    let x = b.conv("refine.conv1", x, 16, Kernel::same(3, 2), Activation::Relu);
    let x = b.conv("refine.conv2", x, 24, Kernel::same(3, 2), Activation::Relu);
    let x = b.conv("refine.conv3", x, 32, Kernel::same(3, 1), Activation::Relu);
    let x = b.conv("refine.conv4", x, 48, Kernel::same(3, 2), Activation::Relu);
    let x = b.linear("refine.dense", x, 64, Activation::Relu);
    answers(&mut b, "refine", x);
    b.finish()
}

/// Looks at a few.
pub fn verify() -> Plan {
    let (mut b, x) = PlanBuilder::new("verify", 32);
    let x = b.conv("verify.conv1", x, 24, Kernel::same(3, 2), Activation::Relu);
    let x = b.conv("verify.conv2", x, 32, Kernel::same(3, 1), Activation::Relu);
    let x = b.conv("verify.conv3", x, 48, Kernel::same(3, 2), Activation::Relu);
    let x = b.conv("verify.conv4", x, 48, Kernel::same(3, 1), Activation::Relu);
    let x = b.conv("verify.conv5", x, 64, Kernel::same(3, 2), Activation::Relu);
    let x = b.dropout(x, 0.3);
    let x = b.linear("verify.dense", x, 96, Activation::Relu);
    answers(&mut b, "verify", x);
    b.finish()
}

/// Face or not, and where.
fn answers(b: &mut PlanBuilder, name: &str, x: Value) {
    let face = b.linear(&format!("{name}.face"), x, 2, Activation::None);
    b.other(face);
    for axis in 0..AXES.len() {
        let steps = b.linear(&format!("{name}.axis{axis}"), x, STEPS, Activation::None);
        b.other(steps);
    }
}
