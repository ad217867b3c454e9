//! Fits of each model, and the choice of their parameters on the validation half.

use attune_recommend::collab::{
    Als, AlsConfig, Blend, Ease, EaseConfig, EaseError, Neighbours, NeighboursConfig, Recommender,
    evaluate, tag_rows,
};

use crate::data::Half;

/// The models whose parameters are chosen, each with the power its counts are tempered by.
#[derive(Clone, Copy, Debug)]
pub enum Config {
    Neighbours(f32, NeighboursConfig),
    Als(f32, AlsConfig),
    Ease(f32, EaseConfig),
    /// With tags as side information, their rows tempered by the second power.
    TaggedEase(f32, f32, EaseConfig),
    /// Artists near by their tags alone.
    Tags(NeighboursConfig),
}

pub type Fitted = Box<dyn Recommender>;

impl Config {
    pub fn fit(&self, half: &Half) -> Result<Fitted, EaseError> {
        let plays = |power: &f32| half.train.tempered(*power);
        Ok(match self {
            Self::Neighbours(power, config) => Box::new(Neighbours::fit(&plays(power), config)),
            Self::Als(power, config) => Box::new(Als::fit(&plays(power), config)),
            Self::Ease(power, config) => Box::new(Ease::fit(&plays(power), None, config)?),
            Self::TaggedEase(power, norm, config) => {
                let tags = tag_rows(&half.tags, *norm);
                Box::new(Ease::fit(&plays(power), Some(&tags), config)?)
            }
            Self::Tags(config) => Box::new(Neighbours::fit(&tag_rows(&half.tags, 0.35), config)),
        })
    }

    /// The power by which a listener's history is tempered before it is scored.
    pub fn power(&self) -> f32 {
        match self {
            Self::Neighbours(power, _)
            | Self::Als(power, _)
            | Self::Ease(power, _)
            | Self::TaggedEase(power, _, _) => *power,
            Self::Tags(_) => 0.2,
        }
    }
}

/// Mean NDCG@10 on a half.
pub fn ndcg(model: &dyn Recommender, half: &Half, power: f32) -> f64 {
    let each = evaluate(model, &half.train.tempered(power), &half.held_out);
    each.iter().map(|m| m.ndcg_at_10).sum::<f64>() / each.len().max(1) as f64
}

/// The candidate with the best NDCG@10 on the validation half, and that value.
pub fn best(candidates: Vec<Config>, valid: &Half) -> Result<(Config, f64), EaseError> {
    let mut best: Option<(Config, f64)> = None;
    for candidate in candidates {
        let value = ndcg(candidate.fit(valid)?.as_ref(), valid, candidate.power());
        if best.is_none_or(|(_, top)| value > top) {
            best = Some((candidate, value));
        }
    }
    best.ok_or(EaseError::Singular(0.0))
}

pub fn neighbours() -> Vec<Config> {
    let config = |kept| NeighboursConfig { kept, shrink: 0.0 };
    [0.0, 0.2].iter().flat_map(|p| [100, 300].map(|k| Config::Neighbours(*p, config(k)))).collect()
}

pub fn als() -> Vec<Config> {
    let config = |factors, penalty| {
        let config = AlsConfig { factors, confidence: 20.0, penalty, rounds: 12, seed: 1 };
        Config::Als(0.5, config)
    };
    vec![config(32, 40.0), config(32, 60.0), config(48, 60.0), config(48, 80.0), config(64, 80.0)]
}

pub fn ease() -> Vec<Config> {
    let config = |penalty| EaseConfig { penalty, dropout: 0.0, side_weight: 0.0 };
    let penalties = [75.0, 100.0, 150.0, 200.0];
    [0.0, 0.2].iter().flat_map(|p| penalties.map(|l| Config::Ease(*p, config(l)))).collect()
}

pub fn tagged_ease() -> Vec<Config> {
    let config = |norm, penalty, dropout, side_weight| {
        Config::TaggedEase(0.2, norm, EaseConfig { penalty, dropout, side_weight })
    };
    vec![
        config(0.35, 75.0, 0.4, 4.0),
        config(0.35, 75.0, 0.4, 6.0),
        config(0.2, 75.0, 0.4, 1.2),
        config(0.2, 75.0, 0.4, 1.8),
        config(0.2, 75.0, 0.4, 2.5),
        config(0.2, 75.0, 0.4, 3.5),
        config(0.2, 75.0, 0.6, 2.5),
    ]
}

pub fn tags() -> Vec<Config> {
    [0.01, 0.1].map(|shrink| Config::Tags(NeighboursConfig { kept: 300, shrink })).to_vec()
}

/// The blend of `parts` whose weights, found one after the other, do best on the validation half.
pub fn blend_weights(parts: &[Fitted], valid: &Half) -> Vec<f32> {
    let mut weights = vec![0.0; parts.len()];
    weights[0] = 1.0;
    let value =
        |weights: &[f32]| blended(parts, weights).map_or(0.0, |blend| ndcg(&blend, valid, 0.2));
    let mut top = value(&weights);
    for part in 1..parts.len() {
        for weight in [0.2, 0.4, 0.7, 1.0] {
            let mut tried = weights.clone();
            tried[part] = weight;
            let this = value(&tried);
            if this > top {
                (top, weights) = (this, tried);
            }
        }
    }
    weights
}

pub fn blended<'a>(parts: &'a [Fitted], weights: &[f32]) -> Option<Blend<'a>> {
    Blend::new(weights.iter().copied().zip(parts.iter().map(AsRef::as_ref)).collect())
}
