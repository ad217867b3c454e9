//! Lists that may be longer than memory should hold.

use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::SpooledTempFile;

use crate::error::AppError;

/// So much is held in memory, the rest in a file without a name, which goes with the process.
const IN_MEMORY: usize = 1 << 20;

/// A list that is written once, from its beginning to its end.
pub(super) struct Spool<T> {
    file: BufWriter<SpooledTempFile>,
    length: u64,
    holds: PhantomData<fn(T) -> T>,
}

impl<T: Serialize + DeserializeOwned> Spool<T> {
    pub(super) fn new() -> Self {
        let file = BufWriter::new(SpooledTempFile::new(IN_MEMORY));
        Self { file, length: 0, holds: PhantomData }
    }

    /// How many there are.
    pub(super) fn len(&self) -> u64 {
        self.length
    }

    pub(super) fn push(&mut self, value: &T) -> Result<(), AppError> {
        self.length += 1;
        let written = serde_json::to_writer(&mut self.file, value).map_err(io::Error::from);
        written.and_then(|()| self.file.write_all(b"\n")).map_err(unwritable)
    }

    /// The list from its beginning.
    pub(super) fn read(self) -> Result<Unspooled<T>, AppError> {
        let mut file = self.file.into_inner().map_err(|error| unwritable(error.into_error()))?;
        file.rewind().map_err(unwritable)?;
        Ok(Unspooled { lines: BufReader::new(file), holds: PhantomData })
    }
}

/// A list that is read once.
pub(super) struct Unspooled<T> {
    lines: BufReader<SpooledTempFile>,
    holds: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> Iterator for Unspooled<T> {
    type Item = Result<T, AppError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut line = String::new();
        match self.lines.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => {
                let value = serde_json::from_str(&line).map_err(io::Error::from);
                Some(value.map_err(unwritable))
            }
            Err(error) => Some(Err(unwritable(error))),
        }
    }
}

fn unwritable(source: io::Error) -> AppError {
    AppError::Unwritable { path: std::env::temp_dir(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_outgrows_memory_comes_back_as_it_was() {
        let mut spool = Spool::new();
        let line = |n: usize| format!("a name\nof two lines \u{fc} {n}");
        for n in 0..50_000 {
            spool.push(&line(n)).unwrap();
        }
        assert!(spool.file.get_ref().is_rolled(), "it is in a file");
        assert_eq!(spool.len(), 50_000);
        let back = spool.read().unwrap().map(Result::unwrap);
        assert!(back.eq((0..50_000).map(line)));
    }
}
