//! The directions that people are told apart by: refused, or used on a crop.
#![no_main]

use attune_vision::{CROP_SIZE, Eigenfaces, FaceCrop};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(eigenfaces) = Eigenfaces::from_safetensors(bytes) {
        let pixels: Vec<u8> = (0..CROP_SIZE * CROP_SIZE).map(|i| (i * 37 % 251) as u8).collect();
        let crop = FaceCrop::from_pixels(&pixels).expect("a crop");
        let _ = eigenfaces.coefficients(&crop);
        let _ = eigenfaces.within(0.01);
    }
});
