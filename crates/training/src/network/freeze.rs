//! Layers that training leaves as they are.

use super::plan::{Affine, Layer, Plan, Role, TensorSpec};

/// Whether a pattern such as `stem` or `stage2.conv1` means a tensor; `body` means all but heads.
#[must_use]
pub fn matches(pattern: &str, tensor: &str) -> bool {
    if pattern == "body" {
        return !tensor.starts_with("head.");
    }
    tensor.strip_prefix(pattern).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Marks every tensor that a pattern means as frozen. A frozen convolution loses its batch norm:
/// that is folded into weight and bias as in serving, so that its running values stay and it
/// answers in training as it will be served.
#[must_use]
pub fn freeze(mut plan: Plan, patterns: &[String]) -> Plan {
    if patterns.is_empty() {
        return plan;
    }
    let frozen = |name: &str| patterns.iter().any(|pattern| matches(pattern, name));
    for layer in &mut plan.layers {
        if let Layer::Conv { weight, affine: affine @ Affine::Norm(_), .. } = layer {
            let TensorSpec { name, shape, .. } = &plan.tensors[*weight];
            if frozen(name) {
                let (name, shape) = (name.replace(".weight", ".bias"), vec![shape[0]]);
                *affine = Affine::Bias(plan.tensors.len());
                let role = Role::Bias;
                plan.tensors.push(TensorSpec {
                    name,
                    shape,
                    role,
                    init_deviation: 0.0,
                    frozen: true,
                });
            }
        }
    }
    plan.tensors.iter_mut().for_each(|spec| spec.frozen = frozen(&spec.name));
    without_unused(plan)
}

/// Drops tensors that no layer uses.
fn without_unused(mut plan: Plan) -> Plan {
    let mut used = vec![false; plan.tensors.len()];
    for layer in &mut plan.layers {
        layer.tensors_mut().into_iter().for_each(|id| used[*id] = true);
    }
    let place = |id: usize| used[..id].iter().filter(|used| **used).count();
    for layer in &mut plan.layers {
        layer.tensors_mut().into_iter().for_each(|id| *id = place(*id));
    }
    let mut keep = used.iter();
    plan.tensors.retain(|_| keep.next().copied().unwrap_or(false));
    plan
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::ModelConfig;

    fn plan(patterns: &[&str]) -> Plan {
        let patterns: Vec<String> = patterns.iter().map(|p| (*p).to_owned()).collect();
        freeze(ModelConfig::Attune { stages: vec![4, 8] }.plan("test", 16), &patterns)
    }

    #[test]
    fn a_pattern_means_whole_words_of_a_name() {
        assert!(matches("stage1", "stage1.conv1.weight") && matches("stem", "stem.weight"));
        assert!(
            !matches("stage1", "stage10.conv1.weight") && !matches("body", "head.fer2013.bias")
        );
        assert!(matches("body", "stage1.se.reduce.bias"));
    }

    #[test]
    fn frozen_convolutions_lose_their_norm_and_nothing_else_changes() {
        let (free, frozen) = (plan(&[]), plan(&["stem", "stage1"]));
        assert_eq!((free.layers.len(), free.heads.clone()), (frozen.layers.len(), frozen.heads));
        let still = |name: &str| frozen.tensors.iter().any(|t| t.name == name && t.frozen);
        assert!(still("stem.weight") && still("stem.bias") && still("stage1.se.expand.bias"));
        assert!(!frozen.tensors.iter().any(|t| t.name.starts_with("stage1.conv1.norm")));
        assert!(frozen.tensors.iter().any(|t| t.name == "stage2.conv1.norm.gamma" && !t.frozen));
        for layer in &frozen.layers {
            if let Layer::Linear { weight, bias, .. } = layer {
                let name =
                    |id: usize| frozen.tensors[id].name.trim_end_matches(".weight").to_owned();
                assert_eq!(name(*weight) + ".bias", name(*bias));
            }
        }
    }

    #[test]
    fn a_frozen_body_leaves_only_heads_to_train() {
        let plan = plan(&["body"]);
        assert_eq!(plan.parameters(), 8 * 7 + 7 + 8 * 8 + 8);
    }
}
