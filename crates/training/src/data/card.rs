//! The data card: what a model was trained and measured on, in Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use attune_core::Expression;

use super::{SplitStats, Stats};
use crate::plot::{Table, percent};

const HEAD: &str = "\
# Data card: FER2013 with FER+ votes

Written by `attune card data --data PATH`; a test holds this file to what the command prints, so change the command, not the file.

FER2013 (Goodfellow et al. 2013) is a set of grey 48 x 48 pictures of faces that a web image search gave for words of emotion
in 2013. FER+ (Barsoum et al. 2016, MIT licence) has ten people's votes on nearly every one of them. The pictures' own licence was never
stated: they are used to train and measure, and none of them is part of Attune.
";

const TAIL: &str = "
## Limits

- Who is shown was never recorded: neither age nor sex nor origin nor consent. Nothing measured on these pictures says how a
  model reads people of any group.
- The pictures are what a search engine gave for words: much of it is acted, much of it stock photography with watermarks, some drawings
  and dolls, some no faces at all.
- The two label sets are different tasks. A FER2013 label is one word for the picture; a FER+ majority stands only where more than
  five of ten people agree, so its pictures are the clearer ones and its accuracies higher.
- Disgust and contempt are rare: intervals of their figures are wide.
- Mirrored and strongly turned copies are not found, so the counts of near copies are lower bounds.
";

/// The card of a data set.
#[must_use]
pub fn card(stats: &Stats) -> String {
    let mut text = HEAD.to_owned();
    text += "\n## Pictures\n\n";
    text += &pictures(stats).markdown();
    for (title, of) in [
        ("FER2013 labels", (|s| &s.fer2013) as fn(&SplitStats) -> &BTreeMap<Expression, usize>),
        ("FER+ majorities", |s| &s.ferplus),
    ] {
        if stats.splits.iter().any(|s| !of(s).is_empty()) {
            let _ = write!(text, "\n## {title}\n\n{}", classes(stats, of).markdown());
        }
    }
    text += "\n## Light and focus\n\nThe 5th, 50th and 95th percentile of each split: brightness is the \
             mean grey level (0 to 255), contrast the\nstandard deviation of the grey levels, sharpness the \
             variance of the Laplacian over the variance.\n\n";
    text += &light(stats).markdown();
    text += &copies(stats);
    text + TAIL
}

fn pictures(stats: &Stats) -> Table {
    let head = ["split", "pictures", "FER+ majority", "undecided", "no face", "labels agree"];
    let mut table = Table::new("", &head);
    for split in &stats.splits {
        table.push([
            split.split.clone(),
            split.images.to_string(),
            split.ferplus.values().sum::<usize>().to_string(),
            split.ferplus_undecided.to_string(),
            split.not_a_face.to_string(),
            split.labels_agree.map_or("-".to_owned(), percent),
        ]);
    }
    table
}

fn classes(stats: &Stats, of: fn(&SplitStats) -> &BTreeMap<Expression, usize>) -> Table {
    let names: Vec<&str> = stats.splits.iter().map(|s| s.split.as_str()).collect();
    let mut table = Table::new("", &[&["expression"], &names[..]].concat());
    for expression in Expression::ALL {
        if stats.splits.iter().any(|s| of(s).contains_key(&expression)) {
            let cell = |s: &SplitStats| {
                let all: usize = of(s).values().sum();
                let n = of(s).get(&expression).copied().unwrap_or(0);
                format!("{n} ({})", percent(n as f64 / all.max(1) as f64))
            };
            let cells = stats.splits.iter().map(cell);
            table.push([expression.to_string()].into_iter().chain(cells));
        }
    }
    table
}

fn light(stats: &Stats) -> Table {
    let mut table = Table::new("", &["split", "brightness", "contrast", "sharpness"]);
    for split in &stats.splits {
        let three = |[a, b, c]: [f32; 3], decimals: usize| {
            format!("{a:.decimals$} / {b:.decimals$} / {c:.decimals$}")
        };
        table.push([
            split.split.clone(),
            three(split.brightness, 0),
            three(split.contrast, 0),
            three(split.sharpness, 2),
        ]);
    }
    table
}

fn copies(stats: &Stats) -> String {
    let copies = &stats.duplicates;
    let mut text = format!(
        "\n## Copies\n\nAn exact copy has the same pixels. A near copy shows the same photograph cut or \
         saved differently: {}.\n\n",
        copies.near_means
    );
    let mut within =
        Table::new("", &["within", "exact: groups", "pictures", "with near: groups", "pictures"]);
    for split in &copies.within {
        let counts = [split.exact, split.exact_or_near];
        let counts = counts.into_iter().flat_map(|g| [g.groups.to_string(), g.images.to_string()]);
        within.push([split.split.clone()].into_iter().chain(counts));
    }
    text += &within.markdown();
    if !copies.across.is_empty() {
        let mut across =
            Table::new("", &["pictures of", "that stand in", "exact", "near", "share"]);
        for pair in &copies.across {
            across.push([
                pair.of.clone(),
                pair.within.clone(),
                pair.exact.to_string(),
                pair.near.to_string(),
                percent(pair.share),
            ]);
        }
        let _ = write!(text, "\n{}", across.markdown());
    }
    let _ = writeln!(
        text,
        "\nOf {} pairs with the same pixels, {} carry different FER2013 labels ({}).",
        copies.exact_pairs,
        copies.exact_pairs_labelled_differently,
        percent(copies.exact_pairs_labelled_differently as f64 / copies.exact_pairs.max(1) as f64)
    );
    text
}
