//! What a script under `benches/peers` printed, beside our own figures.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::exit::Failure;

/// The peers' column.
#[derive(Debug, Serialize)]
pub struct Peers {
    /// As the script printed it.
    printed: Value,
    /// The peers' median over ours, by stage: how many times as long they take.
    ratios: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct Printed {
    stages: BTreeMap<String, Stage>,
}

#[derive(Deserialize)]
struct Stage {
    median_ms: f64,
}

impl Peers {
    /// Reads the script's output and compares the stages that both have; `ours` are our medians.
    pub fn beside(path: &Path, ours: &[(&str, f64)]) -> Result<Self, Failure> {
        let failed = |error: &dyn std::fmt::Display| {
            Failure::new(
                format!("{}: {error}", path.display()),
                "give what `benches/peers/face/run me.jpg` printed",
            )
        };
        let text = fs::read_to_string(path).map_err(|error| failed(&error))?;
        let printed: Value = serde_json::from_str(&text).map_err(|error| failed(&error))?;
        let Printed { stages } = Printed::deserialize(&printed).map_err(|error| failed(&error))?;
        let ratio = |(name, ours): &(&str, f64)| {
            let peers = stages.get(*name)?.median_ms;
            Some(((*name).to_owned(), (100.0 * peers / ours).round() / 100.0))
        };
        Ok(Self { ratios: ours.iter().filter_map(ratio).collect(), printed })
    }
}
