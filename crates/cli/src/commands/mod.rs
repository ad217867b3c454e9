//! One file a command: its arguments, what it calls, how it shows the answer.

pub mod audit;
pub mod baseline;
pub mod bench;
pub mod card;
pub mod completions;
pub mod config;
pub mod correction;
pub mod data;
pub mod doctor;
pub mod evaluate;
pub mod explain;
pub mod export;
pub mod face;
pub mod import;
pub mod library;
mod man;
pub mod networks;
mod recipe;
pub mod recommend;
mod report;
pub mod serve;
pub mod sweep;
pub mod train;
pub mod watch;
pub mod who;

use crate::args::Command;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::Settings;

/// Runs one command.
pub fn run(command: Command, settings: Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    match command {
        Command::Face(args) => face::run(&args, &settings, printer),
        Command::Watch(args) => watch::run(&args, &settings, printer),
        Command::Baseline(args) => baseline::run(&args, &settings, printer),
        Command::Who(args) => who::run(&args, &settings, printer),
        Command::Recommend(args) => recommend::run(args, settings, printer),
        Command::Serve(args) => serve::run(&args, &settings, printer),
        Command::Library(args) => library::run(args, &settings, printer),
        Command::Correction(args) => correction::run(&args, &settings, printer),
        Command::Import(args) => import::run(args, &settings, printer),
        Command::Train(args) => train::run(&args, &settings, printer),
        Command::Evaluate(args) => evaluate::run(&args, &settings, printer),
        Command::Explain(args) => explain::run(&args, &settings, printer),
        Command::Export(args) => export::run(&args, &settings, printer),
        Command::Card(args) => card::run(&args, &settings, printer),
        Command::Sweep(args) => sweep::run(&args, printer),
        Command::Networks(args) => networks::run(&args, printer),
        Command::Audit(args) => audit::run(&args, &settings, printer),
        Command::Data(args) => data::run(args, printer),
        Command::Bench(args) => bench::run(&args, &settings, printer),
        Command::Doctor(args) => doctor::run(&args, &settings, printer),
        Command::Config(args) => config::run(&args, &settings, printer),
        Command::Completions(args) => completions::run(&args, printer),
        Command::Man => man::run(printer),
    }
}
