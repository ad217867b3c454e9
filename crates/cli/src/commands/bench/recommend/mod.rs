//! `attune bench recommend`.

mod growth;
mod speed;
mod tables;

use std::path::{Path, PathBuf};

use attune_recommend::trials::{
    ClassTrial, EventTrial, FeedbackTrial, JourneyTrial, SitunesTrial, against_greedy,
    cross_validated, learning, leave_one_listener_out, off_line,
};
use clap::Args;
use serde::Serialize;

use crate::commands::bench::cold_start;
use crate::commands::bench::machine::Machine;
use crate::commands::bench::photo;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;

use growth::Growth;
use speed::Speed;

#[derive(Args, Debug)]
pub struct RecommendArgs {
    /// How many made-up tracks to rank
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    tracks: usize,
    /// Seed of the made-up tracks
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u32,
    /// Photo for the cold start of `attune recommend --photo`
    #[arg(long, value_name = "PHOTO")]
    photo: Option<PathBuf>,
    /// Measure how cost grows from ten thousand to so many tracks, such as 10000000
    #[arg(long, value_name = "N")]
    growth: Option<usize>,
    /// Write the growth as a chart too
    #[arg(long, value_name = "FILE.svg", requires = "growth")]
    plot: Option<PathBuf>,
    /// Journeys against the greedy way, and simulated listeners with and without learning
    #[arg(long)]
    trials: bool,
    /// Off-line metrics on a table of listening events: user, item and, where there are, plays
    #[arg(long, value_name = "FILE")]
    events: Option<PathBuf>,
    /// With --events: a table of user, item and tag
    #[arg(long, value_name = "FILE", requires = "events")]
    tags: Option<PathBuf>,
    /// With --events: leave out items of fewer listeners
    #[arg(long, value_name = "N", default_value_t = 5)]
    least_listeners: usize,
    /// Predict ratings and moods of SiTunes' second stage, leaving each listener out
    #[arg(long, value_name = "DIR")]
    situnes: Option<PathBuf>,
    /// Tell moods and genres of songs by their descriptors: data_moods.csv and spotify_songs.csv
    #[arg(long, value_name = "DIR")]
    moods: Option<PathBuf>,
    /// Everything: speed, --trials, and the folder's lastfm-2k, situnes and mood tables
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// What was measured, with keys as `attune bench` writes them.
#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    #[serde(flatten)]
    speed: Option<Speed>,
    photo: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    growth: Option<Vec<Growth>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    journeys: Option<Vec<JourneyTrial>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    learning: Option<FeedbackTrial>,
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<EventTrial>,
    #[serde(skip_serializing_if = "Option::is_none")]
    situnes: Option<SitunesTrial>,
    #[serde(skip_serializing_if = "Option::is_none")]
    moods: Option<ClassTrial>,
    #[serde(skip_serializing_if = "Option::is_none")]
    genres: Option<ClassTrial>,
}

pub fn run(
    args: &RecommendArgs,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let all = args.data.is_some();
    let trials_only = args.trials
        || args.events.is_some()
        || args.situnes.is_some()
        || args.moods.is_some()
        || args.growth.is_some();
    let speed = all || !trials_only;
    let photo = photo::given_or_known(args.photo.as_deref()).filter(|_| speed);
    if photo.is_none() && speed {
        printer.warning("without --photo the cold start is not measured");
    }
    let step = |what: &str| printer.advice(&format!("measuring {what}"));
    let cold_start = photo.as_deref().map(|photo| cold_start::measure(photo, settings));
    let cold_start = cold_start.transpose()?;
    let speed = speed.then(|| {
        step("speed");
        Speed::measure(args.tracks, args.seed, cold_start)
    });
    let growth = args.growth.map(|most| {
        step("growth");
        growth::measure(most, args.seed)
    });
    if let (Some(path), Some(growth)) = (&args.plot, &growth) {
        growth::plot(path, growth)?;
    }
    let trials = args.trials || all;
    let under = |own: &Option<PathBuf>, folder: &str| {
        own.clone().or_else(|| args.data.as_ref().map(|data| data.join(folder)))
    };
    let (moods, genres) = match under(&args.moods, "") {
        Some(folder) => {
            step("moods and genres");
            let moods = tables::moods(&folder.join("data_moods.csv"))?;
            let genres = tables::genres(&folder.join("spotify_songs.csv"))?;
            (Some(cross_validated(&moods, 100)), Some(cross_validated(&genres, 10)))
        }
        None => (None, None),
    };
    let events = match (&args.events, under(&None, "lastfm-2k")) {
        (Some(file), _) => Some(measure_events(file, args.tags.as_deref(), args.least_listeners)?),
        (None, Some(folder)) => {
            step("collaborative filtering");
            let file = folder.join("user_artists.dat");
            let tags = folder.join("user_taggedartists.dat");
            Some(measure_events(&file, Some(&tags), args.least_listeners)?)
        }
        (None, None) => None,
    };
    let situnes = under(&args.situnes, "situnes").map(|folder| {
        let (songs, rated, heard) = tables::situnes(&folder)?;
        Ok::<_, Failure>(leave_one_listener_out(&songs, &rated, &heard))
    });
    printer.json(&Report {
        machine: Machine::here(),
        speed,
        photo,
        growth,
        journeys: trials.then(|| against_greedy(&[100, 500, 2000], 40)),
        learning: trials.then(|| learning(30, 60)),
        events,
        situnes: situnes.transpose()?,
        moods,
        genres,
    })?;
    Ok(ExitStatus::Done)
}

fn measure_events(
    file: &Path,
    tags: Option<&Path>,
    least_listeners: usize,
) -> Result<EventTrial, Failure> {
    let events = tables::events(file, tags)?;
    off_line(&events, least_listeners)
        .map_err(|error| Failure::new(error, "give more events, or fewer --least-listeners"))
}
