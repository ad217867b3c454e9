//! The stages of reading a picture in the browser's wasm module, run by `node`.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use attune_vision::{Frame, Stage};
use serde::{Deserialize, Serialize};

use crate::commands::bench::machine::cores;
use crate::commands::bench::timing::Timing;
use crate::exit::Failure;
use crate::printer::Printer;

/// What `node` runs.
const SCRIPT: &str = include_str!("wasm.mjs");
/// How long each stage is timed, and each throughput counted, in seconds.
const SECONDS: &str = "1";

/// One engine's figures.
#[derive(Debug, Serialize)]
pub struct Wasm {
    engine: String,
    /// On one core, by the stages' names.
    stages: BTreeMap<&'static str, Timing>,
    throughput: Throughput,
}

#[derive(Debug, Serialize)]
struct Throughput {
    /// End to end.
    frames_per_s: f64,
    /// As many engines as there are cores, together.
    frames_per_s_all_cores: f64,
}

/// What the script prints.
#[derive(Debug, Deserialize)]
struct Printed {
    engine: String,
    measured: Vec<Measured>,
}

#[derive(Debug, Deserialize)]
struct Measured {
    /// Of each run, in milliseconds.
    times: Vec<f64>,
    took_s: f64,
}

/// `None`, and a word, where there is no `node`.
pub fn measure(frame: &Frame, model: &[u8], printer: Printer) -> Result<Option<Wasm>, Failure> {
    let folder = tempfile::tempdir().map_err(|error| failed(&error.to_string()))?;
    let node = Node { folder: folder.path(), size: [frame.width(), frame.height()] };
    node.lay_out(frame, model).map_err(|error| failed(&error.to_string()))?;
    let all: Vec<String> = (0..Stage::ALL.len()).map(|stage| stage.to_string()).collect();
    let child = match node.start(&all.join(",")) {
        Ok(child) => child,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            printer.advice("wasm is not measured: `node` is not installed");
            return Ok(None);
        }
        Err(error) => return Err(failed(&error.to_string())),
    };
    let Printed { engine, measured } = finish(child)?;
    let names = Stage::ALL.iter().map(|(_, name)| *name);
    let stages = names.zip(&measured).map(|(name, m)| (name, timing(&m.times))).collect();
    let throughput = Throughput {
        frames_per_s: node.frames_per_s(1)?,
        frames_per_s_all_cores: node.frames_per_s(cores())?,
    };
    Ok(Some(Wasm { engine, stages, throughput }))
}

fn timing(times_ms: &[f64]) -> Timing {
    Timing::of(times_ms.iter().map(|ms| Duration::from_secs_f64(ms / 1e3)).collect())
}

/// The module's files in a folder.
struct Node<'a> {
    folder: &'a Path,
    size: [usize; 2],
}

impl Node<'_> {
    fn lay_out(&self, frame: &Frame, model: &[u8]) -> std::io::Result<()> {
        let rgba: Vec<u8> = frame.pixels().iter().flat_map(|p| [*p, *p, *p, 255]).collect();
        let of_page = |name| attune_server::page_file(name).ok_or(ErrorKind::NotFound);
        fs::write(self.folder.join("bench.mjs"), SCRIPT)?;
        fs::write(self.folder.join("vision.mjs"), of_page("vision.js")?)?;
        fs::write(self.folder.join("module.wasm"), of_page("attune_web.wasm")?)?;
        fs::write(self.folder.join("model"), model)?;
        fs::write(self.folder.join("rgba"), rgba)
    }

    fn start(&self, stages: &str) -> std::io::Result<Child> {
        let [width, height] = self.size.map(|side| side.to_string());
        let mut command = Command::new("node");
        command.current_dir(self.folder).args(["bench.mjs", "./vision.mjs", "module.wasm"]);
        command.args(["model", "rgba", &width, &height, SECONDS, stages]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }

    /// End to end, by as many engines side by side.
    fn frames_per_s(&self, engines: usize) -> Result<f64, Failure> {
        let last = (Stage::ALL.len() - 1).to_string();
        let started: Result<Vec<Child>, _> = (0..engines).map(|_| self.start(&last)).collect();
        let mut sum = 0.0;
        for child in started.map_err(|error| failed(&error.to_string()))? {
            let printed = finish(child)?;
            sum += printed.measured.iter().map(|m| m.times.len() as f64 / m.took_s).sum::<f64>();
        }
        Ok(sum.round())
    }
}

fn finish(child: Child) -> Result<Printed, Failure> {
    let Output { status, stdout, stderr } =
        child.wait_with_output().map_err(|error| failed(&error.to_string()))?;
    if !status.success() {
        let text = String::from_utf8_lossy(&stderr);
        return Err(failed(
            text.lines().find(|line| line.contains("Error")).unwrap_or("it failed"),
        ));
    }
    serde_json::from_slice(&stdout).map_err(|error| failed(&error.to_string()))
}

fn failed(why: &str) -> Failure {
    Failure::new(
        format!("wasm cannot be measured: {why}"),
        "does `node --version` say 16 or later?",
    )
}
