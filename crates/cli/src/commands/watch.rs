//! `attune watch`.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::Ordering;

use attune_app::video::{self, Drawing, Picture, Step, Video, VideoError, VideoOptions};
use attune_app::{Moment, Timeline, Watch, WatchOptions};
use attune_core::{Expression, GroupRule, PersonId, Reading};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::args::Format;
use crate::context::{ReadingArgs, model};
use crate::exit::{ExitStatus, Failure};
use crate::interrupt::stop_on_interrupt;
use crate::live::LiveView;
use crate::printer::Printer;
use crate::settings::{Settings, parse};
use crate::text::watch as text;

#[derive(Args, Debug)]
pub struct WatchArgs {
    /// A video, or a folder of frames in the order of their names; else the camera
    #[arg(long, value_name = "PATH", conflicts_with = "camera")]
    video: Option<PathBuf>,
    /// The camera's number
    #[arg(long, value_name = "N", default_value_t = 0)]
    camera: u32,
    /// Frames a second of a folder or an MJPEG file, which do not say it themselves
    #[arg(long, value_name = "FPS", default_value = "25", value_parser = parse::frame_rate)]
    fps: f64,
    /// End with one reading as soon as one expression holds
    #[arg(long)]
    until_stable: bool,
    /// Seconds for which an expression must hold before it is declared [default: 1]
    #[arg(long, value_name = "SECONDS", value_parser = parse::seconds)]
    hold: Option<f32>,
    /// Time constant of the averages in seconds [default: 0.8]
    #[arg(long, value_name = "SECONDS", value_parser = parse::seconds)]
    smooth: Option<f32>,
    /// How several people's moods become one
    #[arg(long, value_enum, default_value_t)]
    group: GroupChoice,
    /// Do not read the face of the person of this number; may be repeated
    #[arg(long, value_name = "N", value_parser = parse::person)]
    leave_out: Vec<PersonId>,
    /// Draw boxes and labels into the frames of a folder, or of a video such as out.mp4
    #[arg(long, value_name = "PATH")]
    draw: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArgs,
    /// How to write readings: a line a change of answer, or JSON, a line a frame
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A group rule as the command line says it.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum GroupChoice {
    /// The middle of all moods
    #[default]
    Mean,
    /// The mood of whoever is least happy
    LeastHappy,
}

impl WatchArgs {
    fn options(&self, settings: &Settings) -> Result<WatchOptions, Failure> {
        Ok(WatchOptions {
            time_constant_s: self.smooth,
            hold_s: self.hold,
            group: match self.group {
                GroupChoice::Mean => GroupRule::Mean,
                GroupChoice::LeastHappy => GroupRule::LeastHappy,
            },
            left_out: self.leave_out.clone(),
            baselines: self.reading.baselines(settings)?,
            household: self.reading.household(settings)?,
        })
    }

    fn open(&self) -> Result<Box<dyn Video>, Failure> {
        let options = VideoOptions { fps: self.fps, colour: self.draw.is_some() };
        Ok(match &self.video {
            Some(path) => video::open(path, options)?,
            None => video::open_camera(self.camera, options)?,
        })
    }
}

pub fn run(args: &WatchArgs, settings: &Settings, printer: Printer) -> Result<ExitStatus, Failure> {
    let cascade = args.reading.detector.as_deref();
    let watch = Watch::new(&model(settings)?, cascade, &args.options(settings)?)?;
    let mut video = args.open()?;
    let drawing = args.draw.as_ref().map(|path| Drawing::open(path, video.fps())).transpose()?;
    let mut session = Session::new(args, printer, watch, drawing);
    let stop = stop_on_interrupt()?;
    let ended = loop {
        if stop.load(Ordering::Relaxed) {
            break Ok(());
        }
        match video.step() {
            Ok(Step::Picture(at_s, picture)) => session.see(at_s, picture)?,
            Ok(Step::Skipped(why)) => session.skip(&why),
            Ok(Step::End) => break Ok(()),
            Err(error) => break Err(Failure::new(&error, error.hint())),
        }
        if args.until_stable && session.stable.is_some() {
            break Ok(());
        }
    };
    session.finish(ended)
}

/// One watch from its first frame to its last.
struct Session<'a> {
    args: &'a WatchArgs,
    printer: Printer,
    watch: Watch,
    drawing: Option<Drawing>,
    view: LiveView,
    timeline: Timeline,
    /// What was last said of everybody.
    told: BTreeMap<PersonId, (Option<Expression>, Option<String>)>,
    frames: usize,
    skipped: usize,
    first_skipped: Option<String>,
    /// Whether anybody in sight was left out.
    left_out: bool,
    /// The first reading that was declared.
    stable: Option<(f64, Reading)>,
    last: Option<Moment>,
}

/// The JSON of `--until-stable`.
#[derive(Serialize)]
struct Stable<'a> {
    at_s: f64,
    #[serde(flatten)]
    reading: &'a Reading,
}

impl<'a> Session<'a> {
    fn new(args: &'a WatchArgs, printer: Printer, watch: Watch, drawing: Option<Drawing>) -> Self {
        Self {
            args,
            printer,
            watch,
            drawing,
            view: LiveView::new(printer),
            timeline: Timeline::default(),
            told: BTreeMap::new(),
            frames: 0,
            skipped: 0,
            first_skipped: None,
            left_out: false,
            stable: None,
            last: None,
        }
    }

    fn see(&mut self, at_s: f64, picture: Picture) -> Result<(), Failure> {
        let moment = self.watch.see(at_s, &picture.frame)?;
        self.frames += 1;
        self.left_out |= moment.left_out > 0;
        self.timeline.add(&moment);
        if let Some(drawing) = &mut self.drawing {
            drawing.add(at_s, picture, &moment.people)?;
        }
        if self.stable.is_none() {
            let declared = moment.people.iter().find(|reading| reading.expression.is_some());
            self.stable = declared.map(|reading| (at_s, reading.clone()));
        }
        if !self.args.until_stable {
            self.say(&moment)?;
        }
        if self.view.is_visible() {
            self.view.show(text::live(&moment, &self.timeline));
        }
        self.last = Some(moment);
        Ok(())
    }

    /// A line a frame as JSON, a line a change as text.
    fn say(&mut self, moment: &Moment) -> Result<(), Failure> {
        if self.args.format == Format::Json {
            return self.view.above(|| self.printer.json_line(moment));
        }
        let mut lines = String::new();
        for reading in &moment.people {
            let now = (reading.expression, reading.who.clone());
            if self.told.insert(reading.person, now.clone()) != Some(now) {
                lines += &text::change(moment.at_s, reading);
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        lines.extend(text::group(moment));
        self.view.above(|| self.printer.data(&lines))
    }

    fn skip(&mut self, why: &VideoError) {
        self.skipped += 1;
        self.first_skipped.get_or_insert_with(|| why.to_string());
    }

    fn finish(mut self, ended: Result<(), Failure>) -> Result<ExitStatus, Failure> {
        self.view.finish();
        let drawn = self.drawing.take().map_or(Ok(()), Drawing::finish);
        if let Some(first) = &self.first_skipped {
            self.printer.warning(&text::skipped(self.skipped, first));
        }
        if self.args.until_stable {
            let answered = ended.and_then(|()| self.answer())?;
            return drawn.map(|()| answered).map_err(Failure::from);
        }
        if self.args.format == Format::Text {
            self.printer.data(&text::summary(&self.timeline))?;
        }
        ended?;
        drawn?;
        if self.frames == 0 {
            return Err(Failure::new("no frame could be read", "name another video or folder"));
        }
        if self.timeline.people().next().is_none() {
            self.printer.advice(match (self.left_out, self.frames) {
                (true, _) => "everybody in sight was left out",
                (false, 1) => {
                    "one frame is not enough to follow anybody; `attune face` reads a picture"
                }
                (false, _) => "no face was found",
            });
        }
        Ok(ExitStatus::Done)
    }

    /// The reading that held, or what came closest.
    fn answer(&self) -> Result<ExitStatus, Failure> {
        if let Some((at_s, reading)) = &self.stable {
            match self.args.format {
                Format::Json => self.printer.json(&Stable { at_s: *at_s, reading })?,
                Format::Text => self.printer.data(&text::stable(*at_s, reading))?,
            }
            return Ok(ExitStatus::Done);
        }
        let undecided = self.last.as_ref().and_then(|moment| moment.people.first());
        let message = match undecided {
            Some(Reading { likeliest: [first, second], .. }) => {
                format!("no expression held; the two likeliest are {first} and {second}")
            }
            None => "no expression held: no face was seen at the end".to_owned(),
        };
        Err(Failure::new(message, "watch for longer, or ask for less with --hold 0.5"))
    }
}
