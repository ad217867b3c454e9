//! Faces simple enough to be learnt in a second.

use attune_training::data::{Dataset, Example, Votes};
use attune_vision::FaceCrop;

/// Happy faces and sad ones in turn.
pub fn faces(n: usize, seed: u64) -> Dataset {
    let mut rng = fastrand::Rng::with_seed(seed);
    let examples = (0..n).map(|i| example(i % 2 == 0, &mut rng)).collect();
    Dataset { name: "made".to_owned(), examples, splits_told_apart: true }
}

/// The top half is brighter than the bottom, or the other way round.
fn example(top: bool, rng: &mut fastrand::Rng) -> Example {
    let pixel = |i: usize| if (i < 48 * 24) == top { 150 } else { 80 };
    let pixels: Vec<u8> = (0..48 * 48).map(|i| pixel(i) + rng.u8(0..60)).collect();
    let (label, vote) = if top { (3, 1) } else { (4, 3) };
    let mut votes = [0; 10];
    votes[vote] = 10;
    Example {
        crop: FaceCrop::from_pixels(&pixels).unwrap(),
        label: Some(label),
        votes: Some(Votes(votes)),
    }
}
