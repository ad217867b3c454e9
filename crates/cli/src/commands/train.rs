mod detector;
mod eigenfaces;
mod music;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use attune_core::LabelSet;
use attune_training::data::{DataError, Dataset, Split};
use attune_training::{
    Outcome, Precision, Run, SeedResult, SeedSummary, TrainingConfig, fill_a_batch, publish,
    write_atomically,
};
use clap::{Args, Subcommand};

use super::recipe::RecipeArgs;
use crate::args::{AbstentionArgs, Format};
use crate::exit::{ExitStatus, Failure};
use crate::interrupt::stop_on_interrupt;
use crate::printer::Printer;
use crate::progress::TrainingProgress;
use crate::settings::Settings;
use crate::text::training::{epochs, seeds, taken};

/// Arguments of `attune train`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct TrainCommand {
    #[command(subcommand)]
    other: Option<Other>,
    #[command(flatten)]
    classifier: TrainArgs,
}

/// What else than a classifier can be trained.
#[derive(Debug, Subcommand)]
enum Other {
    /// Train the networks that find faces
    Detector(detector::DetectorArgs),
    /// Learn the directions that people who enrolled are told apart by
    Eigenfaces(eigenfaces::EigenfacesArgs),
    /// Train the model that hears the mood of a recording
    Music(music::TrainMusicArgs),
}

impl TrainArgs {
    /// Given wherever no subcommand is.
    fn out(&self) -> &Path {
        self.out.as_deref().unwrap_or(Path::new("."))
    }
}

/// Trains what is asked for.
pub fn run(
    command: &TrainCommand,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    match &command.other {
        Some(Other::Detector(args)) => detector::run(args, printer),
        Some(Other::Eigenfaces(args)) => eigenfaces::run(args, printer),
        Some(Other::Music(args)) => music::run(args, printer),
        None => classifier(&command.classifier, settings, printer),
    }
}

/// Arguments for training a classifier.
#[derive(Args, Debug)]
pub struct TrainArgs {
    /// Faces: a .parquet file, Kaggle's .csv, a folder of Parquet files or a folder a class; said
    /// several times, all of them together
    #[arg(long, value_name = "PATH", required = true)]
    data: Vec<PathBuf>,
    /// Faces to select on, if they are not in --data
    #[arg(long, value_name = "PATH")]
    valid: Vec<PathBuf>,
    /// Folder of the run: configuration, checkpoints, history and the finished model
    #[arg(long, value_name = "DIR", required = true)]
    out: Option<PathBuf>,
    /// Go on exactly where the run in --out stopped
    #[arg(long, conflicts_with = "RecipeArgs")]
    resume: bool,
    #[command(flatten)]
    recipe: RecipeArgs,
    /// One run a seed, each in a folder of --out, then their mean with its 95 % interval
    #[arg(long, value_name = "N,N,...", value_delimiter = ',', conflicts_with = "seed")]
    seeds: Vec<u64>,
    #[command(flatten)]
    abstention: AbstentionArgs,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Trains a network, with a checkpoint at every stop.
fn classifier(args: &TrainArgs, _: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let recipe = if args.resume { None } else { Some(args.recipe.config()?) };
    let folders = folders(args)?;
    let train = read(&args.data, Split::Train)?;
    let valid = read(if args.valid.is_empty() { &args.data } else { &args.valid }, Split::Valid)?;
    refuse_own_pictures(args, &train, &valid, printer)?;
    let stop = stop_on_interrupt()?;
    let job = Job { args, train, valid, stop, printer };
    let mut results = Vec::new();
    for (seed, folder) in &folders {
        let run = job.begin(folder, *seed, recipe.as_ref(), &folders)?;
        let Some(run) = job.train(run)? else { return job.stopped() };
        job.publish(&run, folder)?;
        if args.seeds.is_empty() {
            return job.show(&run);
        }
        results.extend(SeedResult::of(&run));
    }
    let summary = SeedSummary::of(results);
    job.keep(&summary)?;
    job.summarise(&summary)
}

/// In the folder of several seeds' runs: their best epochs and means, as `--format json` prints them.
pub(super) const SEEDS_FILE: &str = "seeds.json";

/// Each seed's folder, or the run's own.
fn folders(args: &TrainArgs) -> Result<Vec<(Option<u64>, PathBuf)>, Failure> {
    let of_seed = |seed: &u64| (Some(*seed), args.out().join(format!("seed-{seed}")));
    let folders: Vec<_> = if args.seeds.is_empty() {
        vec![(None, args.out().to_owned())]
    } else {
        args.seeds.iter().map(of_seed).collect()
    };
    let twice = args.seeds.iter().enumerate().find(|(i, seed)| args.seeds[..*i].contains(seed));
    if let Some((_, seed)) = twice {
        return Err(Failure::new(
            format!("seed {seed} is named twice"),
            "Name each seed once: a run repeated to the bit says nothing of other seeds.",
        ));
    }
    if args.resume {
        refuse_lost_seeds(args)?;
    } else if let Some((_, folder)) = folders.iter().find(|(_, f)| Run::is_under_way(f)) {
        return Err(Failure::new(
            format!("{} already holds a run", folder.display()),
            "Say --resume to go on with it, or name another folder.",
        ));
    }
    Ok(folders)
}

/// Runs of several seeds are gone on with by naming the seeds again.
fn refuse_lost_seeds(args: &TrainArgs) -> Result<(), Failure> {
    let is_run = |folder: &Path| folder.join("last.safetensors").exists();
    if !args.seeds.is_empty() || is_run(args.out()) {
        return Ok(());
    }
    let entries = std::fs::read_dir(args.out()).into_iter().flatten().flatten();
    let seed = |path: PathBuf| {
        let name = path.file_name()?.to_str()?.strip_prefix("seed-")?.parse::<u64>().ok()?;
        is_run(&path).then_some(name)
    };
    let mut seeds: Vec<u64> = entries.filter_map(|entry| seed(entry.path())).collect();
    seeds.sort_unstable();
    let seeds: Vec<String> = seeds.iter().map(ToString::to_string).collect();
    if seeds.is_empty() {
        return Ok(());
    }
    Err(Failure::new(
        format!("{} holds runs of several seeds", args.out().display()),
        format!("Say --seeds {} as well, and those that were not begun.", seeds.join(",")),
    ))
}

/// All data sets as one.
fn read(paths: &[PathBuf], split: Split) -> Result<Dataset, Failure> {
    let sets: Result<Vec<_>, DataError> = paths.iter().map(|p| Dataset::read(p, split)).collect();
    Dataset::joined(sets?)
        .ok_or_else(|| Failure::new("there are no faces", "Name some with --data."))
}

/// Selecting on what was trained on would say nothing of other faces. Where some of them are the
/// same, that is told.
fn refuse_own_pictures(
    args: &TrainArgs,
    train: &Dataset,
    valid: &Dataset,
    printer: Printer,
) -> Result<(), Failure> {
    let hint = "Name other pictures to select on with --valid.";
    if args.valid.is_empty() && !valid.splits_told_apart {
        let why = format!("{} does not tell training pictures from others", valid.name);
        return Err(Failure::new(why, hint));
    }
    let (copies, all) = (valid.copies_in(train), valid.examples.len());
    if copies == all {
        return Err(Failure::new("every picture to select on is trained on as well", hint));
    }
    if copies > 0 {
        printer.note(&format!(
            "{copies} of {all} pictures to select on are trained on as well; `attune evaluate` gives figures without them"
        ));
    }
    Ok(())
}

const NO_VOTES: &str = " (FER+ takes votes: a column 'votes' in Parquet)";

/// What all runs of one command share.
struct Job<'a> {
    args: &'a TrainArgs,
    train: Dataset,
    valid: Dataset,
    stop: Arc<AtomicBool>,
    printer: Printer,
}

impl Job<'_> {
    /// Starts or resumes a run. Data was read before, so that bad data leaves no run behind.
    fn begin(
        &self,
        folder: &Path,
        seed: Option<u64>,
        recipe: Option<&TrainingConfig>,
        folders: &[(Option<u64>, PathBuf)],
    ) -> Result<Run, Failure> {
        let started = |folder: &Path| folder.join("last.safetensors").exists();
        let mut config = match recipe {
            Some(config) => config.clone(),
            None => match folders.iter().find(|(_, f)| started(f)) {
                Some((_, other)) if !started(folder) => Run::resume(other)?.config().clone(),
                _ => return Ok(Run::resume(folder)?),
            },
        };
        config.seed = seed.unwrap_or(config.seed);
        self.fit(&mut config);
        fill_a_batch(&config, &self.train)?;
        let run = Run::start(folder, config)?;
        if let Some(found) = run.taken() {
            self.printer.note(&taken(found, &run.config().init));
        }
        Ok(run)
    }

    fn fit(&self, config: &mut TrainingConfig) {
        let before = (config.label_sets.len(), config.expressions.len());
        config.fit_to(&self.train);
        if before != (config.label_sets.len(), config.expressions.len()) {
            let names = |list: Vec<String>| list.join(", ");
            self.printer.warning(&format!(
                "these faces are labelled for {} and show {} only; the model will answer nothing else{}",
                names(config.label_sets.iter().map(ToString::to_string).collect()),
                names(self.train.expressions().iter().map(ToString::to_string).collect()),
                if config.label_sets.contains(&LabelSet::FerPlus) { "" } else { NO_VOTES },
            ));
        }
    }

    /// The run at its end, or `None` if it was interrupted.
    fn train(&self, mut run: Run) -> Result<Option<Run>, Failure> {
        let epochs = run.config().epochs;
        let mut progress = TrainingProgress::new(self.printer, epochs);
        let outcome = run.go(&self.train, &self.valid, &self.stop, &mut progress)?;
        progress.finish();
        if outcome == Outcome::Stopped {
            self.show(&run)?;
            return Ok(None);
        }
        if run.history().len() < epochs {
            self.printer.note(&format!(
                "ended after {} of {epochs} epochs: none of the last {} was better",
                run.history().len(),
                run.config().patience.unwrap_or_default()
            ));
        }
        Ok(Some(run))
    }

    fn show(&self, run: &Run) -> Result<ExitStatus, Failure> {
        match self.args.format {
            Format::Text => self.printer.data(&epochs(run.history()))?,
            Format::Json => self.printer.json(&run.history())?,
        }
        Ok(ExitStatus::Done)
    }

    fn keep(&self, summary: &SeedSummary) -> Result<(), Failure> {
        let path = self.args.out().join(SEEDS_FILE);
        let json = serde_json::to_vec_pretty(summary).map_err(std::io::Error::from);
        json.and_then(|json| write_atomically(&path, &[&json[..], b"\n"].concat()))
            .map_err(|error| unwritable(&path, &error))
    }

    fn summarise(&self, summary: &SeedSummary) -> Result<ExitStatus, Failure> {
        match self.args.format {
            Format::Text => self.printer.data(&seeds(summary))?,
            Format::Json => self.printer.json(summary)?,
        }
        Ok(ExitStatus::Done)
    }

    fn stopped(&self) -> Result<ExitStatus, Failure> {
        self.printer.note(&format!("stopped; go on with: {}", resume_command(self.args)));
        Ok(ExitStatus::Refused)
    }

    /// Publishes the best epoch's model into the run's folder.
    fn publish(&self, run: &Run, folder: &Path) -> Result<(), Failure> {
        let best = folder.join("best.safetensors");
        let threads = run.config().shards.get();
        let model =
            publish(&best, &self.valid, self.args.abstention.rule(), Precision::Half, threads)?;
        let path = folder.join("model.safetensors");
        write_atomically(&path, &model).map_err(|error| unwritable(&path, &error))?;
        self.printer.note(&format!(
            "the model is in {0}; measure it with: attune evaluate --model {0} --data {1}",
            path.display(),
            self.args.data[0].display()
        ));
        Ok(())
    }
}

fn resume_command(args: &TrainArgs) -> String {
    let mut command = format!("attune train --resume --out {}", args.out().display());
    for (flag, paths) in [("data", &args.data), ("valid", &args.valid)] {
        paths.iter().for_each(|path| command += &format!(" --{flag} {}", path.display()));
    }
    if !args.seeds.is_empty() {
        let seeds: Vec<String> = args.seeds.iter().map(ToString::to_string).collect();
        command += &format!(" --seeds {}", seeds.join(","));
    }
    command
}

pub(super) fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("{} could not be written: {error}", path.display()),
        "Check the folder's permissions and the free space on its disk.",
    )
}
