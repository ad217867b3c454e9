//! Expression models: refused, or run on a crop.
#![no_main]

use attune_vision::{CROP_SIZE, Classifier, FaceCrop};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(mut classifier) = Classifier::from_safetensors(bytes) {
        let pixels: Vec<u8> = (0..CROP_SIZE * CROP_SIZE).map(|i| (i * 37 % 251) as u8).collect();
        let crop = FaceCrop::from_pixels(&pixels).expect("a crop");
        let _ = classifier.classify(&crop);
        let _ = classifier.logits_batch(&[crop.clone(), crop]);
    }
});
