//! What a data set holds, as a page.

use std::collections::BTreeMap;

use attune_core::Expression;

use crate::data::{SplitStats, Stats};
use crate::plot::{
    Axis, Bar, BarChart, BarRow, Block, Drawing, Page, PieChart, Table, Unit, grouped, percent,
};

/// The page of `attune data stats`.
#[must_use]
pub fn page(stats: &Stats) -> Page {
    let mut page = Page::new("What the data holds");
    page.push(Block::Text(format!("{}, by split.", stats.data)));
    for (title, of) in [
        ("FER2013 labels", (|s| &s.fer2013) as fn(&SplitStats) -> &BTreeMap<Expression, usize>),
        ("FER+ majorities", |s| &s.ferplus),
    ] {
        let labelled: Vec<&SplitStats> =
            stats.splits.iter().filter(|s| !of(s).is_empty()).collect();
        if labelled.is_empty() {
            continue;
        }
        page.push(Block::Heading(title.to_owned()));
        let pies = labelled.iter().map(|s| pie(s, of(s)));
        page.push(Block::Wide(bars(&labelled, of)));
        page.push(Block::Figures(pies.collect()));
    }
    page.push(Block::Heading("Copies".to_owned()));
    page.push(Block::Text(format!(
        "An exact copy has the same pixels. A near copy shows the same photograph cut or saved differently: {}. \
         Of {} pairs with the same pixels, {} carry different FER2013 labels.",
        stats.duplicates.near_means,
        grouped(stats.duplicates.exact_pairs),
        grouped(stats.duplicates.exact_pairs_labelled_differently)
    )));
    page.push(Block::Table(within(stats)));
    if !stats.duplicates.across.is_empty() {
        page.push(Block::Wide(across_bars(stats)));
        page.push(Block::Table(across(stats)));
    }
    page
}

fn bars(splits: &[&SplitStats], of: fn(&SplitStats) -> &BTreeMap<Expression, usize>) -> BarChart {
    let row = |expression: &Expression| {
        let share = |s: &&SplitStats| {
            let all: usize = of(s).values().sum();
            Bar::from(of(s).get(expression).copied().unwrap_or(0) as f64 / all.max(1) as f64)
        };
        BarRow { label: expression.to_string(), bars: splits.iter().map(share).collect() }
    };
    BarChart {
        title: "Share of each class".to_owned(),
        axis: Axis::new("share of the split", Unit::Share),
        series: splits.iter().map(|s| s.split.clone()).collect(),
        rows: splits.iter().take(1).flat_map(|s| of(s).keys()).map(row).collect(),
    }
}

fn pie(split: &SplitStats, classes: &BTreeMap<Expression, usize>) -> Drawing {
    let all: usize = classes.values().sum();
    PieChart {
        title: format!("{}: {} pictures", split.split, grouped(all)),
        slices: classes.iter().map(|(e, n)| (e.to_string(), *n as f64)).collect(),
    }
    .draw()
}

fn within(stats: &Stats) -> Table {
    let head = [
        "within",
        "pictures",
        "exact groups",
        "pictures in them",
        "with near: groups",
        "pictures in them",
    ];
    let mut table = Table::new("Copies within a split", &head);
    for (copies, split) in stats.duplicates.within.iter().zip(&stats.splits) {
        let counts = [copies.exact, copies.exact_or_near];
        let counts = counts.into_iter().flat_map(|g| [grouped(g.groups), grouped(g.images)]);
        table.push([copies.split.clone(), grouped(split.images)].into_iter().chain(counts));
    }
    table
}

fn across_bars(stats: &Stats) -> BarChart {
    let row = |pair: &crate::data::Across| {
        let all = (pair.exact + pair.near) as f64 / pair.share.max(1e-12);
        let share = |n: usize| Bar::from(if n == 0 { 0.0 } else { n as f64 / all });
        BarRow {
            label: format!("{} in {}", pair.of, pair.within),
            bars: vec![share(pair.exact), share(pair.near)],
        }
    };
    BarChart {
        title: "Pictures of a split that stand in another".to_owned(),
        axis: Axis::new("share of the first split", Unit::Share),
        series: vec!["same pixels".to_owned(), "same photograph".to_owned()],
        rows: stats.duplicates.across.iter().map(row).collect(),
    }
}

fn across(stats: &Stats) -> Table {
    let head = ["pictures of", "that stand in", "exact", "near", "share"];
    let mut table = Table::new("Copies across splits", &head);
    for pair in &stats.duplicates.across {
        table.push([
            pair.of.clone(),
            pair.within.clone(),
            grouped(pair.exact),
            grouped(pair.near),
            percent(pair.share),
        ]);
    }
    table
}
