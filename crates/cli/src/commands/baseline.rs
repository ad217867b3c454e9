//! `attune baseline`.

use std::path::PathBuf;

use attune_app::video::{self, Step, Video, VideoOptions};
use attune_app::{AppError, Baseline, BaselineRecorder, Baselines, FaceReader, LISTENER, Phase};
use clap::{Args, Subcommand};

use crate::args::Format;
use crate::context::model;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::{Settings, parse};
use crate::text;

#[derive(Args, Debug)]
pub struct BaselineArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Watch one face, at rest for half of the time and smiling for the other half
    Record(RecordArgs),
    /// Print what is kept
    Show {
        /// Whose
        #[arg(long, value_name = "NAME", default_value = LISTENER, value_parser = parse::listener)]
        listener: String,
        /// How to write it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Delete what is kept
    Delete {
        /// Whose
        #[arg(long, value_name = "NAME", default_value = LISTENER, value_parser = parse::listener, conflicts_with = "all")]
        listener: String,
        /// Everybody's
        #[arg(long)]
        all: bool,
    },
}

#[derive(Args, Debug)]
struct RecordArgs {
    /// A video or a folder of frames instead of the camera
    #[arg(long, value_name = "PATH", conflicts_with = "camera")]
    video: Option<PathBuf>,
    /// The camera's number
    #[arg(long, value_name = "N", default_value_t = 0)]
    camera: u32,
    /// Frames a second of a folder or an MJPEG file
    #[arg(long, value_name = "FPS", default_value = "25", value_parser = parse::frame_rate)]
    fps: f64,
    /// Whose face it is
    #[arg(long, value_name = "NAME", default_value = LISTENER, value_parser = parse::listener)]
    listener: String,
    /// How long both phases take together
    #[arg(long, value_name = "SECONDS", default_value = "30", value_parser = parse::seconds)]
    seconds: f32,
}

pub fn run(
    args: &BaselineArgs,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let data_dir = &settings.data_dir.value;
    match &args.action {
        Action::Record(args) => {
            let mut kept = Baselines::load(data_dir)?;
            let baseline = record(args, settings, printer)?;
            let told = text::baseline(&baseline);
            kept.insert(&args.listener, baseline);
            kept.save(data_dir)?;
            printer.data(&told)?;
            printer.advice(
                "`--baseline` reads the largest face with yours, and with `--who` everybody it recognises \
                 with their own.",
            );
        }
        Action::Show { listener, format } => {
            let kept = Baselines::load(data_dir)?;
            let kept = kept.of(listener).ok_or(AppError::NoBaseline)?;
            match format {
                Format::Text => printer.data(&text::baseline(kept))?,
                Format::Json => printer.json(kept)?,
            }
        }
        Action::Delete { all: true, .. } => {
            let was = Baselines::delete_all(data_dir)?;
            printer.advice(if was { "no baseline is kept" } else { "no baseline was kept" });
        }
        Action::Delete { listener, .. } => {
            let mut kept = Baselines::load(data_dir)?;
            let was = kept.remove(listener);
            kept.save(data_dir)?;
            printer.advice(if was { "the baseline is deleted" } else { "no baseline was kept" });
        }
    }
    Ok(ExitStatus::Done)
}

fn record(args: &RecordArgs, settings: &Settings, printer: Printer) -> Result<Baseline, Failure> {
    let mut reader = FaceReader::with_model(&model(settings)?)?;
    let mut video = open(args)?;
    let mut recorder = BaselineRecorder::default();
    let half_s = f64::from(args.seconds) / 2.0;
    let mut asked = None;
    loop {
        let (at_s, picture) = match video.step() {
            Ok(Step::Picture(at_s, _)) if at_s >= 2.0 * half_s => break,
            Ok(Step::Picture(at_s, picture)) => (at_s, picture),
            Ok(Step::Skipped(_)) => continue,
            Ok(Step::End) => break,
            Err(error) => return Err(Failure::new(&error, error.hint())),
        };
        let phase = if at_s < half_s { Phase::Rest } else { Phase::Smile };
        if asked != Some(phase) {
            ask(phase, half_s, printer);
            asked = Some(phase);
        }
        recorder.see(phase, &mut reader, at_s, &picture.frame)?;
    }
    Ok(recorder.finish()?)
}

fn open(args: &RecordArgs) -> Result<Box<dyn Video>, AppError> {
    let options = VideoOptions { fps: args.fps, colour: false };
    match &args.video {
        Some(path) => video::open(path, options),
        None => video::open_camera(args.camera, options),
    }
}

fn ask(phase: Phase, seconds: f64, printer: Printer) {
    printer.advice(&match phase {
        Phase::Rest => format!("Rest your face for {seconds:.0} seconds."),
        Phase::Smile => format!("Smile for {seconds:.0} seconds."),
    });
}
