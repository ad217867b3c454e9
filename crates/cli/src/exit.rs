//! How a command ends.

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

/// What the shell is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// 0: the command did what it was asked.
    Done,
    /// 1: something was refused or failed, and stderr says what. (Wrong arguments are clap's 2.)
    Refused,
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        match status {
            ExitStatus::Done => Self::SUCCESS,
            ExitStatus::Refused => Self::FAILURE,
        }
    }
}

/// What stops a command before its end.
#[derive(Debug)]
pub enum Failure {
    /// Nobody reads our output any more (`attune ... | head`): nothing to report.
    PipeClosed,
    /// To be told to the person who asked.
    Told(Told),
}

/// One sentence of what went wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Printed after `error: `.
    pub message: String,
    /// Printed after `hint: `.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure with a hint.
    pub fn new(message: impl Display, hint: impl Into<String>) -> Self {
        Self::Told(Told { message: message.to_string(), hint: Some(hint.into()) })
    }
}

impl From<io::Error> for Failure {
    /// For writes to stdout; files have errors that name them.
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::PipeClosed,
            _ => Self::new(
                format!("the output cannot be written: {error}"),
                "is the disk full, or the file it is redirected to protected?",
            ),
        }
    }
}
