//! The same faces with other skin tones under other light, and what that can say.

use attune_core::LabelSet;
use attune_vision::Classifier;
use serde::{Deserialize, Serialize};

use super::robustness::Seen;
use super::{Passes, Subject, all_logits, pair, subject};
use crate::data::Dataset;
use crate::metrics::{Answer, PairedDifference, wilson95};
use crate::render::{Light, Tone, relit};

/// What an audit by rendering can show.
const CAN_SHOW: [&str; 3] = [
    "Whether the very same faces are read differently when only the brightness of the skin and the \
     light on it change: person, expression, pose and camera stay, so a gap comes from tone or light \
     alone.",
    "Which of the rendered tones and lights is read worst, by how much, and within which 95 % \
     interval for matched pairs.",
    "Whether the model keeps silent more often on some tones instead of being wrong.",
];

/// What it cannot show.
const CANNOT_SHOW: [&str; 4] = [
    "How well the model reads people of any group. A rendering changes grey levels, not faces: \
     features, hair, age, sex, culture and ways of showing expressions differ between people and are \
     not touched, and the data set does not say who is shown.",
    "That there is no unfairness where no gap is found: labels were given by people, whose own bias \
     stands in both the training and the test labels.",
    "How real cameras behave: noise, automatic exposure, white balance and face detection in the dark \
     are not rendered, and the face is taken as found.",
    "Exact reflectance: the skin is guessed from a 48 x 48 grey picture: brows, beards and hands are \
     partly taken for skin, neck and ears are not, and lost contrast in dark renderings comes in part \
     from 8-bit rounding.",
];

/// One tone under one light.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditCell {
    /// Monk Skin Tone, 1 (lightest) to 10 (darkest).
    pub monk_tone: u8,
    /// The light.
    pub light: Light,
    /// Share of right answers.
    pub accuracy: f64,
    /// Its 95 % interval (Wilson 1927).
    pub accuracy_ci95: [f64; 2],
    /// Against the pictures as they were, on the same images.
    pub change: PairedDifference,
    /// Share of images on which the highest probability reaches the model's threshold.
    pub declared: f64,
    /// Accuracy on those.
    pub accuracy_declared: f64,
}

/// The best and the worst tone under one light.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// The light.
    pub light: Light,
    /// The tone read best.
    pub best_monk_tone: u8,
    /// The tone read worst.
    pub worst_monk_tone: u8,
    /// Accuracy on the worst less that on the best, on the same images. Best and worst were picked
    /// after the fact, so this leans away from zero.
    pub change: PairedDifference,
}

/// One head under every tone and light.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditResult {
    /// What was asked.
    pub label_set: LabelSet,
    /// How many images count.
    pub images: usize,
    /// Share of right answers on the pictures as they are.
    pub accuracy: f64,
    /// Its 95 % interval (Wilson 1927).
    pub accuracy_ci95: [f64; 2],
    /// By light, then from light to dark skin.
    pub cells: Vec<AuditCell>,
    /// By light.
    pub gaps: Vec<Gap>,
    /// The largest of them.
    pub worst_gap: Gap,
}

/// What `attune audit` prints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// What was measured on what.
    #[serde(flatten)]
    pub subject: Subject,
    /// What it can show, in sentences.
    pub can_show: Vec<String>,
    /// What it cannot show, in sentences.
    pub cannot_show: Vec<String>,
    /// One entry a label set that the data has a truth for.
    pub results: Vec<AuditResult>,
}

/// Measures a model on every tone and light. `progress` is told how many of how many passes over
/// the data are done.
#[must_use]
pub fn audit(
    classifier: &Classifier,
    data: &Dataset,
    threads: usize,
    mut progress: impl FnMut(usize, usize),
) -> Audit {
    let renderings: Vec<(Light, Tone)> =
        Light::ALL.into_iter().flat_map(|light| Tone::ALL.map(|tone| (light, tone))).collect();
    let plain = rendered(classifier, data, None, threads);
    let mut answers = Vec::new();
    for (done, rendering) in renderings.iter().enumerate() {
        progress(done + 1, renderings.len() + 1);
        answers.push(rendered(classifier, data, Some(*rendering), threads));
    }
    progress(renderings.len() + 1, renderings.len() + 1);
    let heads = classifier.spec().heads.iter().enumerate();
    let result = |(i, head): (usize, &attune_vision::graph::Head)| {
        let rendered: Vec<&[Answer]> = answers.iter().map(|heads| &heads[i][..]).collect();
        let seen =
            |after: &[Answer]| Seen::of(&plain[i], after, head.temperature, head.declare_above);
        result_of(head.label_set, &plain[i], &renderings, &rendered, seen)
    };
    Audit {
        subject: subject(classifier, data.name.clone(), Passes::One),
        can_show: CAN_SHOW.map(str::to_owned).to_vec(),
        cannot_show: CANNOT_SHOW.map(str::to_owned).to_vec(),
        results: heads.filter_map(result).collect(),
    }
}

fn rendered(
    classifier: &Classifier,
    data: &Dataset,
    rendering: Option<(Light, Tone)>,
    threads: usize,
) -> Vec<Vec<Answer>> {
    let crop = |i: usize| {
        let crop = &data.examples[i].crop;
        rendering.map_or_else(|| crop.clone(), |(light, tone)| relit(crop, tone, light))
    };
    let logits = all_logits(classifier, data.examples.len(), crop, Passes::One, threads);
    let heads = classifier.spec().heads.iter().zip(logits);
    heads.map(|(head, rows)| pair(head.label_set, &data.examples, &rows)).collect()
}

fn result_of(
    label_set: LabelSet,
    plain: &[Answer],
    renderings: &[(Light, Tone)],
    rendered: &[&[Answer]],
    seen: impl Fn(&[Answer]) -> Seen,
) -> Option<AuditResult> {
    let cell = |((light, tone), answers): (&(Light, Tone), &&[Answer])| {
        let seen = seen(answers);
        AuditCell {
            monk_tone: tone.monk,
            light: *light,
            accuracy: seen.accuracy(),
            accuracy_ci95: wilson95(seen.right, seen.images),
            change: seen.change,
            declared: seen.declared as f64 / seen.images.max(1) as f64,
            accuracy_declared: seen.declared_right as f64 / seen.declared.max(1) as f64,
        }
    };
    let cells: Vec<AuditCell> = renderings.iter().zip(rendered).map(cell).collect();
    let gap = |light: &Light| gap(*light, &cells, rendered);
    let gaps: Vec<Gap> = Light::ALL.iter().filter_map(gap).collect();
    let worst =
        gaps.iter().min_by(|a, b| a.change.difference.total_cmp(&b.change.difference)).cloned()?;
    let right = plain.iter().filter(|a| a.is_right()).count();
    (!plain.is_empty()).then(|| AuditResult {
        label_set,
        images: plain.len(),
        accuracy: right as f64 / plain.len() as f64,
        accuracy_ci95: wilson95(right, plain.len()),
        cells,
        gaps,
        worst_gap: worst,
    })
}

fn gap(light: Light, cells: &[AuditCell], rendered: &[&[Answer]]) -> Option<Gap> {
    let mine = || cells.iter().enumerate().filter(|(_, c)| c.light == light);
    let by_accuracy =
        |a: &(usize, &AuditCell), b: &(usize, &AuditCell)| a.1.accuracy.total_cmp(&b.1.accuracy);
    let (best, worst) = (mine().max_by(by_accuracy)?, mine().min_by(by_accuracy)?);
    let pairs = rendered[best.0].iter().zip(rendered[worst.0]);
    Some(Gap {
        light,
        best_monk_tone: best.1.monk_tone,
        worst_monk_tone: worst.1.monk_tone,
        change: PairedDifference::of(pairs.map(|(b, w)| (b.is_right(), w.is_right()))),
    })
}
