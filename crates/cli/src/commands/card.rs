//! `attune card`.

use std::path::{Path, PathBuf};

use attune_training::card::{
    MODEL_TEMPLATE, ModelFacts, Places, Record, Records, RunRecord, first_difference, render,
};
use attune_training::data::{Dataset, Split, card};
use attune_training::write_atomically;
use clap::{Args, Subcommand};
use serde::de::DeserializeOwned;

use crate::commands::data::stats_of;
use crate::commands::train::{SEEDS_FILE, unwritable};
use crate::context;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;

#[derive(Args, Debug)]
pub struct CardArgs {
    #[command(subcommand)]
    about: About,
}

#[derive(Debug, Subcommand)]
enum About {
    /// What a model is, was made with and gives; --model names it
    Model(ModelArgs),
    /// What a data set holds
    Data(CommonArgs),
}

#[derive(Args, Debug)]
struct ModelArgs {
    #[command(flatten)]
    common: CommonArgs,
    /// The run's configuration [default: NAME.config.json or config.json beside the model]
    #[arg(long, value_name = "FILE")]
    run_config: Option<PathBuf>,
    /// The run's history [default: NAME.history.json or history.json beside the model]
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// Jinja template instead of the one in the program
    #[arg(long, value_name = "FILE")]
    template: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct CommonArgs {
    /// Faces in training and validation splits: a folder of Parquet files, or another layout that
    /// tells them apart
    #[arg(long, value_name = "PATH")]
    data: PathBuf,
    /// File to write instead of stdout
    #[arg(long, short, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Card to compare with what is measured, instead of writing one; figures may be off by 0.1
    #[arg(long, value_name = "FILE", conflicts_with = "out")]
    check: Option<PathBuf>,
}

/// Writes a card, or checks one.
pub fn run(args: &CardArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    match &args.about {
        About::Model(args) => {
            let template = template(args)?;
            deliver(&args.common, &render(&template, &model_facts(args, settings)?)?, printer)
        }
        About::Data(args) => deliver(args, &card(&stats_of(&args.data)?), printer),
    }
}

fn model_facts(args: &ModelArgs, settings: &Settings) -> Result<ModelFacts, Failure> {
    let path = settings.model.value.as_deref().ok_or_else(|| {
        Failure::new(
            "the model in the program has no records of its run",
            "Name a model file with --model, such as models/attune.safetensors.",
        )
    })?;
    let model = context::model(settings)?;
    let record = |given: &Option<PathBuf>, kind| {
        json(&given.clone().unwrap_or_else(|| record_beside(path, kind)))
    };
    let mut run =
        RunRecord::new(record(&args.run_config, "config")?, record(&args.history, "history")?)?;
    run.trace(&mut |name| ancestor(path, name))?;
    let precisions = kept(&record_beside(path, "export"))?;
    let records = Records { run, precisions, seeds: kept(&of_seeds(path))? };
    let [train, valid] = splits(&args.common)?;
    let card = args.common.out.as_ref().or(args.common.check.as_ref());
    let places = Places {
        model: path.display().to_string(),
        card: card.map(|card| card.display().to_string()),
        in_use: *model == *attune_app::MODEL,
    };
    Ok(ModelFacts::measure(places, &model, records, [&train, &valid], context::threads())?)
}

/// A record that need not be there.
fn kept<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, Failure> {
    if !path.exists() {
        return Ok(None);
    }
    serde_json::from_str(&text(path)?).map(Some).map_err(|error| no_record(path, &error))
}

/// What `attune train --seeds` leaves in the folder above each seed's.
fn of_seeds(model: &Path) -> PathBuf {
    let above = model.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    above.join(SEEDS_FILE)
}

/// What an earlier run left behind: `runs/NAME.config.json` and `runs/NAME.history.json` beside the
/// model as in `models/`, or the files of a neighbouring folder as in `runs/`.
/// Nothing where there is neither.
fn ancestor(model: &Path, name: &str) -> Result<Option<RunRecord>, Failure> {
    let kept = model.with_file_name("runs");
    let runs = model.parent().and_then(Path::parent).unwrap_or(Path::new(""));
    let place = |kind: &str| {
        let beside = kept.join(format!("{name}.{kind}.json"));
        if beside.exists() { beside } else { runs.join(name).join(format!("{kind}.json")) }
    };
    let (config, history) = (place("config"), place("history"));
    if !config.exists() || !history.exists() {
        return Ok(None);
    }
    Ok(Some(RunRecord::new(json(&config)?, json(&history)?)?))
}

/// `NAME.kind.json` as in `models/`, or else `kind.json` as in a run's folder.
fn record_beside(model: &Path, kind: &str) -> PathBuf {
    let named = model.with_extension(format!("{kind}.json"));
    if named.exists() { named } else { model.with_file_name(format!("{kind}.json")) }
}

fn splits(args: &CommonArgs) -> Result<[Dataset; 2], Failure> {
    let train = Dataset::read(&args.data, Split::Train)?;
    let valid = Dataset::read(&args.data, Split::Valid)?;
    if train.splits_told_apart {
        return Ok([train, valid]);
    }
    Err(Failure::new(
        format!("{} does not tell training pictures from others", args.data.display()),
        "A card needs both splits; name a folder or a table that has them.",
    ))
}

fn template(args: &ModelArgs) -> Result<String, Failure> {
    args.template.as_deref().map_or_else(|| Ok(MODEL_TEMPLATE.to_owned()), text)
}

fn deliver(args: &CommonArgs, card: &str, printer: Printer) -> Result<ExitStatus, Failure> {
    if let Some(kept) = &args.check {
        return check(kept, card, printer);
    }
    match &args.out {
        Some(path) => {
            write_atomically(path, card.as_bytes()).map_err(|error| unwritable(path, &error))?;
            printer.note(&format!("wrote {}", path.display()));
        }
        None => printer.raw(card.as_bytes())?,
    }
    Ok(ExitStatus::Done)
}

fn check(path: &Path, card: &str, printer: Printer) -> Result<ExitStatus, Failure> {
    let Some(difference) = first_difference(&text(path)?, card) else {
        printer.note(&format!("{} says what is measured", path.display()));
        return Ok(ExitStatus::Done);
    };
    let [kept, measured] = [difference.kept, difference.measured];
    Err(Failure::new(
        format!("{} line {} says: {kept}\nmeasured: {measured}", path.display(), difference.line),
        "Write the card anew with --out instead of --check.",
    ))
}

fn json(path: &Path) -> Result<Record, Failure> {
    let content = serde_json::from_str(&text(path)?).map_err(|error| no_record(path, &error))?;
    Ok(Record { path: path.display().to_string(), content })
}

fn no_record(path: &Path, error: &serde_json::Error) -> Failure {
    Failure::new(
        format!("{} is no JSON of a run: {error}", path.display()),
        "Name the files that the run wrote with --run-config and --history.",
    )
}

fn text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::new(
            format!("{} cannot be read: {error}", path.display()),
            "Check the path; a run's records stand beside its model.",
        )
    })
}
