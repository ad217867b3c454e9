//! The only way to the terminal: data on stdout; errors, advice and progress on stderr.

use std::io::{self, BufWriter, Write};

use anstream::{AutoStream, StripStream};
use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::exit::{Failure, Told};

/// `error:`.
const ERROR: Style = AnsiColor::Red.on_default().bold();
/// `warning:`.
const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// `hint:`.
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// Knows whether the person wants to hear anything but data and errors.
#[derive(Clone, Copy, Debug)]
pub struct Printer {
    quiet: bool,
}

impl Printer {
    /// With `quiet`, advice, warnings and progress are dropped.
    pub fn new(quiet: bool) -> Self {
        Self { quiet }
    }

    /// Whether progress is unwanted.
    pub fn is_quiet(self) -> bool {
        self.quiet
    }

    /// Writes text to stdout, styled only where stdout is a terminal that wants colour.
    pub fn data(self, text: &str) -> Result<(), Failure> {
        let mut out = BufWriter::new(AutoStream::auto(io::stdout().lock()));
        out.write_all(text.as_bytes())?;
        Ok(out.flush()?)
    }

    /// Writes bytes to stdout as they are.
    pub fn raw(self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        Ok(out.flush()?)
    }

    /// Writes a value to stdout as indented JSON, never styled.
    pub fn json(self, value: &impl Serialize) -> Result<(), Failure> {
        let mut out = BufWriter::new(StripStream::new(io::stdout().lock()));
        serde_json::to_writer_pretty(&mut out, value).map_err(io::Error::from)?;
        out.write_all(b"\n")?;
        Ok(out.flush()?)
    }

    /// Writes a value to stdout as JSON on one line.
    pub fn json_line(self, value: &impl Serialize) -> Result<(), Failure> {
        let mut line = serde_json::to_vec(value).map_err(io::Error::from)?;
        line.push(b'\n');
        self.raw(&line)
    }

    /// Says on stderr what may help; dropped when quiet.
    pub fn advice(self, text: &str) {
        if !self.quiet {
            complain(&format!("{text}\n"));
        }
    }

    /// Says on stderr what is worth knowing; dropped when quiet.
    pub fn note(self, text: &str) {
        self.advice(&format!("{HINT}note{HINT:#}: {text}"));
    }

    /// Says on stderr what went less well than it could; dropped when quiet.
    pub fn warning(self, text: &str) {
        self.advice(&format!("{WARNING}warning{WARNING:#}: {text}"));
    }

    /// Says on stderr what went wrong, quiet or not.
    pub fn error(self, told: &Told) {
        let mut text = format!("{ERROR}error{ERROR:#}: {}\n", told.message);
        if let Some(hint) = &told.hint {
            text += &format!("{HINT}hint{HINT:#}: {hint}\n");
        }
        complain(&text);
    }
}

/// Writes to stderr; where that fails there is nobody left to tell.
fn complain(text: &str) {
    let _ = AutoStream::auto(io::stderr().lock()).write_all(text.as_bytes());
}
