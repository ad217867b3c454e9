//! Flags over variables over file over defaults, each value knowing where it came from.

mod file;
pub mod parse;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use attune_core::{Goal, Language};
use etcetera::BaseStrategy;

use crate::args::GlobalArgs;
use crate::env;
use crate::exit::Failure;
use crate::settings::file::ConfigFile;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line.
    Flag(&'static str),
    /// An environment variable.
    Variable(&'static str),
    /// The configuration file.
    File(PathBuf),
    /// Nobody said anything.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(name) | Self::Variable(name) => f.pad(name),
            Self::File(path) => f.pad(&path.display().to_string()),
            Self::Default => f.pad("default"),
        }
    }
}

/// A value and where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting<T> {
    /// What holds.
    pub value: T,
    /// Who said so.
    pub from: Origin,
}

impl<T> Setting<T> {
    /// Another value with the same origin.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Setting<U> {
        Setting { value: change(self.value), from: self.from }
    }

    /// The flag's value where it was given.
    pub fn or_flag(self, flag: Option<T>, name: &'static str) -> Self {
        flag.map_or(self, |value| Self { value, from: Origin::Flag(name) })
    }
}

/// Everything that can be set outside a single command.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file that was read, if one was there.
    pub config_file: Option<PathBuf>,
    /// Folder of the library and all other state.
    pub data_dir: Setting<PathBuf>,
    /// Where `attune serve` listens.
    pub listen: Setting<SocketAddr>,
    /// What the listener wants of the music.
    pub goal: Setting<Goal>,
    /// Languages to recommend in; empty is any.
    pub languages: Setting<Vec<Language>>,
    /// How many items a list has.
    pub limit: Setting<usize>,
    /// The expression model's file; `None` is the one in the program.
    pub model: Setting<Option<PathBuf>>,
}

/// Loopback, so that nobody else on the network sees a face.
const LISTEN: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8787);
/// Items in a list where nobody says.
const LIMIT: usize = 10;

impl Settings {
    /// Reads flags, variables and the configuration file.
    pub fn load(flags: &GlobalArgs) -> Result<Self, Failure> {
        let folders = etcetera::choose_base_strategy().ok();
        let config_dir = folders.as_ref().map(|f| f.config_dir().join("attune"));
        let file = ConfigFile::find(flags.config.as_deref(), config_dir)?;
        let data_dir = folders.map_or_else(|| PathBuf::from("."), |f| f.data_dir()).join("attune");
        let said = &file.values;
        Ok(Self {
            data_dir: pick(env::DATA_DIR, parse::folder, file.said(&said.data_dir), data_dir)?
                .or_flag(flags.data_dir.clone(), "--data-dir"),
            listen: pick(env::LISTEN, parse::address, file.said(&said.listen), LISTEN)?,
            goal: pick(env::GOAL, parse::goal, file.said(&said.goal), Goal::default())?,
            languages: pick(env::LANGUAGES, parse::languages, file.said(&said.languages), vec![])?,
            limit: pick(env::LIMIT, parse::limit, file.said(&said.limit), LIMIT)?,
            model: pick(
                env::MODEL,
                parse::some_file,
                file.said(&said.model).map(|m| m.map(Some)),
                None,
            )?
            .or_flag(flags.model.clone().map(Some), "--model"),
            config_file: file.path,
        })
    }
}

/// The variable's value, or the file's, or the default.
fn pick<T>(
    variable: &'static str,
    parse: fn(&str) -> Result<T, String>,
    file: Option<Setting<T>>,
    default: T,
) -> Result<Setting<T>, Failure> {
    if let Some(text) = env::read(variable) {
        let value = parse(&text).map_err(|why| {
            Failure::new(
                format!("the variable {variable} is refused: {why}"),
                format!("change it, or drop it with `unset {variable}`"),
            )
        })?;
        return Ok(Setting { value, from: Origin::Variable(variable) });
    }
    Ok(file.unwrap_or(Setting { value: default, from: Origin::Default }))
}
