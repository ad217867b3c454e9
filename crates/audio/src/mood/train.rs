//! Fitting the model to songs that people rated, and measuring it on songs it did not see.

use std::io::Read;

use serde::Serialize;

use super::features::{FEATURES, Scale, columns};
use super::gaussian_process::{GaussianProcess, Smoothness};
use super::model::MoodModel;

const FOLDS: usize = 5;
/// Songs drawn with replacement for the interval of R2.
const RESAMPLES: usize = 1_000;

/// A table of ratings cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RatingsError {
    /// A column is missing.
    #[error("the table has no column '{0}'")]
    Column(String),
    /// A row cannot be read.
    #[error("row {row} of the table cannot be read: {why}")]
    Row {
        /// Counted from 1, below the header.
        row: usize,
        /// What is wrong.
        why: String,
    },
    /// There are too few songs.
    #[error("{0} songs are too few to train on; 50 is the least")]
    TooFew(usize),
    /// The songs are so alike that nothing can be fitted.
    #[error("nothing can be fitted to these songs")]
    Unfit,
}

/// A song with what was measured of it and what people said.
#[derive(Clone, Debug, PartialEq)]
pub struct Rated {
    features: Vec<f64>,
    /// Mean valence and arousal on [-1, 1].
    rating: [f64; 2],
}

/// How well one axis is answered on songs that were not trained on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AxisFigures {
    /// The share of the ratings' variance that is explained.
    pub r2: f64,
    /// 95 % interval of `r2`, by drawing songs with replacement.
    pub r2_ci95: [f64; 2],
    /// Root of the mean squared error on [-1, 1].
    pub rmse: f64,
}

/// Five-fold cross-validation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct CrossValidation {
    /// Songs.
    pub songs: usize,
    /// Features of each.
    pub features: usize,
    /// What the folds were drawn with.
    pub seed: u64,
    /// Unpleasant to pleasant.
    pub valence: AxisFigures,
    /// Calm to excited.
    pub arousal: AxisFigures,
    /// The share of ratings within one stated deviation; 68 % would be ideal.
    pub within_uncertainty: f64,
}

/// A model, fitted to all songs, and its figures.
#[derive(Clone, Debug)]
pub struct TrainedMood {
    /// To be served.
    pub model: MoodModel,
    /// Of models that were fitted the same way to four fifths.
    pub figures: CrossValidation,
}

/// Reads DEAM's table: its openSMILE columns, `valence_mean` and `arousal_mean` on 1 to 9.
///
/// # Errors
///
/// Where a column is missing, a number is none, or fewer than 50 songs are there.
pub fn read_deam(table: impl Read) -> Result<Vec<Rated>, RatingsError> {
    let mut reader = csv::Reader::from_reader(table);
    let row_error = |row: usize, why: String| RatingsError::Row { row, why };
    let headers = reader.headers().map_err(|e| row_error(0, e.to_string()))?.clone();
    let find = |name: &str| {
        let at = headers.iter().position(|header| header == name);
        at.ok_or_else(|| RatingsError::Column(name.to_owned()))
    };
    let at: Vec<usize> = columns().iter().map(|name| find(name)).collect::<Result<_, _>>()?;
    let rated_at = [find("valence_mean")?, find("arousal_mean")?];
    let mut songs = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| row_error(i + 1, e.to_string()))?;
        let number = |at: usize| -> Result<f64, RatingsError> {
            let text = record.get(at).unwrap_or_default().trim();
            let number = text.parse::<f64>().ok().filter(|x| x.is_finite());
            number.ok_or_else(|| row_error(i + 1, format!("'{text}' is not a number")))
        };
        let features = at.iter().map(|at| number(*at)).collect::<Result<_, _>>()?;
        let plane = |at: usize| Ok::<_, RatingsError>((number(at)? - 5.0) / 4.0);
        songs.push(Rated { features, rating: [plane(rated_at[0])?, plane(rated_at[1])?] });
    }
    if songs.len() < 50 { Err(RatingsError::TooFew(songs.len())) } else { Ok(songs) }
}

/// Fits the model to all songs and measures five fitted to four fifths each. Songs, order and seed
/// decide everything.
///
/// # Errors
///
/// Where the songs are too few or too alike.
pub fn train_mood(songs: &[Rated], seed: u64) -> Result<TrainedMood, RatingsError> {
    if songs.len() < 50 {
        return Err(RatingsError::TooFew(songs.len()));
    }
    let mut order: Vec<usize> = (0..songs.len()).collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut order);
    let shuffled: Vec<&Rated> = order.iter().map(|at| &songs[*at]).collect();
    let mut held = Vec::with_capacity(songs.len());
    for fold in 0..FOLDS {
        let part = |inside: bool| {
            let chosen =
                shuffled.iter().enumerate().filter(move |(i, _)| (i % FOLDS == fold) == inside);
            chosen.map(|(_, song)| *song)
        };
        let model = fit(&part(false).collect::<Vec<_>>()).ok_or(RatingsError::Unfit)?;
        held.extend(part(true).map(|song| Held::of(&model, song)));
    }
    let spread = [0, 1].map(|axis| {
        let ratios = held.iter().map(|held| held.errors[axis].powi(2) / held.share);
        (ratios.sum::<f64>() / held.len() as f64).sqrt()
    });
    let model = fit(&shuffled).ok_or(RatingsError::Unfit)?;
    let figures = CrossValidation {
        songs: songs.len(),
        features: FEATURES,
        seed,
        valence: axis_figures(&held, 0, seed),
        arousal: axis_figures(&held, 1, seed),
        within_uncertainty: within(&held, spread),
    };
    Ok(TrainedMood { model: MoodModel { spread, ..model }, figures })
}

/// Scales and process; the spread is for the caller to measure.
fn fit(songs: &[&Rated]) -> Option<MoodModel> {
    let column = |i: usize| songs.iter().map(|song| song.features[i]).collect::<Vec<_>>();
    let scales: Vec<Scale> = (0..FEATURES).map(|i| Scale::fit(&column(i))).collect();
    let scaled = |song: &Rated| -> Vec<f64> {
        scales.iter().zip(&song.features).map(|(scale, x)| scale.apply(*x)).collect()
    };
    let features: Vec<Vec<f64>> = songs.iter().map(|song| scaled(song)).collect();
    let ratings: Vec<[f64; 2]> = songs.iter().map(|song| song.rating).collect();
    let process = GaussianProcess::fit(&features, &ratings, Smoothness::default())?;
    Some(MoodModel { scales, process, spread: [1.0; 2] })
}

/// What a model says of a song it did not see.
struct Held {
    rating: [f64; 2],
    errors: [f64; 2],
    share: f64,
}

impl Held {
    fn of(model: &MoodModel, song: &Rated) -> Self {
        let scaled: Vec<f64> =
            model.scales.iter().zip(&song.features).map(|(scale, x)| scale.apply(*x)).collect();
        let (answer, share) = model.process.answer(&scaled);
        let rating = song.rating;
        Self { rating, errors: [answer[0] - rating[0], answer[1] - rating[1]], share }
    }
}

fn within(held: &[Held], spread: [f64; 2]) -> f64 {
    let inside = held.iter().flat_map(|held| {
        [0, 1].map(|axis| held.errors[axis].abs() <= spread[axis] * held.share.sqrt())
    });
    inside.filter(|inside| *inside).count() as f64 / (2 * held.len()) as f64
}

fn axis_figures(held: &[Held], axis: usize, seed: u64) -> AxisFigures {
    let all: Vec<usize> = (0..held.len()).collect();
    let mut random = fastrand::Rng::with_seed(seed);
    let mut resampled: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let drawn: Vec<usize> = all.iter().map(|_| random.usize(..held.len())).collect();
            r2(held, axis, &drawn)
        })
        .collect();
    resampled.sort_by(f64::total_cmp);
    let squares: f64 = held.iter().map(|held| held.errors[axis].powi(2)).sum();
    AxisFigures {
        r2: r2(held, axis, &all),
        r2_ci95: [resampled[RESAMPLES / 40], resampled[RESAMPLES - 1 - RESAMPLES / 40]],
        rmse: (squares / held.len() as f64).sqrt(),
    }
}

fn r2(held: &[Held], axis: usize, drawn: &[usize]) -> f64 {
    let n = drawn.len() as f64;
    let mean = drawn.iter().map(|at| held[*at].rating[axis]).sum::<f64>() / n;
    let left: f64 = drawn.iter().map(|at| held[*at].errors[axis].powi(2)).sum();
    let whole: f64 = drawn.iter().map(|at| (held[*at].rating[axis] - mean).powi(2)).sum();
    1.0 - left / whole
}
