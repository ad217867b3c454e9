use std::sync::Arc;

use tract_onnx::prelude::*;

use crate::{Engine, Made, Network, input};

pub fn make(network: Network<'_>) -> Made {
    let (_, side) = input(network)?;
    let model = tract_onnx::onnx()
        .model_for_read(&mut &network.onnx[..])?
        .with_input_fact(0, f32::fact([1, 1, side, side]).into())?
        .into_optimized()?
        .into_runnable()?;
    Ok(Box::new(Tract { model, side }))
}

struct Tract {
    model: Arc<TypedRunnableModel>,
    side: usize,
}

impl Engine for Tract {
    fn logits(&mut self, input: &[f32]) -> Vec<f32> {
        let image = Tensor::from_shape(&[1, 1, self.side, self.side], input).expect("a square");
        let heads = self.model.run(tvec!(image.into())).expect("the network runs");
        let numbers = |head: &TValue| {
            head.to_plain_array_view::<f32>().expect("floats").iter().copied().collect::<Vec<_>>()
        };
        heads.iter().flat_map(numbers).collect()
    }
}
