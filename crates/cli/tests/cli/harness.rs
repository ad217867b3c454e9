//! A folder of its own for each test, and the command run inside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A home without any configuration; paths under it print as `[DIR]`.
pub struct Sandbox {
    dir: TempDir,
    env: Vec<(String, String)>,
}

impl Sandbox {
    pub fn new() -> Self {
        Self { dir: TempDir::new().unwrap(), env: Vec::new() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        fs::write(self.path(name), bytes).unwrap();
        self
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The command with nothing of the machine's environment but the test's own.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_attune"));
        command.args(args).current_dir(self.dir.path()).env_clear().env("HOME", self.dir.path());
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null());
        command
    }

    pub fn output(&self, args: &[&str]) -> Output {
        self.command(args).output().unwrap()
    }

    /// Runs it and writes down all that a shell sees.
    pub fn run(&self, args: &[&str]) -> String {
        let output = self.output(args);
        let text = |bytes: &[u8]| redact_path(&String::from_utf8_lossy(bytes), self.dir.path());
        let status = output.status.code().map_or("a signal".to_owned(), |code| code.to_string());
        let stdout = text(&output.stdout);
        let stderr = text(&output.stderr);
        format!(
            "$ attune {}\nexit {status}\n----- stdout\n{stdout}----- stderr\n{stderr}",
            args.join(" ")
        )
    }

    /// Runs it, expects success and reads the JSON on stdout.
    pub fn json(&self, args: &[&str]) -> serde_json::Value {
        let output = self.output(args);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "attune {}: {stderr}", args.join(" "));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn redact_path(text: &str, dir: &Path) -> String {
    let real = dir.canonicalize().unwrap();
    let text = text.replace(&real.display().to_string(), "[DIR]");
    text.replace(&dir.display().to_string(), "[DIR]")
}

/// Compares with the snapshot of that name.
#[macro_export]
macro_rules! snapshot {
    ($name:expr, $seen:expr) => {
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $seen);
        });
    };
}
