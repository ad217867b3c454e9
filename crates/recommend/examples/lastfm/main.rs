//! Collaborative filtering on HetRec's Last.fm data: parameters chosen on a validation part of the
//! training half, then each model fitted to all of it and measured once on the test half. JSON.
//!
//! `cargo run --release -p attune-recommend --example lastfm`

#![allow(clippy::print_stdout, clippy::print_stderr)]

mod choose;
mod data;

use std::time::Instant;

use attune_recommend::collab::{
    Interval, PerListener, Plays, Popularity, Recommender, Report, evaluate,
};
use choose::Config;
use data::{Half, Lastfm};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let Some(folder) = data::folder() else {
        eprintln!(
            "the Last.fm data is not there: set ATTUNE_DATA to the folder that holds music/lastfm-2k"
        );
        return Ok(());
    };
    let lastfm = Lastfm::read(&folder)?;
    let (valid, test) = (lastfm.valid_half()?, lastfm.test_half()?);
    let popularity = Popularity::fit(&test.train);
    let lists = Report::of(&popularity, &test.train, &test.held_out, &test.main_tags);
    let mut models = vec![json!({ "model": "popularity", "test": lists })];
    let mut ease = Vec::new();
    let mut parts = Vec::new();
    for (name, candidates) in [
        ("ease with tags", choose::tagged_ease()),
        ("implicit als", choose::als()),
        ("tags alone", choose::tags()),
        ("item-knn cosine", choose::neighbours()),
        ("ease", choose::ease()),
    ] {
        eprintln!("choosing {name}");
        let (chosen, on_valid) = choose::best(candidates, &valid)?;
        let start = Instant::now();
        let model = chosen.fit(&test)?;
        let seconds = start.elapsed().as_secs_f64();
        let each = measured(model.as_ref(), &test, chosen.power());
        models.push(json!({
            "model": name, "chosen": format!("{chosen:?}"), "valid_ndcg_at_10": on_valid,
            "train_s": seconds, "test": report(model.as_ref(), &test, chosen.power()),
        }));
        if name == "ease" { ease = each } else { parts.push(chosen) }
    }
    eprintln!("blending");
    let (blend, weights) = blend(&parts, &valid, &test)?;
    println!(
        "{:#}",
        json!({
            "listeners": test.held_out.iter().filter(|wanted| !wanted.is_empty()).count(),
            "artists": test.train.items(),
            "training_pairs": Plays::len(&test.train),
            "models": models,
            "blend": { "weights": weights, "test": summary(&blend), "more_than_ease": gain(&blend, &ease) },
        })
    );
    Ok(())
}

/// The blend's figures on the test half, its weights chosen on the validation half.
fn blend(
    parts: &[Config],
    valid: &Half,
    test: &Half,
) -> Result<(Vec<PerListener>, Vec<f32>), Box<dyn std::error::Error>> {
    let fitted = |half: &Half| parts.iter().map(|p| p.fit(half)).collect::<Result<Vec<_>, _>>();
    let weights = choose::blend_weights(&fitted(valid)?, valid);
    let models = fitted(test)?;
    let blend = choose::blended(&models, &weights).ok_or("nothing to blend")?;
    Ok((measured(&blend, test, 0.2), weights))
}

fn measured(model: &dyn Recommender, half: &Half, power: f32) -> Vec<PerListener> {
    evaluate(model, &half.train.tempered(power), &half.held_out)
}

fn report(model: &dyn Recommender, half: &Half, power: f32) -> Report {
    Report::of(model, &half.train.tempered(power), &half.held_out, &half.main_tags)
}

fn summary(each: &[PerListener]) -> Value {
    let of =
        |f: fn(&PerListener) -> f64| Interval::bootstrap(&each.iter().map(f).collect::<Vec<_>>());
    json!({ "ndcg_at_10": of(|m| m.ndcg_at_10), "recall_at_20": of(|m| m.recall_at_20) })
}

/// The mean difference, listener by listener.
fn gain(ours: &[PerListener], theirs: &[PerListener]) -> Value {
    let of = |f: fn(&PerListener) -> f64| {
        let differences: Vec<f64> = ours.iter().zip(theirs).map(|(a, b)| f(a) - f(b)).collect();
        Interval::bootstrap(&differences)
    };
    json!({ "ndcg_at_10": of(|m| m.ndcg_at_10), "recall_at_20": of(|m| m.recall_at_20) })
}
