//! What the path of a file suggests where its tags say nothing.

use std::path::{Component, Path};

/// A guess, to be marked as one wherever it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PathGuess {
    /// From the file's name; `None` where that is a number alone.
    pub title: Option<String>,
    /// From `Artist - Title`, else from the folder above the album's.
    pub artist: Option<String>,
    /// From the folder the file is in, where another is above it.
    pub album: Option<String>,
}

impl PathGuess {
    /// Reads a path relative to the folder that was added to the library:
    /// `Artist/Album/01 - Title.mp3`, `Album/Artist - Title.ogg`, `02_title.flac` and the like.
    #[must_use]
    pub fn of(relative: &Path) -> Self {
        let parts: Vec<String> = relative
            .components()
            .filter_map(|part| match part {
                Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
                _ => None,
            })
            .collect();
        let Some((name, folders)) = parts.split_last() else { return Self::default() };
        let stem =
            Path::new(name).file_stem().map_or(String::new(), |s| s.to_string_lossy().into());
        let stem = spaced(&stem);
        let stem = without_number(&stem);
        let (artist, title) = match stem.split_once(" - ") {
            // `Artist - 03 - Title` has the number in the middle.
            Some((artist, title)) => (visible(artist), without_number(title)),
            None => (None, stem),
        };
        let folder = |back: usize| {
            folders.len().checked_sub(back).and_then(|at| visible(&spaced(&folders[at])))
        };
        let (album, above) = match folders.len() {
            0 => (None, None),
            1 => (None, folder(1)),
            _ => (folder(1), folder(2)),
        };
        Self { title: visible(title), artist: artist.or(above), album }
    }
}

/// Underscores stand for spaces where there are none.
fn spaced(name: &str) -> String {
    let name = if name.contains(' ') { name.to_owned() } else { name.replace('_', " ") };
    name.trim().to_owned()
}

/// Without a track's number in front, of up to three digits.
fn without_number(name: &str) -> &str {
    let name = name.trim();
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &name[digits..];
    let cut = rest.trim_start_matches([' ', '.', '-', '_', ')']);
    if (1..=3).contains(&digits) && cut.len() < rest.len() && !cut.is_empty() { cut } else { name }
}

fn visible(name: &str) -> Option<String> {
    let name = name.trim();
    name.chars().any(char::is_alphanumeric).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_usual_ways_to_name_files() {
        for (path, artist, album, title) in [
            (
                "Nina Simone/Pastel Blues/01 - Be My Husband.mp3",
                "Nina Simone",
                "Pastel Blues",
                "Be My Husband",
            ),
            ("Nina Simone - Sinnerman.ogg", "Nina Simone", "", "Sinnerman"),
            ("Mix/Nina Simone - 03 - Sinnerman.ogg", "Nina Simone", "", "Sinnerman"),
            ("a/b/c/Air/Moon Safari/02.Sexy Boy.flac", "Air", "Moon Safari", "Sexy Boy"),
            ("07_la_femme_d_argent.flac", "", "", "la femme d argent"),
            ("99 Luftballons.mp3", "", "", "Luftballons"),
            ("1979.mp3", "", "", "1979"),
            ("Air/1999.mp3", "Air", "", "1999"),
            ("---.mp3", "", "", ""),
            ("", "", "", ""),
        ] {
            let some = |s: &str| (!s.is_empty()).then(|| s.to_owned());
            let wanted = PathGuess { artist: some(artist), album: some(album), title: some(title) };
            assert_eq!(PathGuess::of(Path::new(path)), wanted, "{path}");
        }
    }

    proptest! {
        #[test]
        fn no_path_panics(path in "\\PC{0,40}") {
            let guess = PathGuess::of(Path::new(&path));
            prop_assert!(guess.title.is_none_or(|title| !title.trim().is_empty()));
        }
    }
}
