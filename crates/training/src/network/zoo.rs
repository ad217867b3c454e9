//! Which networks can be trained, and the sizes they are known by.

use attune_core::LabelSet;
use serde::{Deserialize, Serialize};

use super::efficientnet::Variant;
use super::plan::Plan;
use super::{attune, efficientnet, literature, resnet, separable, three_stage, vgg};

/// Which network is trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "architecture", rename_all = "snake_case")]
pub enum ModelConfig {
    /// Attune's own residual network with squeeze and excitation.
    Attune {
        /// Channels of each stage; the stem has the first.
        stages: Vec<usize>,
    },
    /// The four-convolution network of the literature, or its ablation without the fourth.
    Literature {
        /// 4 or 3.
        convolutions: usize,
    },
    /// Three convolutions with large kernels, two dense layers of 1024.
    ThreeStage,
    /// Stacked 3 x 3 convolutions with max pools.
    Vgg {
        /// Channels of each stage.
        stages: Vec<usize>,
        /// Convolutions a stage.
        convolutions: usize,
        /// Outputs of the dense layer.
        dense: usize,
    },
    /// Basic residual blocks.
    Resnet {
        /// Channels of each stage; the stem has the first.
        stages: Vec<usize>,
        /// Blocks a stage.
        blocks: usize,
    },
    /// Depthwise separable convolutions.
    Separable {
        /// Channels of each stage; the stem has the first.
        stages: Vec<usize>,
    },
    /// EfficientNet with its stem at stride 1.
    #[serde(rename = "efficientnet")]
    EfficientNet {
        /// B0 to B3.
        variant: Variant,
    },
}

impl Default for ModelConfig {
    fn default() -> Self {
        Self::Attune { stages: vec![32, 64, 128, 256] }
    }
}

/// A network under the name that the command line knows.
#[derive(Clone, Debug, PartialEq)]
pub struct Preset {
    /// Such as `conv4`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// The network.
    pub model: ModelConfig,
}

/// Every preset, the default first.
#[must_use]
pub fn presets() -> Vec<Preset> {
    let preset = |name, about, model| Preset { name, about, model };
    let stages = || vec![32, 64, 128, 256];
    let efficient = |variant| ModelConfig::EfficientNet { variant };
    vec![
        preset("attune", "residual, squeeze and excitation", ModelConfig::default()),
        preset(
            "conv4",
            "four convolutions of the literature",
            ModelConfig::Literature { convolutions: 4 },
        ),
        preset("conv3", "without the fourth", ModelConfig::Literature { convolutions: 3 }),
        preset("three-stage", "5 x 5, 4 x 4, 5 x 5, two dense layers", ModelConfig::ThreeStage),
        preset(
            "vgg",
            "VGG style, batch norm",
            ModelConfig::Vgg { stages: stages(), convolutions: 2, dense: 512 },
        ),
        preset(
            "resnet",
            "ResNet style, 18 layers",
            ModelConfig::Resnet { stages: stages(), blocks: 2 },
        ),
        preset(
            "separable",
            "depthwise separable, global average",
            ModelConfig::Separable { stages: vec![48, 96, 192, 384] },
        ),
        preset("efficientnet-b0", "EfficientNet, stem at stride 1", efficient(Variant::B0)),
        preset("efficientnet-b1", "deeper", efficient(Variant::B1)),
        preset("efficientnet-b2", "deeper and wider", efficient(Variant::B2)),
        preset("efficientnet-b3", "deeper and wider still", efficient(Variant::B3)),
    ]
}

impl ModelConfig {
    /// The preset of that name.
    #[must_use]
    pub fn preset(name: &str) -> Option<Self> {
        presets().into_iter().find(|p| p.name == name).map(|p| p.model)
    }

    /// Whether a plan can be made of it.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let channels = |stages: &[usize]| {
            (1..=8).contains(&stages.len()) && stages.iter().all(|c| (1..=4096).contains(c))
        };
        match self {
            Self::Attune { stages } | Self::Separable { stages } => channels(stages),
            Self::Literature { convolutions } => (3..=4).contains(convolutions),
            Self::ThreeStage | Self::EfficientNet { .. } => true,
            Self::Vgg { stages, convolutions, dense } => {
                channels(stages) && (1..=8).contains(convolutions) && (1..=4096).contains(dense)
            }
            Self::Resnet { stages, blocks } => channels(stages) && (1..=32).contains(blocks),
        }
    }

    /// The side in pixels of the smallest input whose every layer still has something to see.
    #[must_use]
    pub fn smallest_input(&self) -> usize {
        match self {
            Self::Attune { .. } | Self::Resnet { .. } | Self::EfficientNet { .. } => 1,
            Self::Literature { .. } | Self::ThreeStage => 24,
            Self::Vgg { stages, .. } => 1 << stages.len(),
            Self::Separable { stages } => 1 << stages.len().saturating_sub(1),
        }
    }

    /// Whether its layers have batch norm; those without want a gentler learning rate.
    #[must_use]
    pub const fn has_batch_norm(&self) -> bool {
        !matches!(self, Self::Literature { .. } | Self::ThreeStage)
    }

    /// The network's plan for square inputs of `input_size` pixels, with a head for every label
    /// set.
    #[must_use]
    pub fn plan(&self, name: &str, input_size: usize) -> Plan {
        self.plan_with_heads(name, input_size, &LabelSet::ALL)
    }

    /// The same with heads for some label sets only.
    #[must_use]
    pub fn plan_with_heads(&self, name: &str, input_size: usize, sets: &[LabelSet]) -> Plan {
        match self {
            Self::Attune { stages } => attune::plan(name, input_size, sets, stages),
            Self::Literature { convolutions } => {
                literature::plan(name, input_size, sets, *convolutions == 4)
            }
            Self::ThreeStage => three_stage::plan(name, input_size, sets),
            Self::Vgg { stages, convolutions, dense } => {
                vgg::plan(name, input_size, sets, stages, *convolutions, *dense)
            }
            Self::Resnet { stages, blocks } => {
                resnet::plan(name, input_size, sets, stages, *blocks)
            }
            Self::Separable { stages } => separable::plan(name, input_size, sets, stages),
            Self::EfficientNet { variant } => efficientnet::plan(name, input_size, sets, *variant),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_network_has_its_known_size_and_unique_names() {
        let size = |preset: &Preset| {
            let plan = preset.model.plan(preset.name, 44);
            (preset.name, plan.parameters(), plan.multiply_adds / 1000)
        };
        let sizes: Vec<_> = presets().iter().map(size).collect();
        let expected = [
            ("attune", 1_251_979, 32_539),
            ("conv4", 1_436_303, 62_307),
            ("conv3", 2_206_223, 55_999),
            ("three-stage", 2_183_087, 14_362),
            ("vgg", 1_705_135, 94_576),
            ("resnet", 2_798_319, 71_593),
            ("separable", 160_863, 22_347),
            ("efficientnet-b0", 4_026_187, 66_487),
            ("efficientnet-b1", 6_531_823, 99_163),
            ("efficientnet-b2", 7_721_553, 115_146),
            ("efficientnet-b3", 10_718_567, 168_311),
        ];
        assert_eq!(sizes, expected);
    }

    #[test]
    fn the_literature_s_network_has_the_parameters_that_keras_prints() {
        let model = ModelConfig::Literature { convolutions: 4 };
        let plan = model.plan_with_heads("conv4", 48, &[LabelSet::Fer2013]);
        assert_eq!(plan.parameters(), 2_345_607);
    }

    #[test]
    fn efficientnets_have_the_parameters_that_keras_prints() {
        // Reference: trainable parameters of keras.applications.EfficientNetB0 to B3 without top.
        // Theirs read three colours in the stem, ours one; heads are ours.
        for (variant, theirs, stem, top) in [
            (Variant::B0, 4_007_548, 32, 1280),
            (Variant::B1, 6_513_184, 32, 1280),
            (Variant::B2, 7_700_994, 32, 1408),
            (Variant::B3, 10_696_232, 40, 1536),
        ] {
            let plan = ModelConfig::EfficientNet { variant }.plan("b", 48);
            assert_eq!(plan.parameters() - 15 * (top + 1), theirs - 2 * 9 * stem, "{variant:?}");
        }
    }

    #[test]
    fn names_are_unique_and_the_smallest_input_can_be_planned() {
        for Preset { name, model, .. } in presets() {
            assert!(model.is_sound());
            for side in [model.smallest_input(), 44, 48] {
                let plan = model.plan(name, side);
                let mut names: Vec<_> = plan.tensors.iter().map(|t| &t.name).collect();
                names.sort();
                names.dedup();
                assert_eq!(names.len(), plan.tensors.len(), "{name}");
                assert!(plan.tensors.iter().all(|t| !t.is_empty()), "{name} at {side}");
            }
        }
    }
}
