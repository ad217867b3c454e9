//! The expression network in one engine after the other: the same weights, the same face.

mod attune;
#[cfg(not(target_family = "wasm"))]
mod burn;
mod rten;
#[cfg(not(target_family = "wasm"))]
mod tract;
#[cfg(target_family = "wasm")]
mod wasm;

use std::error::Error;

use attune_vision::{CROP_SIZE, FaceCrop, ModelFile};

/// What an engine is made of: the network as ONNX, and as the file that it was exported from.
#[derive(Clone, Copy)]
pub struct Network<'a> {
    pub onnx: &'a [u8],
    pub safetensors: &'a [u8],
}

/// A network that is ready to run on one face at a time.
pub trait Engine {
    /// The logits of every head, one head after the other; `input` is `[1, 1, size, size]`.
    fn logits(&mut self, input: &[f32]) -> Vec<f32>;
}

type Made = Result<Box<dyn Engine>, Box<dyn Error>>;
type Make = fn(Network<'_>) -> Made;

/// Every engine of this build by name, Attune's own first.
pub const ENGINES: &[(&str, Make)] = &[
    ("Attune's kernels", attune::make),
    ("rten 0.27.0", rten::make),
    #[cfg(not(target_family = "wasm"))]
    ("tract 0.23.9", tract::make),
    #[cfg(not(target_family = "wasm"))]
    ("burn 0.22.1, flex", burn::make),
];

/// A made-up face as the network reads it, and the side of its square.
pub fn input(network: Network<'_>) -> Result<(Vec<f32>, usize), Box<dyn Error>> {
    let size = ModelFile::read(network.safetensors)?.spec.input_size;
    let grey = |i: usize| {
        let (x, y) = ((i % CROP_SIZE) as f32, (i / CROP_SIZE) as f32);
        (128.0 + 60.0 * (x * 0.3).sin() + 50.0 * (y * 0.21 + x * 0.07).cos()) as u8
    };
    let pixels: Vec<u8> = (0..CROP_SIZE * CROP_SIZE).map(grey).collect();
    let crop = FaceCrop::from_pixels(&pixels).ok_or("no crop")?;
    Ok((crop.input(size), size))
}
