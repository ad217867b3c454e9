use attune_vision::Classifier;

use crate::{Engine, Made, Network};

pub fn make(network: Network<'_>) -> Made {
    Ok(Box::new(Attune(Classifier::from_safetensors(network.safetensors)?)))
}

struct Attune(Classifier);

impl Engine for Attune {
    fn logits(&mut self, input: &[f32]) -> Vec<f32> {
        self.0.logits_of_inputs(input).concat()
    }
}
