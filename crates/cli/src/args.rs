//! The arguments as clap reads them; each command's own stand in its file.

use std::path::PathBuf;

use attune_core::Kind;
use attune_training::AbstentionRule;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    audit, baseline, bench, card, completions, config, correction, data, doctor, evaluate, explain,
    export, face, import, library, networks, recommend, serve, sweep, train, watch, who,
};
use crate::env;
use crate::settings::parse;

/// Reads facial expressions on this device and answers with music and video that match the mood,
/// lift it, calm it or carry it somewhere, and says why.
#[derive(Debug, Parser)]
#[command(name = "attune", version, after_long_help = env::help(), disable_help_subcommand = true)]
pub struct Cli {
    #[command(flatten)]
    pub global: GlobalArgs,
    #[command(subcommand)]
    pub command: Command,
}

/// Understood by every command.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Global options")]
pub struct GlobalArgs {
    /// Configuration file instead of attune/config.toml in the XDG configuration folder
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Folder of the library and all other state
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Expression model instead of the one in the program
    #[arg(long, global = true, value_name = "FILE")]
    pub model: Option<PathBuf>,
    /// Say nothing but results and errors
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// When a finished model keeps silent.
#[derive(Args, Clone, Copy, Debug)]
pub struct AbstentionArgs {
    /// Share of validation faces on which the model names an expression in any case
    #[arg(long, default_value_t = AbstentionRule::DEFAULT.least_coverage, value_name = "SHARE", value_parser = parse::share)]
    coverage: f64,
    /// Share of named expressions that are right; beyond --coverage it names as many as reach that
    #[arg(long, default_value_t = AbstentionRule::DEFAULT.accuracy, value_name = "SHARE", value_parser = parse::share)]
    accuracy: f64,
}

impl AbstentionArgs {
    /// Over the risk-coverage curve of validation faces.
    pub fn rule(self) -> AbstentionRule {
        AbstentionRule { accuracy: self.accuracy, least_coverage: self.coverage }
    }
}

/// How a result is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// For programs; keys are only ever added
    Json,
}

/// Music, video or both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum KindChoice {
    /// Tracks to hear
    Music,
    /// Videos to watch
    Video,
    /// Both
    #[default]
    All,
}

impl KindChoice {
    /// The one kind asked for.
    pub fn kind(self) -> Option<Kind> {
        match self {
            Self::Music => Some(Kind::Music),
            Self::Video => Some(Kind::Video),
            Self::All => None,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read the expression of every face in photos
    Face(face::FaceArgs),
    /// Read expressions over time, from a camera, a video or a folder of frames
    Watch(watch::WatchArgs),
    /// Learn how your face reads at rest and smiling; show or delete what is kept
    Baseline(baseline::BaselineArgs),
    /// Be recognised by your face, if you want to: enrol, list, forget
    Who(who::WhoArgs),
    /// Answer a mood with music and video, and say why
    Recommend(recommend::RecommendArgs),
    /// Serve the page that reads the camera and shows the list
    Serve(serve::ServeArgs),
    /// Look into the library
    Library(library::LibraryArgs),
    /// Bring a catalogue into the library
    Import(import::ImportArgs),
    /// Teach the reading of your face: correct it, show the corrections, forget them
    Correction(correction::CorrectionArgs),
    /// Train a network on labelled faces, or the mood model on rated music
    Train(Box<train::TrainCommand>),
    /// Measure a model on labelled faces
    Evaluate(evaluate::EvaluateArgs),
    /// Measure a model on other skin tones and light, and say what that shows
    Audit(audit::AuditArgs),
    /// Look into labelled faces
    Data(data::DataArgs),
    /// Show what in a face speaks for an expression
    Explain(explain::ExplainArgs),
    /// Make a model file or ONNX of a checkpoint or a model file
    Export(export::ExportArgs),
    /// Write the card of a model or a data set from what is measured
    Card(card::CardArgs),
    /// Train many small runs side by side and print one table
    Sweep(sweep::SweepArgs),
    /// List the networks that can be trained
    Networks(networks::NetworksArgs),
    /// Measure speed on this machine and print JSON
    Bench(bench::BenchArgs),
    /// Check that everything Attune needs is in order
    Doctor(doctor::DoctorArgs),
    /// Show the settings and where each one came from
    Config(config::ConfigArgs),
    /// Print a completion script for a shell
    Completions(completions::CompletionsArgs),
    /// Print the manual page
    Man,
}
