//! The arguments as clap reads them; each command's own stand in its file.

use std::path::PathBuf;

use attune_core::Kind;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    baseline, bench, completions, config, doctor, evaluate, export, face, import, library,
    recommend, serve, train, watch,
};
use crate::env;

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
    /// Answer a mood with music and video, and say why
    Recommend(recommend::RecommendArgs),
    /// Serve the page that reads the camera and shows the list
    Serve(serve::ServeArgs),
    /// Look into the library
    Library(library::LibraryArgs),
    /// Bring a catalogue into the library
    Import(import::ImportArgs),
    /// Train a network on labelled faces
    Train(train::TrainArgs),
    /// Measure a model on labelled faces
    Evaluate(evaluate::EvaluateArgs),
    /// Make a model file of a training checkpoint
    Export(export::ExportArgs),
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
