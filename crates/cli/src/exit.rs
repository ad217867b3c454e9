//! How a command ends.

use std::borrow::Cow;
use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use attune_app::AppError;
use attune_training::card::CardError;
use attune_training::data::DataError;
use attune_training::explain::ExplainError;
use attune_training::{PublishError, TrainError};
use attune_vision::ModelError;

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
        Self::told(message.to_string(), Some(hint.into()))
    }

    /// A failure with a hint where there is one.
    pub fn told(message: String, hint: Option<String>) -> Self {
        Self::Told(Told { message, hint })
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self::told(error.to_string(), error.hint().map(Cow::into_owned))
    }
}

impl From<DataError> for Failure {
    fn from(error: DataError) -> Self {
        Self::new(&error, error.hint())
    }
}

impl From<TrainError> for Failure {
    fn from(error: TrainError) -> Self {
        Self::new(&error, error.hint())
    }
}

impl From<PublishError> for Failure {
    fn from(error: PublishError) -> Self {
        let hint = match error {
            PublishError::Unservable(_) => "Train with a lower learning rate.",
            _ => "Name a checkpoint that `attune train` wrote, such as best.safetensors.",
        };
        Self::new(&error, hint)
    }
}

impl From<CardError> for Failure {
    fn from(error: CardError) -> Self {
        let hint = match error {
            CardError::Template(_) => "Start from the templates in crates/training/src/card.",
            CardError::History => "Name the history.json that the run wrote with --history.",
            _ => "Name a model file that `attune train` or `attune export` wrote.",
        };
        Self::new(&error, hint)
    }
}

impl From<ExplainError> for Failure {
    fn from(error: ExplainError) -> Self {
        let hint = match &error {
            ExplainError::NoClass { set, .. } => {
                let names: Vec<&str> = set.expressions().iter().map(|e| e.key()).collect();
                format!("Its labels are {}.", names.join(", "))
            }
            ExplainError::NoHead(_) => "Leave --label-set out, or name another --model.".to_owned(),
            ExplainError::NoLayer(_) => {
                "Leave --layer out; --format json then lists the layers that can be named."
                    .to_owned()
            }
            _ => "Name another --model.".to_owned(),
        };
        Self::new(&error, hint)
    }
}

impl From<ModelError> for Failure {
    fn from(error: ModelError) -> Self {
        Self::new(&error, "Name a model file that `attune train` or `attune export` wrote.")
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
