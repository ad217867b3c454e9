//! The configuration file: TOML, every key optional, unknown keys refused.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::{fs, io};

use attune_core::{Goal, Language};
use serde::{Deserialize, Deserializer};

use crate::env;
use crate::exit::Failure;
use crate::settings::{Origin, Setting, parse};

/// What a configuration file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileValues {
    /// Folder of the library; relative to the file's own folder.
    pub data_dir: Option<PathBuf>,
    /// Address and port of the server.
    pub listen: Option<SocketAddr>,
    /// A goal's word or a point.
    #[serde(default, deserialize_with = "goal")]
    pub goal: Option<Goal>,
    /// Names or ISO 639-1 codes.
    #[serde(default, deserialize_with = "languages")]
    pub languages: Option<Vec<Language>>,
    /// From 1 to 1000.
    #[serde(default, deserialize_with = "limit")]
    pub limit: Option<usize>,
    /// The expression model's file; relative to the file's own folder.
    pub model: Option<PathBuf>,
}

fn goal<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Goal>, D::Error> {
    let word = String::deserialize(from)?;
    parse::goal(&word).map(Some).map_err(serde::de::Error::custom)
}

fn languages<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<Language>>, D::Error> {
    let words = Vec::<String>::deserialize(from)?;
    let languages = words.iter().map(|word| parse::language(word)).collect::<Result<_, _>>();
    languages.map(Some).map_err(serde::de::Error::custom)
}

fn limit<'de, D: Deserializer<'de>>(from: D) -> Result<Option<usize>, D::Error> {
    let number = i64::deserialize(from)?;
    parse::limit(&number.to_string()).map(Some).map_err(serde::de::Error::custom)
}

/// The file that was found, and what it says.
#[derive(Debug, Default)]
pub struct ConfigFile {
    /// `None` where there is no file.
    pub path: Option<PathBuf>,
    /// All empty where there is no file.
    pub values: FileValues,
}

impl ConfigFile {
    /// Reads the file that the flag or the variable names, else `config.toml` in `folder` if it is
    /// there. A file named by hand must exist.
    pub fn find(flag: Option<&Path>, folder: Option<PathBuf>) -> Result<Self, Failure> {
        let named = flag.map(Path::to_owned).or_else(|| env::read(env::CONFIG).map(PathBuf::from));
        match (named, folder.map(|folder| folder.join("config.toml"))) {
            (Some(path), _) => Self::read(path),
            (None, Some(path)) if path.exists() => Self::read(path),
            _ => Ok(Self::default()),
        }
    }

    fn read(path: PathBuf) -> Result<Self, Failure> {
        let text = fs::read_to_string(&path).map_err(|error| unreadable(&path, &error))?;
        let mut values: FileValues =
            toml::from_str(&text).map_err(|error| malformed(&path, &text, &error))?;
        let own_folder = path.parent().unwrap_or(Path::new(""));
        for named in [&mut values.data_dir, &mut values.model].into_iter().flatten() {
            *named = own_folder.join(&named);
        }
        Ok(Self { path: Some(path), values })
    }

    /// A value with this file as its origin.
    pub fn said<T: Clone>(&self, value: &Option<T>) -> Option<Setting<T>> {
        let from = Origin::File(self.path.clone()?);
        Some(Setting { value: value.clone()?, from })
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        format!("the configuration file {} cannot be read: {error}", path.display()),
        "check the path given to --config or in ATTUNE_CONFIG; without either, defaults hold",
    )
}

fn malformed(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.lines().count().max(1) + usize::from(before.ends_with('\n'));
    let why = error.message().lines().collect::<Vec<_>>().join(" ");
    Failure::new(
        format!("the configuration file {}, line {line}: {why}", path.display()),
        "the keys are data_dir, listen, goal, languages, limit and model; `attune config show` prints what holds",
    )
}
