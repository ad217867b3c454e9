//! `attune who`.

use std::path::PathBuf;

use attune_app::video::{self, Step, Video, VideoOptions};
use attune_app::{AppError, Enrolled, Enroller, FaceReader};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::args::Format;
use crate::context::model;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::{Settings, parse};
use crate::text;

#[derive(Args, Debug)]
pub struct WhoArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Look at somebody who wants to be recognised; only numbers are kept, on this machine
    Enrol(EnrolArgs),
    /// Show who enrolled
    List {
        /// How to write it
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Delete what is kept of somebody, or of everybody
    Forget(ForgetArgs),
}

#[derive(Args, Debug)]
struct EnrolArgs {
    /// Whose face it is: the name of a listener
    #[arg(value_parser = parse::listener)]
    name: String,
    /// Photos that show them alone; several, in different light, are better than one
    #[arg(value_name = "PHOTO", conflicts_with_all = ["video", "camera"], required_unless_present_any = ["video", "camera"])]
    photos: Vec<PathBuf>,
    /// A video or a folder of frames that shows them alone
    #[arg(long, value_name = "PATH", conflicts_with = "camera")]
    video: Option<PathBuf>,
    /// The camera's number
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "0")]
    camera: Option<u32>,
    /// Frames a second of a folder or an MJPEG file
    #[arg(long, value_name = "FPS", default_value = "25", value_parser = parse::frame_rate)]
    fps: f64,
    /// How long to look
    #[arg(long, value_name = "SECONDS", default_value = "15", value_parser = parse::seconds)]
    seconds: f32,
}

#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct ForgetArgs {
    /// Who
    name: Option<String>,
    /// Everybody
    #[arg(long)]
    all: bool,
}

/// One frame in so many seconds: those between show the same.
const PAUSE_S: f64 = 0.2;

pub fn run(args: &WhoArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let data_dir = &settings.data_dir.value;
    match &args.action {
        Action::Enrol(args) => {
            let mut enrolled = Enrolled::load(data_dir)?;
            let seen = look(args, settings)?;
            let pictures = enrolled.enrol(&args.name, seen)?.pictures;
            enrolled.save(data_dir)?;
            let pictures = text::count(pictures, "picture");
            printer.data(&format!("{} is enrolled by {pictures}\n", args.name))?;
            printer.advice(
                "`--who` tells whose face it is, on this machine alone; it was measured to take a stranger \
                 for one of you about once in a hundred pictures, not how often it knows you. `attune who \
                 forget` deletes what is kept.",
            );
        }
        Action::List { format } => list(&Enrolled::load(data_dir)?, *format, printer)?,
        Action::Forget(ForgetArgs { name: Some(name), .. }) => {
            let mut enrolled = Enrolled::load(data_dir)?;
            let was = enrolled.forget(name);
            enrolled.save(data_dir)?;
            let told = if was { "nothing is kept of" } else { "nothing was kept of" };
            printer.advice(&format!("{told} {name}"));
        }
        Action::Forget(_) => {
            let was = Enrolled::forget_all(data_dir)?;
            printer.advice(if was { "nothing is kept of anybody" } else { "nobody had enrolled" });
        }
    }
    Ok(ExitStatus::Done)
}

fn list(enrolled: &Enrolled, format: Format, printer: Printer) -> Result<(), Failure> {
    if format == Format::Json {
        let person = |(name, e): (&str, &attune_app::Enrolment)| json!({ "name": name, "pictures": e.pictures });
        return printer
            .json(&json!({ "people": enrolled.people().map(person).collect::<Vec<_>>() }));
    }
    let line = |(name, e): (&str, &attune_app::Enrolment)| {
        format!("{name}  by {}\n", text::count(e.pictures, "picture"))
    };
    let lines: String = enrolled.people().map(line).collect();
    printer.data(if lines.is_empty() { "nobody has enrolled\n" } else { &lines })
}

fn look(args: &EnrolArgs, settings: &Settings) -> Result<Enroller, Failure> {
    let mut reader = FaceReader::with_model(&model(settings)?)?;
    let mut enroller = Enroller::new()?;
    for photo in &args.photos {
        enroller.see_photo(&mut reader, photo)?;
    }
    let Some(mut video) = open(args)? else { return Ok(enroller) };
    let mut next_s = 0.0;
    loop {
        match video.step() {
            Ok(Step::Picture(at_s, _)) if at_s > f64::from(args.seconds) => break,
            Ok(Step::Picture(at_s, picture)) if at_s >= next_s => {
                next_s = at_s + PAUSE_S;
                if enroller.see(&mut reader, at_s, &picture.frame)? {
                    break;
                }
            }
            Ok(Step::Picture(..) | Step::Skipped(_)) => {}
            Ok(Step::End) => break,
            Err(error) => return Err(Failure::new(&error, error.hint())),
        }
    }
    Ok(enroller)
}

fn open(args: &EnrolArgs) -> Result<Option<Box<dyn Video>>, AppError> {
    let options = VideoOptions { fps: args.fps, colour: false };
    match (&args.video, args.camera) {
        (Some(path), _) => video::open(path, options).map(Some),
        (None, Some(number)) => video::open_camera(number, options).map(Some),
        (None, None) => Ok(None),
    }
}
