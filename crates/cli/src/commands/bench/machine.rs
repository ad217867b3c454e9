//! What the figures were measured on.

use serde::Serialize;

/// The machine a benchmark ran on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Machine {
    /// The processor's name, or its architecture where the system does not tell.
    pub cpu: String,
    /// Logical cores that this process may use.
    pub cores: usize,
    /// Operating system.
    pub os: &'static str,
    /// `release` or `debug`: only the first says anything about speed.
    pub build: &'static str,
}

impl Machine {
    /// Asks the system.
    pub fn here() -> Self {
        let told = std::fs::read_to_string("/proc/cpuinfo").ok();
        let cpu = told.as_deref().and_then(model_name).unwrap_or(std::env::consts::ARCH).to_owned();
        Self {
            cpu,
            cores: cores(),
            os: std::env::consts::OS,
            build: if cfg!(debug_assertions) { "debug" } else { "release" },
        }
    }
}

/// Logical cores that this process may use.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What this process holds in memory, in MiB; `None` where the system does not tell.
pub fn resident_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some((kib / 102.4).round() / 10.0)
}

/// The most memory this process ever held, in megabytes; `None` where the system does not tell.
pub fn peak_memory_mb() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1.024 / 1_000.0)
}

/// The first processor's name in Linux's `/proc/cpuinfo`.
fn model_name(cpuinfo: &str) -> Option<&str> {
    let line = cpuinfo.lines().find(|line| line.starts_with("model name"))?;
    line.split_once(':').map(|(_, name)| name.trim()).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_stands_after_the_colon() {
        let cpuinfo = "processor\t: 0\nmodel name\t: AMD EPYC\nmodel name\t: other\n";
        assert_eq!(model_name(cpuinfo), Some("AMD EPYC"));
        assert_eq!(model_name("Processor : ARM\n"), None);
    }
}
