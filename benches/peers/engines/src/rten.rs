use rten::{Model, NodeId, RunOptions};
use rten_tensor::NdTensorView;
use rten_tensor::prelude::*;

use crate::{Engine, Made, Network, input};

pub fn make(network: Network<'_>) -> Made {
    let mut options = rten::ModelOptions::with_all_ops();
    options.prepack_weights(true);
    let model = options.load(network.onnx.to_vec())?;
    let (_, side) = input(network)?;
    let (from, to) = (model.input_ids()[0], model.output_ids().to_vec());
    Ok(Box::new(Rten { model, from, to, side }))
}

struct Rten {
    model: Model,
    from: NodeId,
    to: Vec<NodeId>,
    side: usize,
}

impl Engine for Rten {
    fn logits(&mut self, input: &[f32]) -> Vec<f32> {
        let image = NdTensorView::from_data([1, 1, self.side, self.side], input);
        let options = Some(RunOptions::default());
        let heads = self.model.run(vec![(self.from, image.into())], &self.to, options);
        let numbers = |head: rten::Value| {
            let head: rten_tensor::Tensor<f32> = head.try_into().expect("floats");
            head.to_vec()
        };
        heads.expect("the network runs").into_iter().flat_map(numbers).collect()
    }
}
