//! `attune bench recommend`.

use std::hint::black_box;
use std::path::PathBuf;

use attune_core::{Goal, Item, Mood, Point};
use attune_recommend::{Index, Request, synthetic_library};
use clap::Args;
use serde::Serialize;

use crate::commands::bench::cold_start::{self, ColdStart};
use crate::commands::bench::machine::Machine;
use crate::commands::bench::photo;
use crate::commands::bench::timing::Timing;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;

#[derive(Args, Debug)]
pub struct RecommendArgs {
    /// How many made-up tracks to rank
    #[arg(long, default_value_t = 30_000, value_name = "N")]
    tracks: usize,
    /// Seed of the made-up tracks
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u32,
    /// Photo for the cold start of `attune recommend --photo`
    #[arg(long, value_name = "PHOTO")]
    photo: Option<PathBuf>,
}

/// What was measured, with keys as `attune bench` writes them.
#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    library: Library,
    photo: Option<PathBuf>,
    stages: Stages,
}

#[derive(Debug, Serialize)]
struct Library {
    tracks: usize,
    made_up_from_seed: u32,
}

#[derive(Debug, Serialize)]
struct Stages {
    /// Laying the library out for ranking.
    index: Timing,
    /// One list of 50, every mood and seed another, without filters.
    rank: Timing,
    #[serde(flatten)]
    cold_start: Option<ColdStart>,
}

pub fn run(
    args: &RecommendArgs,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let photo = photo::given_or_known(args.photo.as_deref());
    if photo.is_none() {
        printer.warning("without --photo the cold start is not measured");
    }
    let items = synthetic_library(args.tracks, args.seed);
    printer.json(&Report {
        machine: Machine::here(),
        library: Library { tracks: items.len(), made_up_from_seed: args.seed },
        stages: Stages {
            index: Timing::measure(|| drop(black_box(Index::new(&items)))),
            rank: rank(&items),
            cold_start: photo
                .as_deref()
                .map(|photo| cold_start::measure(photo, settings))
                .transpose()?,
        },
        photo,
    })?;
    Ok(ExitStatus::Done)
}

fn rank(items: &[Item]) -> Timing {
    let index = Index::new(items);
    let mut seed = 0;
    Timing::measure(|| {
        seed += 1;
        drop(black_box(index.rank(&request(seed))));
    })
}

/// Wanders through the plane with the seed.
fn request(seed: u64) -> Request {
    let point = Point::new((seed as f32 / 7.0).sin(), (seed as f32 / 5.0).cos());
    Request { goal: Goal::Lift, limit: 50, seed, ..Request::new(Mood::new(point, 0.2)) }
}
