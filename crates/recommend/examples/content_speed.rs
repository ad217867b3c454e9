//! Exact search over one million vectors of 32 numbers on one core, beside reading them; JSON.
//!
//! `cargo run --release -p attune-recommend --example content_speed`

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use attune_recommend::content::{Metric, Space};
use pulp::Arch;

const ITEMS: usize = 1_000_000;
const DIMENSIONS: usize = 32;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let numbers: Vec<f32> = (0..ITEMS * DIMENSIONS).map(|i| value(i as u32)).collect();
    let rows: Vec<&[f32]> = numbers.chunks_exact(DIMENSIONS).collect();
    let space = Space::new(1, &rows, &Metric::even(DIMENSIONS))?;
    let read = median(|_| read_once(&numbers) as usize);
    let search = median(|i| match space.like(i * 7919 % ITEMS) {
        Some(query) => space.nearest(&query, 50, |_| true).len(),
        None => 0,
    });
    println!(
        "{}",
        serde_json::json!({
            "items": ITEMS, "dimensions": DIMENSIONS, "mebibytes": ITEMS * DIMENSIONS * 4 / (1 << 20),
            "read_once_ms": read, "top_50_ms": search, "search_over_read": search / read,
        })
    );
    Ok(())
}

fn read_once(numbers: &[f32]) -> f32 {
    Arch::new().dispatch(|| {
        let mut sums = [0.0f32; 64];
        for chunk in numbers.chunks_exact(64) {
            (0..64).for_each(|k| sums[k] += chunk[k]);
        }
        sums.iter().sum()
    })
}

/// A well mixed number in [-1, 1).
fn value(i: u32) -> f32 {
    let x = i.wrapping_mul(0x9e37_79b9);
    let x = (x ^ (x >> 15)).wrapping_mul(0x85eb_ca6b);
    (x ^ (x >> 13)) as f32 / 2f32.powi(31) - 1.0
}

/// Milliseconds, over 31 runs.
fn median(mut run: impl FnMut(usize) -> usize) -> f64 {
    let mut ms: Vec<f64> = (0..31)
        .map(|i| {
            let start = Instant::now();
            black_box(run(i));
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    ms.sort_by(f64::total_cmp);
    ms[15]
}
