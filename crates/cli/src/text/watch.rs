//! Readings over time.

use attune_app::{Group, Moment, Timeline};
use attune_core::{Expression, GroupRule, Reading};

use crate::text::bar::bar;
use crate::text::words::{FAINT, NUMBER, STRONG, count, mood, percent};

/// Cells of a bar of 100 %.
const BAR_WIDTH: u16 = 30;
/// Expressions that are shown of each person while watching.
const SHOWN: usize = 3;

/// Everybody in sight, with bars and the last minute.
pub fn live(moment: &Moment, timeline: &Timeline) -> String {
    let mut text = format!("{:7.1} s  {}", moment.at_s, count_people(moment));
    if let Some(advice) = &moment.advice {
        text += &format!("  {advice}");
    }
    // Before the people: a small terminal cuts off what comes last.
    if let Some(group) = together(moment) {
        text += &format!("\n{}", all(group));
    }
    moment.people.iter().fold(text, |text, reading| text + &live_person(reading, timeline))
}

/// The mood of all, where there are several.
fn together(moment: &Moment) -> Option<&Group> {
    moment.group.as_ref().filter(|_| moment.people.len() > 1)
}

fn count_people(moment: &Moment) -> String {
    let people = moment.people.len();
    let seen = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
    match moment.left_out {
        0 => seen,
        n => format!("{seen}, {n} left out"),
    }
}

fn live_person(reading: &Reading, timeline: &Timeline) -> String {
    let mut text = format!("\n{}  {}", person(reading), answer(reading));
    for (expression, p) in reading.probabilities.ranked().into_iter().take(SHOWN) {
        let (share, bar) = (percent(p), bar(p, BAR_WIDTH));
        text += &format!("\n     {expression:<9} {share:>5}  {NUMBER}{bar}{NUMBER:#}");
    }
    text += &format!("\n     mood: {}", mood(reading.mood));
    let marks: String = timeline.marks(reading.person).map(mark).collect();
    text += &format!("\n     {FAINT}{marks}{FAINT:#}");
    reading.advice.iter().fold(text, |text, advice| text + &format!("\n     advice: {advice}"))
}

/// `person 2`, or `person 2, Anna`.
fn person(reading: &Reading) -> String {
    match &reading.who {
        Some(name) => format!("{}, {name}", reading.person),
        None => reading.person.to_string(),
    }
}

fn all(group: &Group) -> String {
    let rule = match group.rule {
        GroupRule::Mean => "all together",
        GroupRule::LeastHappy => "the least happy",
    };
    format!("{rule}: {}", mood(group.mood))
}

/// A second of a timeline: the expression's initial, `u` for surprised, and a dot for "can't tell".
fn mark(expression: Option<Expression>) -> char {
    match expression {
        None => '·',
        Some(Expression::Surprised) => 'u',
        Some(expression) => expression.key().chars().next().unwrap_or('?'),
    }
}

/// `happy, 87 %`, or `can't tell: happy or neutral`.
fn answer(reading: &Reading) -> String {
    match reading.expression {
        Some(expression) => {
            let p = percent(reading.probabilities.of(expression));
            format!("{STRONG}{expression}{STRONG:#}, {p}")
        }
        None => {
            let [first, second] = reading.likeliest;
            format!("{STRONG}can't tell{STRONG:#}: {first} or {second}")
        }
    }
}

/// A line for a new answer.
pub fn change(at_s: f64, reading: &Reading) -> String {
    format!("{at_s:7.1} s  {}  {}  {}\n", person(reading), answer(reading), mood(reading.mood))
}

/// A line for the mood of all, where there are several.
pub fn group(moment: &Moment) -> Option<String> {
    together(moment).map(|group| format!("{:7.1} s  {}\n", moment.at_s, all(group)))
}

/// The one reading that held.
pub fn stable(at_s: f64, reading: &Reading) -> String {
    let held = format!("{} after {at_s:.1} s", person(reading));
    format!("{}  {FAINT}{held}{FAINT:#}\nmood: {}\n", answer(reading), mood(reading.mood))
}

/// What everybody showed, and how much of the time.
pub fn summary(timeline: &Timeline) -> String {
    let mut text = String::new();
    for person in timeline.people() {
        let seconds = timeline.seconds(person);
        let total: f64 = seconds.iter().map(|(_, s)| s).sum();
        let shares: Vec<String> = seconds
            .iter()
            .map(|(answer, s)| {
                let word = answer.map_or("can't tell", Expression::key);
                format!("{word} {}", percent((s / total.max(1e-9)) as f32))
            })
            .collect();
        text +=
            &format!("{STRONG}{person}{STRONG:#}, read for {total:.1} s: {}\n", shares.join(", "));
    }
    text
}

/// `3 parts could not be read; the first: ...`.
pub fn skipped(n: usize, first: &str) -> String {
    let parts = count(n, "part");
    format!("{parts} could not be read; the first: {first}")
}

#[cfg(test)]
mod tests {
    use attune_core::{FaceBox, LabelSet, Mood, PersonId, Probabilities};

    use super::*;

    fn reading(person: u32, expression: Option<Expression>) -> Reading {
        let values = [0.1, 0.8, 0.04, 0.02, 0.01, 0.01, 0.01, 0.01];
        let probabilities = Probabilities::new(LabelSet::FerPlus, values.to_vec()).unwrap();
        Reading {
            person: PersonId(person),
            face: FaceBox { x: 0.0, y: 0.0, width: 80.0, height: 80.0 },
            expression,
            likeliest: [Expression::Happy, Expression::Neutral],
            mood: Mood::from_probabilities(&probabilities),
            probabilities,
            evidence_s: 0.8,
            advice: Vec::new(),
            who: None,
        }
    }

    #[test]
    fn a_watch_reads_well() {
        let people = vec![reading(1, Some(Expression::Happy)), reading(3, None)];
        let moods: Vec<Mood> = people.iter().map(|r| r.mood).collect();
        let mean = GroupRule::Mean.mood(&moods).unwrap();
        let mut timeline = Timeline::default();
        let mut moment = Moment {
            at_s: 0.0,
            people,
            left_out: 1,
            group: Some(Group { rule: GroupRule::Mean, mood: mean }),
            advice: None,
        };
        for n in 0..40 {
            moment.at_s = f64::from(n) / 10.0;
            timeline.add(&moment);
        }
        let text = live(&moment, &timeline)
            + "\n\n"
            + &change(3.9, &moment.people[1])
            + &group(&moment).unwrap()
            + &stable(3.9, &moment.people[0])
            + &summary(&timeline);
        let text = anstream::adapter::strip_str(&text).to_string();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!("watch", text);
        });
    }
}
