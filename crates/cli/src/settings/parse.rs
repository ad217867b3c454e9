//! How a setting is read from text: the same on the command line, in a variable and in the file.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use attune_core::{Expression, Goal, Language, MoodTag, PersonId, Point, nearest_word};
use attune_recommend::Journey;

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

/// A label of another data set and the expression it stands for, `None` for `skip`.
pub fn label(text: &str) -> Result<(String, Option<Expression>), String> {
    let (label, to) = text.split_once('=').ok_or("say LABEL=EXPRESSION or LABEL=skip")?;
    let to = if to.trim() == "skip" { None } else { Some(expression(to)?) };
    Ok((label.to_owned(), to))
}

/// A file whose name ends in .html or .svg.
pub fn report(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path.extension().and_then(|e| e.to_str()) {
        Some("html" | "svg") => Ok(path),
        _ => Err("a report's name must end in .html or .svg".to_owned()),
    }
}

/// A file whose name ends in .png.
pub fn png(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path.extension() {
        Some(ending) if ending.eq_ignore_ascii_case("png") => Ok(path),
        _ => Err("the picture is written as PNG, so its name must end in .png".to_owned()),
    }
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
        let hint = match nearest_word(text, names) {
            Some(near) => format!("did you mean {near}?"),
            None => format!("say {}", names.join(", ")),
        };
        format!("'{text}' is not an expression: {hint}")
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

/// A journey's number of steps, from 1 to 200.
pub fn steps(text: &str) -> Result<usize, String> {
    let most = Journey::MAX_STEPS;
    text.parse()
        .ok()
        .filter(|n| (1..=most).contains(n))
        .ok_or_else(|| format!("'{text}' is not a number of steps: say a number from 1 to {most}"))
}

/// A year or a range of years.
pub fn years(text: &str) -> Result<RangeInclusive<i16>, String> {
    let year = |word: &str| word.trim().parse::<i16>().ok().filter(|y| (0..=9999).contains(y));
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    match (year(first), year(last)) {
        (Some(first), Some(last)) if first <= last => Ok(first..=last),
        (Some(first), Some(last)) => {
            Err(format!("{first} is after {last}: did you mean {last}-{first}?"))
        }
        _ => Err(format!("'{text}' is no year or range of years: say something like 1990-1999")),
    }
}

/// A journey's length in minutes, up to ten hours.
pub fn minutes(text: &str) -> Result<u32, String> {
    let minutes = text.parse().ok().filter(|n| (1..=600).contains(n));
    minutes.ok_or_else(|| format!("'{text}' is no number of minutes: say a number from 1 to 600"))
}

/// A listener's name.
pub fn listener(text: &str) -> Result<String, String> {
    let name = text.trim();
    let usable = !name.is_empty() && name.len() <= 100 && !name.contains(char::is_control);
    let refuse = || "a listener has a name of at most 100 letters".to_owned();
    usable.then(|| name.to_owned()).ok_or_else(refuse)
}

/// A time within an item: `m:ss` or seconds, as milliseconds.
pub fn position_ms(text: &str) -> Result<u32, String> {
    let seconds = match text.split_once(':') {
        Some((minutes, seconds)) => minutes.parse::<u32>().ok().and_then(|m| {
            let rest: u32 = seconds.parse().ok().filter(|s| *s < 60)?;
            m.checked_mul(60)?.checked_add(rest)
        }),
        None => text.parse().ok(),
    };
    let ms = seconds.and_then(|s| s.checked_mul(1000));
    ms.ok_or_else(|| format!("'{text}' is no time: say seconds or m:ss, like 1:30"))
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
