//! The files of the detector and of eigenfaces: damaged ones are refused, and what is read runs.

#![allow(clippy::unwrap_used)]

use attune_vision::{Detector, Eigenfaces, FaceCrop, Frame, ModelError, NetworkDetector};
use proptest::prelude::*;

const EIGENFACES: &[u8] = include_bytes!("../../../models/eigenfaces.safetensors");
const SHIPPED: &[u8] = include_bytes!("../../../models/detector.safetensors");

fn noise(width: usize, height: usize) -> Frame {
    let pixels = (0..width * height).map(|i| (i * i * 31 % 255) as u8).collect();
    Frame::from_luma(width, height, pixels).unwrap()
}

/// Reads bytes and, if they are a detector, runs it.
fn survive(bytes: &[u8]) {
    if let Ok(mut detector) = NetworkDetector::from_safetensors(bytes) {
        for (width, height) in [(1, 1), (9, 90), (64, 48)] {
            detector.detect(&noise(width, height));
        }
    }
}

/// Bytes of the description, which stands behind the header's length.
fn header() -> usize {
    8 + u64::from_le_bytes(SHIPPED[..8].try_into().unwrap()) as usize
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_bytes_are_refused_or_run(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        survive(&bytes);
    }

    /// Digits and letters of the description changed.
    #[test]
    fn a_damaged_description_is_refused_or_runs(
        changes in prop::collection::vec((any::<prop::sample::Index>(), b'0'..b'z'), 1..3),
    ) {
        let mut bytes = SHIPPED.to_vec();
        for (index, byte) in changes {
            bytes[8 + index.index(header() - 8)] = byte;
        }
        survive(&bytes);
    }

    #[test]
    fn damaged_eigenfaces_are_refused_or_give_numbers(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        head in any::<bool>(),
        end in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut bytes = EIGENFACES.to_vec();
        let within = if head { 1200.min(bytes.len()) } else { bytes.len() };
        for (index, byte) in changes {
            bytes[index.index(within)] = byte;
        }
        if let Some(end) = end {
            bytes.truncate(end.index(bytes.len()));
        }
        if let Ok(eigenfaces) = Eigenfaces::from_safetensors(&bytes) {
            let crop = FaceCrop::from_pixels(&[7; 48 * 48]).unwrap();
            if let Some(face) = eigenfaces.coefficients(&crop) {
                prop_assert!(face.distance(&face).abs() < 1e-3);
            }
            let _ = eigenfaces.within(0.01);
        }
    }

    #[test]
    fn torn_files_are_refused_or_run(end in any::<prop::sample::Index>()) {
        survive(&SHIPPED[..end.index(SHIPPED.len())]);
    }
}

#[test]
fn the_model_of_expressions_is_no_detector() {
    let model = include_bytes!("../../../models/attune.safetensors");
    let refused = NetworkDetector::from_safetensors(model).err().unwrap();
    assert!(matches!(refused, ModelError::Spec(_)), "{refused}");
}

#[test]
fn the_shipped_file_is_small() {
    assert!(SHIPPED.len() < 1_000_000, "{}", SHIPPED.len());
}

#[test]
fn a_clone_and_a_second_look_find_the_same() {
    let mut detector = NetworkDetector::new().unwrap();
    let frame = noise(320, 240);
    let first = detector.candidates(&frame).to_vec();
    detector.detect(&noise(100, 300));
    assert_eq!(detector.clone().candidates(&frame), first);
    assert_eq!(detector.candidates(&frame), first);
}
