//! OpenCV cascade files: refused, or run on a small frame.
#![no_main]

use attune_vision::{CascadeDetector, Detector, Frame};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(mut detector) = CascadeDetector::from_xml(text) {
        let pixels = (0..64 * 48).map(|i| (i * i * 31 % 255) as u8).collect();
        detector.detect(&Frame::from_luma(64, 48, pixels).expect("a frame"));
    }
});
