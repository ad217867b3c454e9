use std::fmt;

use serde::{Deserialize, Serialize};

/// A language by its lower-case English name, such as `hindi`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Language(String);

impl Language {
    /// Normalises case and surrounding space and expands ISO 639-1 codes (`hi` is `hindi`).
    /// `None` for an empty word.
    #[must_use]
    pub fn new(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        let name = match word.as_str() {
            "" => return None,
            "ar" => "arabic",
            "bn" => "bengali",
            "de" => "german",
            "en" => "english",
            "es" => "spanish",
            "fr" => "french",
            "hi" => "hindi",
            "it" => "italian",
            "ja" => "japanese",
            "kn" => "kannada",
            "ko" => "korean",
            "ml" => "malayalam",
            "pa" => "punjabi",
            "pt" => "portuguese",
            "ta" => "tamil",
            "te" => "telugu",
            "zh" => "chinese",
            other => other,
        };
        Some(Self(name.to_owned()))
    }

    /// The lower-case English name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The word of `known` closest to `word` by edit distance, for "did you mean"; `None` where every
/// word would need more than a third of its letters changed.
#[must_use]
pub fn nearest_word<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.trim().to_lowercase();
    known
        .into_iter()
        .map(|candidate| (edit_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| distance * 3 <= candidate.chars().count().max(3))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Letters put in, left out, changed or swapped with their neighbour (optimal string alignment).
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let substitute = row[j] + usize::from(a[i] != b[j]);
            let swapped = i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j];
            let swap = if swapped { before[j - 1] + 1 } else { usize::MAX };
            next.push(substitute.min(swap).min(row[j + 1] + 1).min(next[j] + 1));
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_case_mean_the_same_language() {
        assert_eq!(Language::new(" HI "), Language::new("Hindi"));
        assert_eq!(Language::new("  "), None);
    }

    #[test]
    fn the_nearest_word_is_offered_only_when_near() {
        let known = ["hindi", "tamil", "telugu"];
        for (word, expected) in [
            ("hnidi", Some("hindi")),
            ("dinhi", None),
            ("hindii", Some("hindi")),
            ("tamill", Some("tamil")),
            ("Telegu", Some("telugu")),
            ("klingon", None),
        ] {
            assert_eq!(nearest_word(word, known), expected, "{word}");
        }
    }
}
