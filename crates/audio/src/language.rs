//! The language of words, by their script, else by `whatlang` over lyrics.

use attune_core::Language;
use whatlang::{Lang, Script};

/// Fewer letters than this do not tell a language of a script that many share.
const LEAST_LETTERS: usize = 60;

/// A guess from a title and lyrics; `None` where they do not tell.
pub(crate) fn identified(title: Option<&str>, lyrics: Option<&str>) -> Option<Language> {
    let words = lyrics.or(title)?;
    by_script(words).or_else(|| by_words(words)).and_then(Language::new)
}

/// Scripts that nearly always mean one language. Devanagari is taken for Hindi and Arabic script
/// for Arabic, which most titles in them are.
fn by_script(words: &str) -> Option<&'static str> {
    Some(match whatlang::detect_script(words)? {
        Script::Bengali => "bengali",
        Script::Devanagari => "hindi",
        Script::Greek => "greek",
        Script::Gujarati => "gujarati",
        Script::Gurmukhi => "punjabi",
        Script::Hangul => "korean",
        Script::Hiragana | Script::Katakana => "japanese",
        Script::Kannada => "kannada",
        Script::Malayalam => "malayalam",
        Script::Mandarin => "chinese",
        Script::Tamil => "tamil",
        Script::Telugu => "telugu",
        Script::Thai => "thai",
        _ => return None,
    })
}

fn by_words(words: &str) -> Option<&'static str> {
    if words.chars().filter(|c| c.is_alphabetic()).count() < LEAST_LETTERS {
        return None;
    }
    let found = whatlang::detect(words).filter(whatlang::Info::is_reliable)?;
    Some(match found.lang() {
        Lang::Ara => "arabic",
        Lang::Deu => "german",
        Lang::Eng => "english",
        Lang::Fra => "french",
        Lang::Ita => "italian",
        Lang::Por => "portuguese",
        Lang::Rus => "russian",
        Lang::Spa => "spanish",
        Lang::Urd => "urdu",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_their_language_or_nothing() {
        let lyrics = "When I was young I walked along the river and the people there were singing \
                      all about the love that they had lost so long ago";
        for (title, lyrics, expected) in [
            (Some("कल हो ना हो"), None, Some("hindi")),
            (Some("கண்ணம்மா"), None, Some("tamil")),
            (Some("Yesterday"), None, None),
            (Some("Yesterday"), Some(lyrics), Some("english")),
            (None, None, None),
            (Some("♥"), None, None),
        ] {
            let found = identified(title, lyrics);
            assert_eq!(found.as_ref().map(Language::name), expected, "{title:?}");
        }
    }
}
