//! The detector's file: refused, or run on a small frame.
#![no_main]

use attune_vision::{Detector, Frame, NetworkDetector};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(mut detector) = NetworkDetector::from_safetensors(bytes) {
        let pixels = (0..64 * 48).map(|i| (i * i * 31 % 255) as u8).collect();
        detector.detect(&Frame::from_luma(64, 48, pixels).expect("a frame"));
    }
});
