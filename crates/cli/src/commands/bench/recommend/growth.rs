//! How cost grows with the library.

use std::path::Path;

use attune_training::plot::{Axis, LineChart, Mark, Series, Unit};
use serde::Serialize;

use super::speed::{informed, journey, lay_out, rank, search};
use crate::commands::bench::timing::Timing;
use crate::exit::Failure;

/// Cost at one size of the library.
#[derive(Debug, Serialize)]
pub struct Growth {
    pub tracks: usize,
    /// A list of 50 with filters, history, diversity and reasons.
    pub rank_informed: Timing,
    /// The 50 nearest of all vectors.
    pub search: Timing,
    /// A journey of 20 items.
    pub journey: Timing,
    /// Layout and vectors.
    pub memory_mib: Option<f64>,
}

/// From ten thousand tracks to `most`, about three sizes a decade.
pub fn measure(most: usize, seed: u32) -> Vec<Growth> {
    let sizes = (4..12).flat_map(|power| [1, 3].map(|n: usize| n * 10usize.pow(power)));
    sizes.take_while(|tracks| *tracks <= most).map(|tracks| at(tracks, seed)).collect()
}

/// Draws median times over the size of the library, both by powers of ten.
pub fn plot(path: &Path, growth: &[Growth]) -> Result<(), Failure> {
    let series = |name: &str, of: fn(&Growth) -> &Timing| {
        let log = |x: f64| x.max(1e-3).log10();
        let point = |g: &Growth| (log(g.tracks as f64), log(of(g).median_ms));
        Series::new(name, Mark::LineAndDots, growth.iter().map(point))
    };
    let chart = LineChart {
        title: "How cost grows with the library, one core".to_owned(),
        x: Axis::new("tracks, as a power of ten", Unit::Number),
        y: Axis::new("median milliseconds, as a power of ten", Unit::Number),
        series: vec![
            series("list of 50 with filters and history", |g| &g.rank_informed),
            series("50 nearest of all vectors", |g| &g.search),
            series("journey of 20", |g| &g.journey),
        ],
    };
    std::fs::write(path, chart.draw().svg()).map_err(|error| {
        let message = format!("{} cannot be written: {error}", path.display());
        Failure::new(message, "name a file in a folder that is there and may be written to")
    })
}

fn at(tracks: usize, seed: u32) -> Growth {
    let laid = lay_out(tracks, seed);
    let index = &laid.index;
    Growth {
        tracks,
        rank_informed: rank(index, &|n| informed(index, n)),
        search: search(index),
        journey: journey(index),
        memory_mib: laid.index_mib.zip(laid.vectors_mib).map(|(index, vectors)| index + vectors),
    }
}
