use attune_core::{MoodTag, nearest_word};

use crate::refusal::quoted;

/// Words that catalogues use for moods and that are not in the vocabulary themselves.
const SYNONYMS: &[(&str, &[MoodTag])] = &[
    ("angst", &[MoodTag::Anxious]),
    ("chill", &[MoodTag::Calm]),
    ("depressed", &[MoodTag::Sad, MoodTag::Melancholic]),
    ("emotional", &[MoodTag::Bittersweet]),
    ("energy", &[MoodTag::Energetic]),
    ("excited", &[MoodTag::Exuberant]),
    ("heartbreak", &[MoodTag::Sad, MoodTag::Lonely]),
    ("love", &[MoodTag::Romantic]),
    ("motivational", &[MoodTag::Confident, MoodTag::Hopeful]),
    // No word of the vocabulary says "nothing in particular": such an item goes untagged.
    ("neutral", &[]),
    ("patriotic", &[MoodTag::Triumphant]),
    ("relaxed", &[MoodTag::Calm]),
    ("relaxing", &[MoodTag::Calm]),
    ("spiritual", &[MoodTag::Devotional]),
];

/// Reads words separated by `;`, `|` or `,` and answers the tags they mean, each once, and why the
/// first word that means none was left out.
pub(crate) fn tags(words: &str) -> (Vec<MoodTag>, Option<String>) {
    let mut tags: Vec<MoodTag> = Vec::new();
    let mut refused = None;
    for word in words.split([';', '|', ',']).map(str::trim).filter(|word| !word.is_empty()) {
        match meaning(word) {
            Some(meant) => meant.iter().for_each(|tag| {
                if !tags.contains(tag) {
                    tags.push(*tag);
                }
            }),
            None => refused = refused.or_else(|| Some(refusal(word))),
        }
    }
    (tags, refused)
}

fn meaning(word: &str) -> Option<Vec<MoodTag>> {
    if let Ok(tag) = word.parse() {
        return Some(vec![tag]);
    }
    let synonym = SYNONYMS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
    synonym.map(|(_, tags)| tags.to_vec())
}

fn refusal(word: &str) -> String {
    let near = nearest_word(word, MoodTag::ALL.iter().map(|tag| tag.key()));
    let near = near.map_or(String::new(), |near| format!(", did you mean {near}?"));
    format!("{} is not a mood word{near}", quoted(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_synonyms_mean_tags() {
        for (words, expected, refused) in [
            ("Happy", vec![MoodTag::Happy], false),
            (" sad ;SAD; calm|party", vec![MoodTag::Sad, MoodTag::Calm, MoodTag::Party], false),
            ("Motivational", vec![MoodTag::Confident, MoodTag::Hopeful], false),
            ("Neutral", vec![], false),
            ("", vec![], false),
            ("happy, hapy", vec![MoodTag::Happy], true),
        ] {
            let (tags, why) = tags(words);
            assert_eq!((tags, why.is_some()), (expected, refused), "{words}");
        }
        assert!(tags("hapy").1.unwrap().contains("did you mean happy?"));
    }
}
