//! A list and why each item is on it.

use attune_app::{JourneyReport, Listed, Recommendation};
use attune_core::{FaceReading, Goal};
use attune_recommend::{Reason, Terms};

use crate::text::item::name;
use crate::text::words::{FAINT, NUMBER, STRONG, mood, point};

/// What was read or said of the mood, then one item a block: what, why, where; where it is to be
/// explained also what speaks against it, and its score.
pub fn recommendation(list: &Recommendation, explain: bool) -> String {
    let from = list.face.as_ref().map_or_else(String::new, seen);
    let of = list.mood_of.as_ref().map_or_else(String::new, |title| format!("{title}: "));
    let mut text = format!("{from}{of}{} → {}\n\n", mood(list.mood), goal(list.goal));
    for (i, listed) in list.items.iter().enumerate() {
        text += &entry(i + 1, listed, explain);
        if explain {
            text += &explanation(listed);
        }
    }
    let way = list.journey.as_ref().filter(|_| !list.items.is_empty()).map(way);
    text + &way.unwrap_or_default()
}

fn seen(face: &FaceReading) -> String {
    match face.expression {
        Some(expression) => format!("{STRONG}{expression}{STRONG:#}, "),
        None => format!("{STRONG}can't tell{STRONG:#}, "),
    }
}

fn goal(goal: Goal) -> String {
    match goal {
        Goal::Point(_) => format!("towards {goal}"),
        word => word.to_string(),
    }
}

/// ` 5 steps to valence 0.50, arousal -0.20 in 17 minutes, 0.04 off its way`.
fn way(journey: &JourneyReport) -> String {
    let minutes = (journey.duration_ms as f64 / 60_000.0).round();
    let asked = journey.asked_ms.map_or_else(String::new, |ms| {
        format!(" of {:.0} asked for", (ms as f64 / 60_000.0).round())
    });
    format!(
        "\n{FAINT}to {} in {minutes:.0} minutes{asked}; items stand {:.2} off their steps{FAINT:#}\n",
        point(journey.destination),
        journey.path_error
    )
}

/// What speaks against an item, and the parts of its score that are not 0.
fn explanation(listed: &Listed) -> String {
    let mut text = String::new();
    if !listed.against.is_empty() {
        let against: Vec<String> = listed.against.iter().map(ToString::to_string).collect();
        text += &format!("     against: {}\n", against.join("; "));
    }
    let parts: Vec<String> = terms(&listed.terms)
        .into_iter()
        .filter(|(_, x)| x.abs() >= 0.005)
        .map(|(name, x)| format!("{name} {x:+.2}"))
        .collect();
    text + &format!("     {FAINT}score {:.2}: {}{FAINT:#}\n", listed.score, parts.join(", "))
}

fn terms(terms: &Terms) -> [(&'static str, f32); 12] {
    [
        ("liking", terms.affinity),
        ("mood", terms.mood),
        ("other listeners", terms.others),
        ("sound", terms.sound),
        ("sounds like yours", terms.alike),
        ("hour and session", terms.context),
        ("video", terms.video),
        ("plays", terms.plays),
        ("popularity", terms.popularity),
        ("repetition", terms.repetition),
        ("draw", terms.variety),
        ("feedback", terms.feedback),
    ]
}

/// Why an item is on the list. That its mood is not why is said here where nothing else says it.
fn why(listed: &Listed, explain: bool) -> String {
    let mut why: Vec<String> = listed.reasons.iter().map(ToString::to_string).collect();
    let told = explain || listed.reasons.contains(&Reason::NothingNearer);
    if listed.against.contains(&Reason::FarFromAim) && !told {
        why.push(format!("but {}", Reason::FarFromAim));
    }
    why.join("; ")
}

fn entry(number: usize, listed: &Listed, explain: bool) -> String {
    let (item, why) = (&listed.item, why(listed, explain));
    let (name, address) = (name(item), item.source.address());
    format!("{NUMBER}{number:>3}{NUMBER:#}  {name}\n     {why}\n     {FAINT}{address}{FAINT:#}\n")
}
