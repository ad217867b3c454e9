//! How the cells of a catalogue are read. `Ok(None)` is an empty cell; `Err` says why not.

use std::ops::RangeInclusive;

use crate::refusal::quoted;

pub(crate) type Read<T> = Result<Option<T>, String>;

/// A finite number within `range`.
pub(crate) fn number(cell: &str, range: RangeInclusive<f32>) -> Read<f32> {
    if cell.is_empty() {
        return Ok(None);
    }
    match cell.parse::<f32>() {
        Ok(x) if range.contains(&x) => Ok(Some(x)),
        Ok(x) if x.is_finite() => {
            Err(format!("{} is not from {} to {}", quoted(cell), range.start(), range.end()))
        }
        _ => Err(format!("{} is not a number", quoted(cell))),
    }
}

/// Beats a minute; catalogues write 0 where they found no beat.
pub(crate) fn tempo_bpm(cell: &str) -> Read<f32> {
    Ok(number(cell, 0.0..=400.0)?.filter(|bpm| *bpm > 0.0))
}

/// A yes or no.
pub(crate) fn flag(cell: &str) -> Read<bool> {
    match cell.to_lowercase().as_str() {
        "" => Ok(None),
        "1" | "true" | "yes" | "y" | "explicit" => Ok(Some(true)),
        "0" | "false" | "no" | "n" | "clean" => Ok(Some(false)),
        _ => Err(format!("{} is neither yes nor no", quoted(cell))),
    }
}

/// The year of `1999`, `1999-12`, `1999-12-31` or `31-12-1999`, with any sign between.
pub(crate) fn year(cell: &str) -> Read<i16> {
    if cell.is_empty() {
        return Ok(None);
    }
    let parts = cell.split(|c: char| !c.is_ascii_digit());
    let mut years = parts.filter(|part| part.len() == 4).filter_map(|part| part.parse().ok());
    let year = years.find(|year| (1500..=2200).contains(year));
    year.map(Some).ok_or_else(|| format!("{} holds no year", quoted(cell)))
}

/// Milliseconds of `m:ss`, `h:mm:ss`, or a number, which is of milliseconds where `in_ms` says so
/// or where it would be three hours of seconds.
pub(crate) fn duration_ms(cell: &str, in_ms: bool) -> Read<u32> {
    if cell.is_empty() {
        return Ok(None);
    }
    let refuse = || format!("{} is not a duration", quoted(cell));
    let ms = if cell.contains(':') {
        clock_seconds(cell).ok_or_else(refuse)? * 1000.0
    } else {
        let number: f64 = cell.parse().map_err(|_| refuse())?;
        if in_ms || number >= 10_000.0 { number } else { number * 1000.0 }
    };
    // A float converts by saturating, so the range is checked before.
    if (0.0..=f64::from(u32::MAX)).contains(&ms) {
        Ok(Some(ms.round() as u32))
    } else {
        Err(refuse())
    }
}

fn clock_seconds(cell: &str) -> Option<f64> {
    let parts: Vec<u32> = cell.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let valid = parts.len() <= 3 && parts.iter().skip(1).all(|part| *part < 60);
    valid.then(|| parts.iter().fold(0.0, |sum, part| sum * 60.0 + f64::from(*part)))
}

/// A name without the endings that files have, with single spaces, and without control characters,
/// which a terminal would obey.
pub(crate) fn name(cell: &str) -> String {
    const ENDINGS: [&str; 9] =
        [".opus", ".mp3", ".m4a", ".flac", ".wav", ".ogg", ".webm", ".mp4", ".aac"];
    let cell = cell.trim();
    let is_file = |ending: &&str| {
        cell.len() > ending.len()
            && cell.is_char_boundary(cell.len() - ending.len())
            && cell[cell.len() - ending.len()..].eq_ignore_ascii_case(ending)
    };
    let bare = ENDINGS.iter().find(|e| is_file(e)).map_or(cell, |e| &cell[..cell.len() - e.len()]);
    let words = bare.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Names between separators, each once.
pub(crate) fn names(cell: &str, between: &[char]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in cell.split(|c| between.contains(&c)).map(name) {
        if !name.is_empty() && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// An address that a browser opens.
pub(crate) fn link(cell: &str) -> Read<String> {
    let is_link = ["https://", "http://"].iter().any(|scheme| cell.starts_with(scheme));
    match cell {
        "" => Ok(None),
        _ if is_link && !cell.contains(|c: char| c.is_whitespace() || c.is_control()) => {
            Ok(Some(cell.to_owned()))
        }
        _ => Err(format!("{} is not a web address", quoted(cell))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_of_many_dates() {
        for (cell, expected) in [
            ("1999", Some(1999)),
            ("2019-06-14", Some(2019)),
            ("1998-05", Some(1998)),
            ("04-04-2002", Some(2002)),
            ("4/4/2002", Some(2002)),
            ("12 May 1971", Some(1971)),
        ] {
            assert_eq!(year(cell), Ok(expected), "{cell}");
        }
        assert_eq!(year(""), Ok(None));
        for bad in ["soon", "99", "20021", "04-04-02", "9999"] {
            assert!(year(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn durations_in_every_dress() {
        for (cell, in_ms, expected) in [
            ("04:18", false, 258_000),
            ("1:02:03", false, 3_723_000),
            ("194754", false, 194_754),
            ("4000", true, 4_000),
            ("215", false, 215_000),
            ("215.5", false, 215_500),
        ] {
            assert_eq!(duration_ms(cell, in_ms), Ok(Some(expected)), "{cell}");
        }
        for bad in ["4:61", "1:2:3:4", "-5", "1e30", "NaN", "x", ":", "4:-1", "inf"] {
            assert!(duration_ms(bad, false).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_stay_in_their_range() {
        assert_eq!(number("0.5", 0.0..=1.0), Ok(Some(0.5)));
        assert_eq!(number("", 0.0..=1.0), Ok(None));
        assert_eq!(tempo_bpm("0"), Ok(None));
        for bad in ["1.1", "-1", "nan", "inf", "fast"] {
            assert!(number(bad, 0.0..=1.0).is_err(), "{bad}");
        }
    }

    #[test]
    fn names_lose_file_endings_and_spare_spaces() {
        assert_eq!(name("  Aap Ka  Aitbaar.opus "), "Aap Ka Aitbaar");
        assert_eq!(name(".mp3"), ".mp3");
        assert_eq!(name("Mr. M4A"), "Mr. M4A");
        assert_eq!(name("కన్నడ"), "కన్నడ");
        assert_eq!(names("A|B| A |", &['|']), ["A", "B"]);
        assert_eq!(names("Tyler, The Creator", &[]), ["Tyler, The Creator"]);
    }

    #[test]
    fn links_are_web_addresses() {
        assert!(link("https://example.org/a").is_ok_and(|l| l.is_some()));
        for bad in ["javascript:alert(1)", "file:///etc/passwd", "https://a b"] {
            assert!(link(bad).is_err(), "{bad}");
        }
    }
}
