//! How a setting is read from text: the same on the command line, in a variable and in the file.

use std::net::SocketAddr;
use std::path::PathBuf;

use attune_core::{Expression, Goal, Language, MoodTag, PersonId, Point, nearest_word};

/// The longest list anybody gets.
const MOST_ITEMS: usize = 1000;

/// A folder; any text will do.
pub fn folder(text: &str) -> Result<PathBuf, String> {
    Ok(PathBuf::from(text))
}

/// A file; any text will do.
pub fn some_file(text: &str) -> Result<Option<PathBuf>, String> {
    Ok(Some(PathBuf::from(text)))
}

/// An address and a port.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| {
        format!("'{text}' is not an address with a port: say something like 127.0.0.1:8787")
    })
}

/// A goal's word or a point.
pub fn goal(text: &str) -> Result<Goal, String> {
    text.parse::<Goal>().map_err(|error| error.to_string())
}

/// A point of the mood plane.
pub fn mood(text: &str) -> Result<Point, String> {
    text.parse::<Point>().map_err(|error| error.to_string())
}

/// An expression's name.
pub fn expression(text: &str) -> Result<Expression, String> {
    text.parse().map_err(|_| {
        let names = Expression::ALL.map(Expression::key);
        format!("'{text}' is not an expression: say {}", names.join(", "))
    })
}

/// One language's name or ISO 639-1 code.
pub fn language(text: &str) -> Result<Language, String> {
    Language::new(text).ok_or_else(|| "a language must have a name".to_owned())
}

/// Languages separated by commas.
pub fn languages(text: &str) -> Result<Vec<Language>, String> {
    text.split(',').map(language).collect()
}

/// A mood tag of the vocabulary.
pub fn tag(text: &str) -> Result<MoodTag, String> {
    text.parse().map_err(|_| {
        let words: Vec<&str> = MoodTag::ALL.iter().map(|tag| tag.key()).collect();
        let near = nearest_word(text, words.iter().copied());
        let hint = near.map_or_else(|| words.join(", "), ToOwned::to_owned);
        format!("'{text}' is not a mood tag: say {hint}")
    })
}

/// A number of items from 1 to 1000.
pub fn limit(text: &str) -> Result<usize, String> {
    text.parse().ok().filter(|n| (1..=MOST_ITEMS).contains(n)).ok_or_else(|| {
        format!("'{text}' is not a number of items: say a number from 1 to {MOST_ITEMS}")
    })
}

/// A share from 0 to 1.
pub fn share(text: &str) -> Result<f64, String> {
    let share = text.parse().ok().filter(|x| (0.0..=1.0).contains(x));
    share.ok_or_else(|| format!("'{text}' is not a share: say a number from 0 to 1"))
}

/// Seconds from 0 to 60.
pub fn seconds(text: &str) -> Result<f32, String> {
    let seconds = text.parse().ok().filter(|x| (0.0..=60.0).contains(x));
    seconds.ok_or_else(|| format!("'{text}' is not a time: say seconds from 0 to 60"))
}

/// Frames a second from 0.01 to 1000.
pub fn frame_rate(text: &str) -> Result<f64, String> {
    let fps = text.parse().ok().filter(|x| (0.01..=1000.0).contains(x));
    fps.ok_or_else(|| format!("'{text}' is no frame rate: say a number from 0.01 to 1000"))
}

/// A person's number.
pub fn person(text: &str) -> Result<PersonId, String> {
    text.parse().map_err(|_| format!("'{text}' is not a person: say the number that watch gave"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_outside_the_range_are_refused() {
        assert_eq!(limit("1000"), Ok(1000));
        for bad in ["0", "1001", "-1", "ten", ""] {
            assert!(limit(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_list_of_languages_has_no_holes() {
        assert_eq!(languages("hi, Tamil").map(|l| l.len()), Ok(2));
        assert!(languages("hindi,,tamil").is_err());
    }
}
