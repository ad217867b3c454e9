use attune_training::network::{ModelConfig, Preset, presets};
use clap::Args;
use serde::Serialize;

use crate::args::Format;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::text::networks::networks;

/// Arguments of `attune networks`.
#[derive(Args, Debug)]
pub struct NetworksArgs {
    /// Side of the input in pixels
    #[arg(long, default_value_t = 44, value_parser = clap::value_parser!(u16).range(24..=48))]
    input_size: u16,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A network that can be trained; an entry of the JSON.
#[derive(Debug, Serialize)]
pub struct Network {
    /// What `--network` calls it.
    pub name: &'static str,
    /// In a few words.
    pub about: &'static str,
    /// Numbers that training finds, with a head for each label set.
    pub parameters: usize,
    /// Multiplications with an addition for one face.
    pub multiply_adds: u64,
    /// For a training configuration.
    pub model: ModelConfig,
}

/// Lists the networks that can be trained.
pub fn run(args: &NetworksArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    let list = list(usize::from(args.input_size));
    match args.format {
        Format::Json => printer.json(&list)?,
        Format::Text => printer.data(&networks(&list))?,
    }
    Ok(ExitStatus::Done)
}

fn list(input_size: usize) -> Vec<Network> {
    let measured = |Preset { name, about, model }| {
        let plan = model.plan(name, input_size);
        let (parameters, multiply_adds) = (plan.parameters(), plan.multiply_adds);
        Network { name, about, parameters, multiply_adds, model }
    };
    presets().into_iter().map(measured).collect()
}
