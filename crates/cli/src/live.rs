//! What is being watched, drawn anew with every frame where stderr is a terminal.

use std::io::IsTerminal;

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::printer::Printer;

/// Lines on stderr that stay in their place.
pub struct LiveView {
    bar: ProgressBar,
}

impl LiveView {
    /// Hidden when quiet or when stderr is no terminal.
    pub fn new(printer: Printer) -> Self {
        let visible = !printer.is_quiet() && std::io::stderr().is_terminal();
        let target = if visible {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let style = ProgressStyle::with_template("{msg}");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_spinner());
        Self { bar: ProgressBar::with_draw_target(None, target).with_style(style) }
    }

    /// Whether anybody sees it.
    pub fn is_visible(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// Shows these lines instead of the last ones.
    pub fn show(&self, text: String) {
        let plain = AutoStream::choice(&std::io::stderr()) == ColorChoice::Never;
        let text = if plain { strip_str(&text).to_string() } else { text };
        self.bar.set_message(text);
        self.bar.tick();
    }

    /// Writes something else above it.
    pub fn above<T>(&self, write: impl FnOnce() -> T) -> T {
        self.bar.suspend(write)
    }

    /// Clears it.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
