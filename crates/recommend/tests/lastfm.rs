//! The models on HetRec's Last.fm data, with the parameters that `--example lastfm` chose.

#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
#[path = "../examples/lastfm/data.rs"]
mod data;

use attune_recommend::collab::{
    Als, AlsConfig, Ease, EaseConfig, Neighbours, NeighboursConfig, Popularity, Recommender,
    evaluate, tag_rows,
};
use data::{Half, Lastfm};

/// Mean NDCG@10 and recall@20.
fn figures(model: &dyn Recommender, half: &Half, power: f32) -> (f64, f64) {
    let each = evaluate(model, &half.train.tempered(power), &half.held_out);
    let n = each.len() as f64;
    let (ndcg, recall): (Vec<f64>, Vec<f64>) =
        each.iter().map(|m| (m.ndcg_at_10, m.recall_at_20)).unzip();
    (ndcg.iter().sum::<f64>() / n, recall.iter().sum::<f64>() / n)
}

#[test]
fn each_model_reaches_its_figures() {
    let Some(folder) = data::folder() else {
        eprintln!("skipped: no Last.fm data, set ATTUNE_DATA");
        return;
    };
    let half = Lastfm::read(&folder).unwrap().test_half().unwrap();
    let (ndcg, recall) = figures(&Popularity::fit(&half.train), &half, 0.0);
    assert!((ndcg - 0.0905).abs() < 1e-4 && (recall - 0.1199).abs() < 1e-4, "{ndcg} {recall}");

    let plays = half.train.tempered(0.2);
    let near = Neighbours::fit(&plays, &NeighboursConfig { kept: 300, shrink: 0.0 });
    let plain = EaseConfig { penalty: 75.0, dropout: 0.0, side_weight: 0.0 };
    let ease = Ease::fit(&plays, None, &plain).unwrap();
    let side = EaseConfig { penalty: 75.0, dropout: 0.4, side_weight: 2.5 };
    let tagged = Ease::fit(&plays, Some(&tag_rows(&half.tags, 0.2)), &side).unwrap();
    let config = AlsConfig { factors: 48, confidence: 20.0, penalty: 80.0, rounds: 6, seed: 1 };
    let als = Als::fit(&half.train.tempered(0.5), &config);
    let models: [(&str, &dyn Recommender, f32, f64, f64); 4] = [
        ("item-knn", &near, 0.2, 0.260, 0.330),
        ("ease", &ease, 0.2, 0.275, 0.344),
        ("ease with tags", &tagged, 0.2, 0.288, 0.366),
        ("als", &als, 0.5, 0.270, 0.335),
    ];
    for (name, model, power, least_ndcg, least_recall) in models {
        let (ndcg, recall) = figures(model, &half, power);
        assert!(ndcg >= least_ndcg && recall >= least_recall, "{name}: {ndcg:.4} {recall:.4}");
    }
}
