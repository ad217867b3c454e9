use super::Plays;

/// Tag rows ready to stand beside listeners in [`Ease::fit`](super::Ease::fit): how often a tag was
/// given counts by its square root, and a row of `n` items is divided by `n^norm`, so that tags
/// which say little because everything bears them do not drown the others.
#[must_use]
pub fn tag_rows(counts: &Plays, norm: f32) -> Plays {
    counts.scaled(|count, row| count.sqrt() / (row as f32).powf(norm))
}
