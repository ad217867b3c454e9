//! `engines MODEL.onnx MODEL.safetensors`: a line of JSON an engine, the runs of all taken in turns.

use std::error::Error;
use std::time::Instant;

use cpu_time::ProcessTime;
use engines::{ENGINES, Network, input};

/// Turns, and runs of each engine in each of them.
const TURNS: usize = 20;
const RUNS: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let [onnx, safetensors] = &files[..] else { return Err("two files, please".into()) };
    let (onnx, safetensors) = (std::fs::read(onnx)?, std::fs::read(safetensors)?);
    let network = Network { onnx: &onnx, safetensors: &safetensors };
    let (face, side) = input(network)?;
    if let Ok(path) = std::env::var("ENGINES_INPUT") {
        std::fs::write(path, face.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<_>>())?;
    }
    let mut engines = Vec::new();
    for (name, make) in ENGINES {
        let mut engine = make(network)?;
        let logits = engine.logits(&face);
        engines.push((*name, engine, logits, Vec::new(), Vec::new()));
    }
    for _ in 0..TURNS {
        for (_, engine, _, times, cpu) in &mut engines {
            engine.logits(&face);
            let begin = ProcessTime::now();
            for _ in 0..RUNS {
                let start = Instant::now();
                engine.logits(&face);
                times.push(start.elapsed().as_secs_f64() * 1e3);
            }
            // On a machine that others use too, what a run costs whoever interrupts it.
            cpu.push(begin.elapsed().as_secs_f64() * 1e3 / RUNS as f64);
        }
    }
    for (name, _, logits, times, cpu) in &mut engines {
        [&mut *times, &mut *cpu].into_iter().for_each(|all| all.sort_by(f64::total_cmp));
        let (median, cpu) = (times[times.len() / 2], cpu[cpu.len() / 2]);
        println!(
            "{{\"engine\":\"{name}\",\"side\":{side},\"median_ms\":{median:.3},\"cpu_ms\":{cpu:.3},\"logits\":{logits:?}}}"
        );
    }
    Ok(())
}
