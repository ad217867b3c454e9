//! `attune bench band`.

use std::sync::atomic::{AtomicUsize, Ordering};

use attune_audio::{Craft, Score, compose, heard_of, likeness, rank_correlation};
use attune_core::{Mood, Point};
use clap::Args;
use serde::Serialize;

use crate::context::threads;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;

/// Times the pieces are drawn anew for an interval.
const DRAWS: usize = 2_000;
/// Where pieces are asked to stand, on both axes.
const ENDS: [f32; 4] = [-0.9, -0.3, 0.3, 0.9];

#[derive(Args, Debug)]
pub struct BandArgs {
    /// The seed of the first piece; every piece has the next one
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// How many pieces are composed, over a grid of sixteen points again and again
    #[arg(long, value_name = "N", default_value_t = 64)]
    pieces: usize,
}

#[derive(Debug, Serialize)]
struct Report {
    pieces: usize,
    first_seed: u64,
    arousal: Agreement,
    valence: Agreement,
    craft: CraftReport,
}

/// How well the pieces are made, as far as counting tells.
#[derive(Debug, Serialize)]
struct CraftReport {
    /// Which share of a piece's bars has a melody that no earlier bar has, note for note.
    different_bars: Spread,
    /// How long a minor second or ninth sounds, in seconds a minute of music.
    minor_second_s: Spread,
    /// How long the melody stands a tritone over the bass, in seconds a minute of music.
    tritone_s: Spread,
    /// The share of phrases of five notes that two pieces for one point have in common; nothing where
    /// no point has two.
    likeness: Option<Spread>,
}

#[derive(Debug, Serialize)]
struct Spread {
    mean: f32,
    least: f32,
    most: f32,
}

impl Spread {
    fn of(values: &[f32]) -> Option<Self> {
        let least = values.iter().copied().min_by(f32::total_cmp)?;
        let most = values.iter().copied().max_by(f32::total_cmp)?;
        Some(Self { mean: values.iter().sum::<f32>() / values.len() as f32, least, most })
    }
}

/// How what was asked for and what the music model hears agree on one axis.
#[derive(Debug, Serialize)]
struct Agreement {
    /// Spearman's.
    rank_correlation: f32,
    /// 95 % interval, by drawing pieces with replacement.
    interval: [f32; 2],
    /// The same with what was asked for on the other axis: 0 would be best.
    with_other_axis: f32,
}

/// Asks the music model what it hears of the house band.
pub fn run(args: &BandArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    let model = attune_app::music_model()?;
    let grid = ENDS.iter().flat_map(|v| ENDS.map(|a| Point { valence: *v, arousal: a }));
    let asked: Vec<(Point, u64)> = grid.cycle().zip(args.seed..).take(args.pieces).collect();
    let craft = craft(&asked)
        .ok_or_else(|| Failure::new("no piece is asked for", "--pieces takes a number above 0"))?;
    let next = AtomicUsize::new(0);
    let work = || -> Vec<(Point, Mood)> {
        let turns = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
        let mine = turns.map_while(|turn| asked.get(turn));
        mine.filter_map(|(aim, seed)| Some((*aim, heard_of(*aim, *seed, &model)?))).collect()
    };
    let heard: Vec<(Point, Mood)> = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..threads()).map(|_| scope.spawn(work)).collect();
        runs.into_iter().flat_map(|run| run.join().unwrap_or_default()).collect()
    });
    let (arousal, valence) = (|p: Point| p.arousal, |p: Point| p.valence);
    printer.json(&Report {
        pieces: heard.len(),
        first_seed: args.seed,
        arousal: agreement(&heard, arousal, valence),
        valence: agreement(&heard, valence, arousal),
        craft,
    })?;
    Ok(ExitStatus::Done)
}

fn craft(asked: &[(Point, u64)]) -> Option<CraftReport> {
    let scores: Vec<Score> = asked.iter().map(|(aim, seed)| compose(*aim, *seed)).collect();
    let counted: Vec<Craft> = scores.iter().map(Craft::of).collect();
    let spread = |of: fn(&Craft) -> f32| Spread::of(&counted.iter().map(of).collect::<Vec<_>>());
    let pairs = scores.iter().enumerate().flat_map(|(i, a)| {
        let others = scores.iter().skip(i + 1).filter(move |b| b.aim == a.aim);
        others.map(move |b| likeness(a, b))
    });
    Some(CraftReport {
        different_bars: spread(|craft| craft.different_bars as f32 / craft.bars.max(1) as f32)?,
        minor_second_s: spread(|craft| craft.minor_second_s)?,
        tritone_s: spread(|craft| craft.tritone_s)?,
        likeness: Spread::of(&pairs.collect::<Vec<_>>()),
    })
}

fn agreement(heard: &[(Point, Mood)], of: fn(Point) -> f32, other: fn(Point) -> f32) -> Agreement {
    let pairs = |asked: fn(Point) -> f32| -> Vec<(f32, f32)> {
        heard.iter().map(|(aim, mood)| (asked(*aim), of(mood.point()))).collect()
    };
    let (own, crossed) = (pairs(of), pairs(other));
    let mut rng = fastrand::Rng::with_seed(1);
    let mut drawn: Vec<f32> = (0..DRAWS)
        .map(|_| {
            let draw: Vec<_> = own.iter().filter_map(|_| rng.choice(&own).copied()).collect();
            rank_correlation(&draw)
        })
        .filter(|r| r.is_finite())
        .collect();
    drawn.sort_by(f32::total_cmp);
    let at = |percent: usize| drawn.get(drawn.len() * percent / 1_000).copied().unwrap_or(f32::NAN);
    Agreement {
        rank_correlation: rank_correlation(&own),
        interval: [at(25), at(975)],
        with_other_axis: rank_correlation(&crossed),
    }
}
