//! A list and why each item is on it.

use attune_app::{Listed, Recommendation};
use attune_core::{FaceReading, Goal};

use crate::text::item::name;
use crate::text::words::{FAINT, NUMBER, STRONG, mood};

/// What was read or said of the mood, then one item a block: what, why, where.
pub fn recommendation(list: &Recommendation) -> String {
    let from = list.face.as_ref().map_or_else(String::new, seen);
    let mut text = format!("{from}{} → {}\n\n", mood(list.mood), goal(list.goal));
    for (i, listed) in list.items.iter().enumerate() {
        text += &entry(i + 1, listed);
    }
    text
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

fn entry(number: usize, listed: &Listed) -> String {
    let Listed { item, reasons, .. } = listed;
    let why = reasons.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    let (name, address) = (name(item), item.source.address());
    format!("{NUMBER}{number:>3}{NUMBER:#}  {name}\n     {why}\n     {FAINT}{address}{FAINT:#}\n")
}
