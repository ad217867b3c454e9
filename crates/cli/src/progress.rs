//! A training run on the terminal: a bar where there is one, a line an epoch where there is not.

use std::io::IsTerminal;

use attune_app::{ScanProgress, ServerProgress};
use attune_training::{EpochRecord, Observer, StepReport};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::printer::Printer;
use crate::text::training::epoch;

/// Passes over a data set, on stderr; nothing when quiet or when stderr is no terminal.
pub struct Passes(ProgressBar);

impl Passes {
    /// At none of them.
    pub fn new(printer: Printer) -> Self {
        Self(bar(printer, "{wide_bar} pass {pos}/{len}  {eta} left"))
    }

    /// At one of so many.
    pub fn at(&self, pass: usize, of: usize) {
        self.0.set_length(of as u64);
        self.0.set_position(pass as u64);
    }
}

impl Drop for Passes {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// A bar that is drawn only where somebody watches.
fn bar(printer: Printer, style: &str) -> ProgressBar {
    let visible = !printer.is_quiet() && std::io::stderr().is_terminal();
    let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let style =
        ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(Some(0), target).with_style(style)
}

/// Shows steps and epochs as they are reported.
pub struct TrainingProgress {
    bar: ProgressBar,
    printer: Printer,
    epochs: usize,
}

impl TrainingProgress {
    /// Draws on stderr; hidden when quiet or when stderr is no terminal.
    pub fn new(printer: Printer, epochs: usize) -> Self {
        let bar = bar(printer, "{wide_bar} step {pos}/{len}  {msg}  {eta} left");
        Self { bar, printer, epochs }
    }

    /// Clears the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Observer for TrainingProgress {
    fn step(&mut self, step: &StepReport) {
        let first = self.bar.length() == Some(0);
        self.bar.set_length(step.steps as u64);
        self.bar.set_position(step.step as u64);
        if first {
            self.bar.reset_eta();
        }
        self.bar.set_message(format!(
            "epoch {}/{}  loss {:.3}  accuracy {:.1} %  {:.0} images/s",
            step.epoch + 1,
            self.epochs,
            step.loss,
            100.0 * step.accuracy,
            step.images_per_s
        ));
    }

    fn epoch(&mut self, record: &EpochRecord, best: bool) {
        self.bar.suspend(|| self.printer.advice(&epoch(record, best)));
    }
}

/// A scan on the terminal.
pub struct ScanBar(ProgressBar);

impl ScanBar {
    /// Draws on stderr; hidden when quiet or when stderr is no terminal.
    pub fn new(printer: Printer) -> Self {
        let visible = !printer.is_quiet() && std::io::stderr().is_terminal();
        let target =
            if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let style = ProgressStyle::with_template("{wide_bar} file {pos}/{len}  {msg}")
            .unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::with_draw_target(Some(0), target).with_style(style))
    }

    /// Shows how far it is.
    pub fn show(&self, progress: ScanProgress) {
        self.0.set_length(progress.of);
        self.0.set_position(progress.done);
        let left = progress.seconds_left().unwrap_or_default();
        self.0.set_message(format!("{:.1} files/s  {left:.0} s left", progress.files_per_s()));
    }

    /// Clears it.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}

/// Work with a music server on the terminal.
pub struct ServerBar(ProgressBar);

impl ServerBar {
    /// Draws on stderr; hidden when quiet or when stderr is no terminal.
    pub fn new(printer: Printer) -> Self {
        Self(bar(printer, "{wide_bar} {pos}/{len}  {msg}"))
    }

    /// Shows how far it is.
    pub fn show(&self, progress: ServerProgress) {
        match progress {
            ServerProgress::Listing { done } => {
                self.0.set_length(done);
                self.0.set_position(done);
                self.0.set_message("listing tracks");
            }
            ServerProgress::Hearing { done, of, seconds } => {
                self.0.set_length(of);
                self.0.set_position(done);
                let left = ScanProgress { done, of, seconds }.seconds_left().unwrap_or_default();
                self.0.set_message(format!("listening  {left:.0} s left"));
            }
        }
    }

    /// Clears it.
    pub fn finish(&self) {
        self.0.finish_and_clear();
    }
}
