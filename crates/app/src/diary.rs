//! A listener's moods over time, kept only where they asked for it.

use std::fmt::Write;

use attune_core::{Expression, Goal, Mood, Point};
use attune_store::DiaryRow;
use serde::Serialize;

use crate::error::AppError;
use crate::library::Library;

/// What told a mood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToldBy {
    /// A face in the camera.
    Camera,
    /// A face in a photo.
    Photo,
    /// A point of the plane.
    Hand,
    /// The name of an expression.
    Word,
}

impl ToldBy {
    /// The word used in files and JSON.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::Photo => "photo",
            Self::Hand => "hand",
            Self::Word => "word",
        }
    }
}

/// A mood on its way into the diary.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEntry {
    /// Unix time in milliseconds.
    pub at_ms: i64,
    /// Where in the plane.
    pub mood: Mood,
    /// What told it.
    pub told_by: ToldBy,
    /// The expression that was read or named.
    pub expression: Option<Expression>,
    /// What was wanted of the music.
    pub goal: Option<Goal>,
    /// The entry before the list that this one comes after.
    pub after: Option<i64>,
}

/// How moods moved from before to after the lists of one goal.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Helped {
    /// The goal.
    pub goal: String,
    /// Lists with a mood before and one after.
    pub lists: usize,
    /// Mean change of valence.
    pub valence: f64,
    /// Mean change of arousal.
    pub arousal: f64,
}

/// Pairs that a mean takes at least: fewer say nothing.
const LEAST_PAIRS: usize = 3;

impl Library {
    /// Writes a mood down; answers the entry's number.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn write_diary(&self, listener: &str, entry: &NewEntry) -> Result<i64, AppError> {
        let Mood { valence, arousal, uncertainty } = entry.mood;
        let row = DiaryRow {
            id: 0,
            at_ms: entry.at_ms,
            valence: rounded(valence),
            arousal: rounded(arousal),
            uncertainty: rounded(uncertainty),
            told_by: entry.told_by.key().to_owned(),
            expression: entry.expression.map(|e| e.key().to_owned()),
            goal: entry.goal.map(|goal| goal.to_string()),
            after: entry.after,
        };
        Ok(self.store().add_diary_entry(listener, &row).await?)
    }
}

fn rounded(x: f32) -> f64 {
    (f64::from(x) * 1000.0).round() / 1000.0
}

/// What seemed to help: the mean change over each goal's lists, where there are three or more.
#[must_use]
pub fn what_helped(diary: &[DiaryRow]) -> Vec<Helped> {
    let before = |id: i64| diary.iter().find(|row| row.id == id);
    let mut helped: Vec<(String, Vec<Point>)> = Vec::new();
    for after in diary {
        let Some(before) = after.after.and_then(before) else { continue };
        let goal = before.goal.clone().unwrap_or_else(|| Goal::Match.to_string());
        let change = Point {
            valence: (after.valence - before.valence) as f32,
            arousal: (after.arousal - before.arousal) as f32,
        };
        match helped.iter_mut().find(|(known, _)| *known == goal) {
            Some((_, changes)) => changes.push(change),
            None => helped.push((goal, vec![change])),
        }
    }
    let mean = |(goal, changes): (String, Vec<Point>)| {
        let n = changes.len();
        let of = |axis: fn(&Point) -> f32| {
            changes.iter().map(|c| f64::from(axis(c))).sum::<f64>() / n as f64
        };
        let (valence, arousal) = (of(|c| c.valence), of(|c| c.arousal));
        (n >= LEAST_PAIRS).then_some(Helped { goal, lists: n, valence, arousal })
    };
    helped.into_iter().filter_map(mean).collect()
}

/// The diary as a table for spreadsheets.
#[must_use]
pub fn diary_csv(diary: &[DiaryRow]) -> String {
    let mut csv = "id,time,valence,arousal,uncertainty,told_by,expression,goal,after\n".to_owned();
    for row in diary {
        let time = chrono::DateTime::from_timestamp_millis(row.at_ms);
        let time = time.map(|t| t.to_rfc3339()).unwrap_or_default();
        let text = |value: &Option<String>| value.as_deref().map(quoted).unwrap_or_default();
        let after = row.after.map(|id| id.to_string()).unwrap_or_default();
        // Writing to a string does not fail.
        _ = writeln!(
            csv,
            "{},{time},{},{},{},{},{},{},{after}",
            row.id,
            row.valence,
            row.arousal,
            row.uncertainty,
            row.told_by,
            text(&row.expression),
            text(&row.goal),
        );
    }
    csv
}

/// A point as a goal has a comma.
fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64, valence: f64, goal: Option<&str>, after: Option<i64>) -> DiaryRow {
        let (told_by, goal) = ("hand".to_owned(), goal.map(str::to_owned));
        let (arousal, uncertainty, expression) = (0.0, 0.1, None);
        DiaryRow { id, at_ms: id, valence, arousal, uncertainty, told_by, expression, goal, after }
    }

    #[test]
    fn fewer_than_three_lists_say_nothing() {
        let mut diary = Vec::new();
        for list in 0..3 {
            diary.push(row(2 * list + 1, -0.5, Some("lift"), None));
            diary.push(row(2 * list + 2, 0.1 * list as f64, None, Some(2 * list + 1)));
        }
        assert_eq!(what_helped(&diary[..4]), []);
        let helped = what_helped(&diary);
        assert_eq!((helped[0].goal.as_str(), helped[0].lists), ("lift", 3));
        assert!((helped[0].valence - 0.6).abs() < 1e-6, "{helped:?}");
    }

    #[test]
    fn a_goal_with_a_comma_stays_one_cell() {
        let csv = diary_csv(&[row(1, 0.5, Some("0.6,-0.2"), None)]);
        let line = csv.lines().nth(1).unwrap();
        assert_eq!(line, "1,1970-01-01T00:00:00.001+00:00,0.5,0,0.1,hand,,\"0.6,-0.2\",");
    }
}
