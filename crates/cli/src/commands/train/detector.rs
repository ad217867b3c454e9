//! `attune train detector`.

use std::fs;
use std::path::PathBuf;

use attune_training::data::Split;
use attune_training::detector::{Progress, Settings, train, without_faces};
use attune_training::write_atomically;
use attune_vision::Frame;
use clap::Args;

use super::{read, unwritable};
use crate::context::threads;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;

#[derive(Args, Debug)]
pub struct DetectorArgs {
    /// Faces: a .parquet file or a folder of Parquet files with FER+ votes, whose training split
    /// is learned from
    #[arg(long, value_name = "PATH", required = true)]
    data: Vec<PathBuf>,
    /// Folder of pictures without faces, and the folders in it
    #[arg(long, value_name = "DIR", required = true)]
    backgrounds: Vec<PathBuf>,
    /// File with the names of those of them that do show people, one a line: they are left out
    #[arg(long, value_name = "FILE")]
    people: Option<PathBuf>,
    /// The detector's file
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Steps in every round for each of the three networks
    #[arg(long, value_name = "N,N,N", value_parser = three)]
    steps: Option<[usize; 3]>,
    /// Decides every random choice
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Trains the networks one after the other; what there is so far is written after each.
pub fn run(args: &DetectorArgs, printer: Printer) -> Result<ExitStatus, Failure> {
    let faces = read(&args.data, Split::Train)?;
    let backgrounds = backgrounds(args)?;
    let base = Settings::default();
    let steps = args.steps.unwrap_or(base.steps);
    let settings = Settings { steps, seed: args.seed, threads: threads(), ..base };
    let write =
        |bytes: &[u8]| write_atomically(&args.out, bytes).map_err(|e| unwritable(&args.out, &e));
    let mut written = Ok(());
    let bytes = train(&faces, backgrounds, &settings, &mut |progress| match progress {
        Progress::Mined { network, windows } => {
            printer.note(&format!("{network}: {windows} windows taken for faces"));
        }
        Progress::Loss { network, step, loss } => {
            printer.note(&format!("{network}: step {step}, loss {loss:.3}"));
        }
        Progress::Finished(bytes) => written = write(bytes),
    });
    written?;
    let bytes = bytes.map_err(|e| Failure::new(e, "Train again with more steps."))?;
    write(&bytes)?;
    printer.note(&format!("the detector is in {}", args.out.display()));
    Ok(ExitStatus::Done)
}

/// The pictures to learn from.
fn backgrounds(args: &DetectorArgs) -> Result<Vec<Frame>, Failure> {
    let hint = "Name a folder of JPEG or PNG pictures that show nobody.";
    let people = match &args.people {
        Some(path) => fs::read_to_string(path).map_err(|e| {
            Failure::new(format!("{}: {e}", path.display()), "Name a text file of file names.")
        })?,
        None => String::new(),
    };
    let mut frames = Vec::new();
    for folder in &args.backgrounds {
        let pictures = without_faces(folder).map_err(|e| Failure::new(e, hint))?;
        let nobody = pictures.into_iter().filter(|p| !people.lines().any(|l| l.trim() == p.name));
        frames.extend(nobody.map(|picture| picture.frame));
    }
    frames.retain(|frame| frame.width().min(frame.height()) >= LEAST_SIDE);
    if frames.is_empty() { Err(Failure::new("there are no backgrounds", hint)) } else { Ok(frames) }
}

/// Pictures of smaller sides hold no window worth looking at.
const LEAST_SIDE: usize = 64;

fn three(text: &str) -> Result<[usize; 3], String> {
    let numbers: Result<Vec<usize>, _> = text.split(',').map(|n| n.trim().parse()).collect();
    let three = numbers.ok().and_then(|n| <[usize; 3]>::try_from(n).ok());
    three.ok_or_else(|| "say three numbers, like 4000,3000,3000".to_owned())
}
