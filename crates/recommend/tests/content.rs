//! Search over descriptor vectors.

#![allow(clippy::unwrap_used)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use attune_recommend::content::{Metric, Query, Space, SpaceError};
use proptest::prelude::*;

fn space(rows: &[Vec<f32>]) -> Space {
    Space::new(1, rows, &Metric::even(rows.first().map_or(0, Vec::len))).unwrap()
}

fn found(space: &Space, query: &Query, count: usize) -> Vec<usize> {
    space.nearest(query, count, |_| true).iter().map(|near| near.position).collect()
}

#[test]
fn more_less_and_calmer() {
    // Energy, tempo.
    let rows = [[1.0, 1.0], [0.9, 0.9], [-1.0, 1.0], [-1.0, -1.0], [0.9, -1.0]].map(Vec::from);
    let space = space(&rows);
    let first = space.like(0).unwrap();
    assert_eq!(found(&space, &first, 2), [0, 1]);
    assert_eq!(found(&space, &first.clone().shifted(0, -2.5), 1), [2]);
    assert_eq!(found(&space, &first.clone().minus(&first, 2.0), 1), [3]);
    let both = first.plus(&space.like(4).unwrap(), 1.0);
    assert!(found(&space, &both, 3).contains(&4));
    let outside = space.like_row(&[-5.0, -5.0]).unwrap();
    assert_eq!(found(&space, &outside, 1), [3]);
    assert!(space.like_row(&[0.0]).is_none());
}

#[test]
fn odd_rows_are_never_found_and_wrong_ones_refused() {
    let nan = f32::NAN;
    let rows = [
        vec![1.0, 2.0, 3.0, 0.0],
        vec![nan, nan, nan, 1.0],
        vec![nan, 1.0, nan, 0.5],
        vec![3.0, 1.0, f32::INFINITY, 1.0],
    ];
    let space = space(&rows);
    assert!(space.like(1).is_none() && space.like(9).is_none());
    let near = space.nearest(&space.like(0).unwrap(), 10, |_| true);
    assert_eq!(near.len(), 3);
    assert!(near.iter().all(|n| n.likeness.is_finite() && n.position != 1));
    assert_eq!(found(&space, &space.like(0).unwrap(), 0), [0usize; 0]);
    let wrong = Space::new(1, &[vec![1.0], vec![]], &Metric::even(1)).unwrap_err();
    assert_eq!(wrong, SpaceError::Length { row: 1, found: 0, wanted: 1 });
    let none: [Vec<f32>; 0] = [];
    assert!(Space::new(1, &none, &Metric::even(3)).unwrap().is_empty());
    assert!(space.nearest(&space.like(0).unwrap().shifted(7, nan), 9, |i| i == 2).len() == 1);
}

#[test]
fn a_learned_metric_weighs_what_pairs_share() {
    // The first number says which pair a row belongs to, the second nothing.
    let rows: Vec<Vec<f32>> =
        (0..40).map(|i| vec![(i / 2) as f32, (i * 7919 % 13) as f32, 1.0]).collect();
    let pairs: Vec<(usize, usize)> = (0..20).map(|p| (2 * p, 2 * p + 1)).collect();
    let metric = Metric::learned(&rows, &pairs);
    assert!(metric.weights()[0] > 20.0 * metric.weights()[1], "{metric:?}");
    assert_eq!(metric.weights()[2], 0.0);
    assert_eq!(Metric::learned(&rows, &[]), Metric::even(3));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_nearest_are_those_a_plain_comparison_finds(
        rows in prop::collection::vec(prop::collection::vec(-3.0f32..3.0, 5), 1..90),
        weights in prop::collection::vec(0.1f32..3.0, 5), count in 1usize..20,
    ) {
        let space = Space::new(1, &rows, &Metric::new(weights.clone())).unwrap();
        let query = space.like(0);
        prop_assume!(query.is_some());
        let query = query.unwrap();
        let n = rows.len() as f64;
        let moment = |d: usize| {
            let mean = rows.iter().map(|r| f64::from(r[d])).sum::<f64>() / n;
            let variance = rows.iter().map(|r| (f64::from(r[d]) - mean).powi(2)).sum::<f64>() / n;
            (mean, if variance > 1e-9 { variance.sqrt() } else { 1.0 })
        };
        let moments: Vec<_> = (0..5).map(moment).collect();
        let vector = |row: &[f32]| -> Vec<f64> {
            let z = |d: usize| (f64::from(row[d]) - moments[d].0) / moments[d].1;
            (0..5).map(|d| z(d) * f64::from(weights[d]).sqrt()).collect()
        };
        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
        let cosine = |row: &[f32]| {
            let (a, b) = (vector(&rows[0]), vector(row));
            dot(&a, &b) / (dot(&a, &a) * dot(&b, &b)).sqrt()
        };
        let near = space.nearest(&query, count, |_| true);
        for pair in near.windows(2) {
            prop_assert!(pair[0].likeness >= pair[1].likeness);
        }
        let worst = near.last().map_or(1.0, |n| f64::from(n.likeness));
        for (i, row) in rows.iter().enumerate().filter(|(i, _)| space.like(*i).is_some()) {
            match near.iter().find(|n| n.position == i) {
                Some(n) => prop_assert!((f64::from(n.likeness) - cosine(row)).abs() < 1e-3),
                None => prop_assert!(near.len() == count && cosine(row) <= worst + 1e-3),
            }
        }
    }
}

/// Twelve descriptors, the playlist and the sub-genre of each track of `spotify_songs.csv`.
struct Songs {
    rows: Vec<Vec<f32>>,
    playlists: Vec<String>,
    kinds: Vec<String>,
}

fn songs() -> Option<Songs> {
    let root = std::env::var_os("ATTUNE_DATA").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let mut reader = csv::Reader::from_path(root.join("music/spotify_songs.csv")).ok()?;
    let mut songs = Songs { rows: vec![], playlists: vec![], kinds: vec![] };
    for record in reader.records() {
        let record = record.ok()?;
        songs.rows.push((11..23).map(|c| record[c].parse().unwrap_or(f32::NAN)).collect());
        songs.playlists.push(record[8].to_owned());
        songs.kinds.push(record[10].to_owned());
    }
    Some(songs)
}

/// The share of the ten nearest that are of the query's sub-genre, over every 40th of the tracks
/// whose playlist was not learned from.
fn precision(songs: &Songs, metric: &Metric, learned: impl Fn(&str) -> bool) -> f64 {
    let space = Space::new(1, &songs.rows, metric).unwrap();
    let asked = (0..songs.rows.len()).filter(|i| !learned(&songs.playlists[*i])).step_by(40);
    let (mut hits, mut all) = (0, 0);
    for i in asked {
        let other = |j: usize| songs.playlists[j] != songs.playlists[i];
        for near in space.nearest(&space.like(i).unwrap(), 10, other) {
            hits += usize::from(songs.kinds[near.position] == songs.kinds[i]);
            all += 1;
        }
    }
    hits as f64 / f64::from(all)
}

#[test]
fn neighbours_share_the_sub_genre_far_above_chance() {
    let Some(songs) = songs() else {
        eprintln!("skipped: no spotify_songs.csv, set ATTUNE_DATA");
        return;
    };
    let learned = |playlist: &str| playlist.as_bytes()[9].is_multiple_of(2);
    let mut by_playlist: HashMap<&str, Vec<usize>> = HashMap::new();
    for (i, playlist) in songs.playlists.iter().enumerate().filter(|(_, p)| learned(p)) {
        by_playlist.entry(playlist).or_default().push(i);
    }
    let pairs: Vec<(usize, usize)> =
        by_playlist.values().flat_map(|items| items.windows(2).map(|w| (w[0], w[1]))).collect();
    let metric = Metric::learned(&songs.rows, &pairs);
    let (even, better) =
        (precision(&songs, &Metric::even(12), learned), precision(&songs, &metric, learned));
    println!(
        "same sub-genre among the ten nearest: {even:.4} with even weights, {better:.4} learned"
    );
    println!("weights {:?}", metric.weights());
    // There are 24 sub-genres: chance finds .045.
    assert!(even > 0.09 && better > 0.09, "{even} {better}");
}
