//! A library as a page of charts.

use std::collections::BTreeMap;

use attune_core::{Item, MoodOrigin, MoodRegion};
use attune_training::plot::{
    Axis, Bar, BarChart, BarRow, Block, Dot, Drawing, Page, PlaneChart, Unit,
};

use super::stats::Stats;

/// So many dots can still be looked at, and their file opened.
const MOST_DOTS: usize = 4_000;
/// So many bars a chart.
const MOST_BARS: usize = 12;

/// Where the items stand in the mood plane, and what there is of each.
pub fn page(stats: &Stats, items: &[Item]) -> Page {
    let mut page = Page::new("A library in the mood plane");
    let placed: Vec<&Item> = items.iter().filter(|item| item.mood.is_some()).collect();
    page.push(Block::Text(text(stats, placed.len())));
    let charts = [
        ("mood regions", &stats.regions),
        ("languages", &stats.languages),
        ("mood tags", &stats.tags),
        ("genres", &stats.genres),
    ];
    let ranked = charts.into_iter().map(|(of, counts)| bars(of, ranked(counts)));
    let decades = std::iter::once(bars("decades", latest(&stats.decades)));
    let bars = ranked.chain(decades).flatten();
    page.push(Block::Figures([plane(&placed)].into_iter().chain(bars).collect()));
    page
}

fn text(stats: &Stats, placed: usize) -> String {
    let drawn = placed.min(MOST_DOTS);
    let some = if drawn < placed {
        format!(" {drawn} of these are drawn, taken evenly.")
    } else {
        String::new()
    };
    format!(
        "{} items, {placed} of them with a known mood; {} of those stand clearly in a region, the \
         others nearer to the middle than they are certain.{some}",
        stats.items,
        stats.regions.values().sum::<usize>()
    )
}

fn plane(placed: &[&Item]) -> Drawing {
    let step = placed.len().div_ceil(MOST_DOTS).max(1);
    let mut groups: BTreeMap<MoodOrigin, Vec<Dot>> = BTreeMap::new();
    for item in placed.iter().step_by(step) {
        let (Some(mood), Some(origin)) = (item.mood, item.mood_origin) else { continue };
        let name = format!("{} — {} ± {:.2}", item.title, item.artist(), mood.uncertainty);
        let dot = Dot { x: mood.valence.into(), y: mood.arousal.into(), name };
        groups.entry(origin).or_default().push(dot);
    }
    PlaneChart {
        title: "Where items stand, by what says so".to_owned(),
        axes: ["valence".to_owned(), "arousal".to_owned()],
        sectors: MoodRegion::ALL.iter().map(ToString::to_string).collect(),
        groups: groups.into_iter().map(|(origin, dots)| (origin.to_string(), dots)).collect(),
    }
    .draw()
}

/// Words and how often they are met.
type Counted<'a> = Vec<(&'a String, &'a usize)>;

/// The most frequent first.
fn ranked(counts: &BTreeMap<String, usize>) -> Counted<'_> {
    let mut ranked: Counted<'_> = counts.iter().collect();
    ranked.sort_by(|a, b| b.1.cmp(a.1));
    ranked
}

/// The last of their order first, as decades are read.
fn latest(counts: &BTreeMap<String, usize>) -> Counted<'_> {
    counts.iter().rev().collect()
}

fn bars(of: &str, counted: Counted<'_>) -> Option<Drawing> {
    let shown = match counted.len() {
        0 => return None,
        1..=MOST_BARS => format!("Items by {of}"),
        all => format!("Items by {of}, {MOST_BARS} of {all}"),
    };
    let row = |(word, n): (&String, &usize)| BarRow {
        label: word.clone(),
        bars: vec![Bar::from(*n as f64)],
    };
    let chart = BarChart {
        title: shown,
        axis: Axis::new("items", Unit::Number),
        series: vec!["items".to_owned()],
        rows: counted.into_iter().take(MOST_BARS).map(row).collect(),
    };
    Some(chart.draw())
}
