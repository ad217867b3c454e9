//! Training the detector, from the data to a file that serving reads, on next to nothing.

#![allow(clippy::unwrap_used)]

mod common;

use attune_training::detector::{Progress, Settings, train};
use attune_vision::{Detector, Frame, NetworkDetector};

/// Two pictures without a face.
fn pictures() -> Vec<Frame> {
    let noise = |i: usize| (i * i * 31 % 255) as u8;
    let slope = |i: usize| (i % 120 + i / 120) as u8;
    let picture = |grey: &dyn Fn(usize) -> u8| {
        Frame::from_luma(120, 90, (0..120 * 90).map(grey).collect()).unwrap()
    };
    vec![picture(&noise), picture(&slope)]
}

fn trained(seed: u64) -> (Vec<u8>, Vec<String>) {
    let settings = Settings { steps: [2, 2, 2], rounds: [2, 1, 1], seed, threads: 2 };
    let mut told = Vec::new();
    let bytes = train(&common::faces(12, 1), pictures(), &settings, &mut |progress| {
        told.push(match progress {
            Progress::Mined { network, .. } => format!("mined for {network}"),
            Progress::Loss { network, .. } => format!("loss of {network}"),
            Progress::Finished(bytes) => format!("{} networks", networks(bytes)),
        });
    });
    (bytes.unwrap(), told)
}

/// How many networks a detector's file holds.
fn networks(bytes: &[u8]) -> usize {
    1 + NetworkDetector::from_safetensors(bytes).unwrap().multiply_adds().len()
}

#[test]
fn a_tiny_training_ends_with_a_detector_that_runs() {
    let (bytes, told) = trained(1);
    assert_eq!(told.iter().filter(|line| line.starts_with("mined")).count(), 3, "{told:?}");
    let finished: Vec<_> = told.iter().filter(|line| line.ends_with("networks")).collect();
    assert_eq!(finished, ["1 networks", "2 networks", "3 networks"]);
    assert!(bytes.len() < 1_000_000, "{}", bytes.len());
    let mut detector = NetworkDetector::from_safetensors(&bytes).unwrap();
    for picture in pictures() {
        let found = detector.detect(&picture);
        assert!(found.iter().all(|d| d.score.is_finite() && d.face.width > 0.0));
    }
    assert_eq!(trained(1).0, bytes, "the same seed gives the same file");
    assert_ne!(trained(2).0, bytes, "another seed another");
}
