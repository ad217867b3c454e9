use attune_core::LabelSet;

use super::plan::{Activation, Kernel, Plan, PlanBuilder, Value};

/// Residual network with squeeze and excitation: a stem at stride 2, then one block a stage, each
/// stage at half the resolution and (mostly) twice the channels of the one before; two heads on
/// the mean of the last stage.
#[must_use]
pub fn plan(name: &str, input_size: usize, stages: &[usize]) -> Plan {
    let (mut builder, input) = PlanBuilder::new(name, input_size);
    let stem = Kernel::same(3, 2);
    let mut x = builder.conv("stem", input, stages[0], stem, Activation::Relu);
    let mut channels_in = stages[0];
    for (i, channels) in stages.iter().copied().enumerate() {
        let stride = if i == 0 { 1 } else { 2 };
        let widens = channels != channels_in || stride != 1;
        x = residual(&mut builder, &format!("stage{}", i + 1), x, channels, stride, widens);
        channels_in = channels;
    }
    let pooled = builder.global_avg_pool(x);
    builder.head(LabelSet::Fer2013, pooled);
    builder.head(LabelSet::FerPlus, pooled);
    builder.finish()
}

/// A basic residual block (He et al. 2016) with squeeze and excitation on its branch.
fn residual(
    builder: &mut PlanBuilder,
    name: &str,
    x: Value,
    channels: usize,
    stride: usize,
    project: bool,
) -> Value {
    let first = Kernel::same(3, stride);
    let second = Kernel::same(3, 1);
    let branch = builder.conv(&format!("{name}.conv1"), x, channels, first, Activation::Relu);
    let branch = builder.conv(&format!("{name}.conv2"), branch, channels, second, Activation::None);
    let branch = builder.squeeze_excite(&format!("{name}.se"), branch, 8);
    let shortcut = if project {
        let kernel = Kernel::same(1, stride);
        builder.conv(&format!("{name}.shortcut"), x, channels, kernel, Activation::None)
    } else {
        x
    };
    builder.add(branch, shortcut, Activation::Relu)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plan_has_the_expected_size_and_unique_names() {
        let plan = plan("attune-s", 44, &[32, 64, 128, 256]);
        assert_eq!(plan.parameters(), 1_251_979);
        let mut names: Vec<_> = plan.tensors.iter().map(|t| &t.name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), plan.tensors.len());
    }
}
