//! What labelled faces hold, in words.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use attune_core::Expression;
use attune_training::data::Stats;
use attune_training::plot::{grouped, percent};

use crate::text::counts;

/// Classes and copies.
pub fn stats(stats: &Stats) -> String {
    let mut text = format!("{}\n", stats.data);
    for split in &stats.splits {
        let _ = writeln!(text, "\n{}: {} pictures", split.split, grouped(split.images));
        text += &classes(&format!("{}, FER2013 labels", split.split), &split.fer2013);
        text += &classes(&format!("{}, FER+ majorities", split.split), &split.ferplus);
        if split.ferplus_undecided > 0 {
            let (undecided, no_face) =
                (grouped(split.ferplus_undecided), grouped(split.not_a_face));
            let _ = writeln!(
                text,
                "  undecided by the votes: {undecided}, of which no face: {no_face}"
            );
        }
        if let Some(agree) = split.labels_agree {
            let _ = writeln!(text, "  label and majority agree on {}", percent(agree));
        }
    }
    text + &copies(stats)
}

fn classes(heading: &str, classes: &BTreeMap<Expression, usize>) -> String {
    counts(heading, &classes.iter().map(|(e, n)| (e.to_string(), *n)).collect())
}

fn copies(stats: &Stats) -> String {
    let copies = &stats.duplicates;
    let mut text = "\nCopies\n".to_owned();
    for split in &copies.within {
        let (exact, near) = (split.exact, split.exact_or_near);
        let _ = writeln!(
            text,
            "  {}: {} pictures in {} groups with the same pixels; {} in {} with near copies",
            split.split,
            grouped(exact.images),
            grouped(exact.groups),
            grouped(near.images),
            grouped(near.groups)
        );
    }
    for pair in &copies.across {
        let _ = writeln!(
            text,
            "  {} of {} stand in {} too: {} with the same pixels, {} as near copies",
            percent(pair.share),
            pair.of,
            pair.within,
            grouped(pair.exact),
            grouped(pair.near)
        );
    }
    let (pairs, differ) =
        (grouped(copies.exact_pairs), grouped(copies.exact_pairs_labelled_differently));
    let _ = writeln!(
        text,
        "  of {pairs} pairs with the same pixels, {differ} are labelled differently"
    );
    let _ = writeln!(text, "  near: {}", copies.near_means);
    text
}
