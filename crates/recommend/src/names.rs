//! Names as people write them, made comparable.

use std::iter;

use attune_core::nearest_word;
use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

/// Letters of a part of a name that a slip is looked for in; shorter ones are like everything.
const LEAST_PART: usize = 5;
/// Words of a name that are looked at together.
const LONGEST_RUN: usize = 5;

/// The key under which spellings of one name meet: case, Latin diacritics, punctuation and spaces
/// do not count, and `&` reads `and` ("Beyoncé" is "beyonce", "A. R. Rahman" is "AR Rahman").
/// Vowel signs of other scripts stay: they are letters. A name of punctuation alone is kept as is.
#[must_use]
pub fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    fold_into(name, &mut folded);
    folded
}

/// As [`fold`], into a string that is emptied first.
pub(crate) fn fold_into(name: &str, out: &mut String) {
    out.clear();
    if name.is_ascii() {
        fold_ascii(name, out)
    } else {
        fold_unicode(name, out)
    }
    if out.is_empty() {
        out.push_str(&name.trim().to_lowercase());
    }
}

fn fold_ascii(name: &str, out: &mut String) {
    for byte in name.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => out.push(byte.into()),
            b'A'..=b'Z' => out.push(byte.to_ascii_lowercase().into()),
            b'&' => out.push_str("and"),
            _ => {}
        }
    }
}

fn fold_unicode(name: &str, out: &mut String) {
    for c in name.nfkd().flat_map(char::to_lowercase) {
        match c {
            '\u{300}'..='\u{36f}' | '’' | '‘' | '–' | '“' | '”' => {}
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' => out.push('d'),
            'ı' => out.push('i'),
            '&' => out.push_str("and"),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => {}
            c if c.is_whitespace() => {}
            c => out.push(c),
        }
    }
}

/// Words that tell a version of a song from the song.
const VERSION: [&str; 11] = [
    "remaster",
    "remastered",
    "version",
    "mix",
    "edit",
    "mono",
    "stereo",
    "demo",
    "live",
    "session",
    "acoustic",
];

/// A title without what names its version: "Hey Jude - Remastered 2015" and "Hey Jude (2015 Mix)" are
/// "Hey Jude". What names none stays ("Stand By Me (Dream)").
pub(crate) fn without_version(title: &str) -> &str {
    let cut = [" - ", " – ", " (", " ["].into_iter().filter_map(|start| title.find(start)).min();
    let Some((song, rest)) = cut.and_then(|at| title.split_at_checked(at)) else { return title };
    let is_version = |word: &str| VERSION.contains(&fold(word).as_str());
    let named = rest.split(|c: char| !c.is_alphanumeric()).any(is_version);
    if named && !song.trim().is_empty() { song } else { title }
}

/// Names numbered in the order of their first appearance. The first spelling seen is shown.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    shown: Vec<String>,
    by_fold: FxHashMap<String, u32>,
    /// Reused while names come in.
    key: String,
}

impl Names {
    /// The number of `name`, given now if it is new; `None` for a blank name.
    pub fn intern(&mut self, name: &str) -> Option<u32> {
        fold_into(name, &mut self.key);
        if let Some(id) = self.by_fold.get(&self.key) {
            return Some(*id);
        }
        if self.key.is_empty() {
            return None;
        }
        let id = u32::try_from(self.shown.len()).ok()?;
        self.by_fold.insert(self.key.clone(), id);
        self.shown.push(name.trim().to_owned());
        Some(id)
    }

    /// The number of `name` if it is known.
    pub fn get(&self, name: &str) -> Option<u32> {
        self.by_fold.get(&fold(name)).copied()
    }

    /// How the name is written.
    pub fn shown(&self, id: u32) -> &str {
        self.shown.get(id as usize).map_or("", String::as_str)
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.shown.len()
    }

    /// The name that `word` probably meant, among those that any of `items` bear: one that holds it as
    /// some of its words ("Bob Marley" of "Bob Marley & The Wailers"), else the nearest by edit distance,
    /// itself or some of its words. Of several the one that most items bear, then the shortest; the same
    /// whatever the order the names came in.
    pub fn suggest(&self, word: &str, items: impl Fn(u32) -> usize) -> Option<u32> {
        let wanted = fold(word);
        let mut known: Vec<(u32, usize)> =
            (0..self.len() as u32).map(|id| (id, items(id))).filter(|(_, n)| *n > 0).collect();
        known.sort_unstable_by(|(a, n), (b, m)| {
            let (a, b) = (self.shown(*a), self.shown(*b));
            m.cmp(n).then(a.len().cmp(&b.len())).then_with(|| a.cmp(b))
        });
        let known = known.iter().map(|(id, _)| *id);
        let held = known.clone().find(|id| runs(self.shown(*id)).contains(&wanted));
        held.or_else(|| self.nearest(&wanted, known).filter(|_| !wanted.is_empty()))
    }

    /// The nearest of `known`, the likeliest first; a whole name before words of one that are as near.
    fn nearest(&self, wanted: &str, known: impl Iterator<Item = u32> + Clone) -> Option<u32> {
        let letters = wanted.chars().count();
        let near = |name: &String| (name.chars().count().abs_diff(letters)) <= letters / 2 + 1;
        let whole = known.clone().map(|id| (fold(self.shown(id)), id));
        let long = |run: &String| run.chars().count() >= LEAST_PART;
        let parts = known.flat_map(|id| runs(self.shown(id)).into_iter().zip(iter::repeat(id)));
        let parts = parts.filter(|(run, _)| long(run));
        let names: Vec<(String, u32)> = whole.chain(parts).filter(|(name, _)| near(name)).collect();
        let found = nearest_word(wanted, names.iter().map(|(name, _)| name.as_str()))?;
        names.iter().find(|(name, _)| name == found).map(|(_, id)| *id)
    }
}

/// Words of a name that stand together, most of them a part of it, as they [`fold`].
fn runs(name: &str) -> Vec<String> {
    let words: Vec<String> = name.split_whitespace().map(fold).collect();
    let from = |start: usize| {
        let ends = start + 1..words.len().min(start + LONGEST_RUN) + 1;
        let words = &words;
        ends.map(move |end| words[start..end].concat())
    };
    (0..words.len()).flat_map(from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_meet_and_different_names_do_not() {
        for (a, b, same) in [
            ("Beyoncé", "beyonce", true),
            ("A. R. Rahman", "AR Rahman", true),
            ("Simon & Garfunkel", "simon and garfunkel", true),
            ("Sigur Rós", "SIGUR ROS", true),
            ("MØ", "mo", true),
            ("Guns N’ Roses", "Guns N' Roses", true),
            ("लता", "लते", false),
            ("!!!", "???", false),
            ("Adele", "Adela", false),
        ] {
            assert_eq!(fold(a) == fold(b), same, "{a} / {b}");
        }
        assert_eq!(fold("  "), "");
    }

    #[test]
    fn part_of_a_name_or_a_slip_is_understood() {
        let mut names = Names::default();
        for name in
            ["Arijit Singh", "Shreya Ghoshal", "Singhsta", "Bertholet", "Ludwig van Beethoven"]
        {
            names.intern(name);
        }
        for (word, expected) in [
            ("arijit", Some("Arijit Singh")),
            ("Shreya Goshal", Some("Shreya Ghoshal")),
            ("Metallica", None),
            ("Goshal", Some("Shreya Ghoshal")),
            ("Bethoven", Some("Ludwig van Beethoven")),
            ("Arjit", Some("Arijit Singh")),
            ("Sing", Some("Arijit Singh")),
        ] {
            let meant = names.suggest(word, |_| 1).map(|id| names.shown(id));
            assert_eq!(meant, expected, "{word}");
        }
    }

    #[test]
    fn several_words_of_a_name_are_understood_and_the_likelier_name_is_meant() {
        let mut names = Names::default();
        let items = [
            ("Bob Mould", 5),
            ("Bob Marley & The Wailers", 9),
            ("Red Hot Chili Peppers", 9),
            ("Red Hot", 0),
            ("The Notorious B.I.G.", 4),
            ("Joe Jackson", 2),
            ("Michael Jackson", 18),
            ("Elvis Crespo", 3),
            ("Elvis Presley", 30),
            ("Adele", 1),
            ("Adele Choir", 7),
        ];
        items.iter().for_each(|(name, _)| _ = names.intern(name));
        for (word, expected) in [
            ("Bob Marley", Some("Bob Marley & The Wailers")),
            ("Bob Marly", Some("Bob Marley & The Wailers")),
            ("chili peppers", Some("Red Hot Chili Peppers")),
            ("Red Hot", Some("Red Hot Chili Peppers")),
            ("Notorious BIG", Some("The Notorious B.I.G.")),
            ("redhot chilli peppers", Some("Red Hot Chili Peppers")),
            ("Elvis", Some("Elvis Presley")),
            ("jackson", Some("Michael Jackson")),
            ("Adela", Some("Adele")),
            ("Peppers Metallica", None),
            ("", None),
        ] {
            let meant = names.suggest(word, |id| items[id as usize].1).map(|id| names.shown(id));
            assert_eq!(meant, expected, "{word}");
        }
    }

    #[test]
    fn versions_of_a_song_are_one() {
        for (title, song) in [
            ("Hey Jude - Remastered 2015", "Hey Jude"),
            ("Bohemian Rhapsody - 2011 Mix", "Bohemian Rhapsody"),
            ("Yellow (Live at the BBC)", "Yellow"),
            ("Stand By Me (Dream)", "Stand By Me (Dream)"),
            ("Live - Forever", "Live - Forever"),
            (" (Remix Edit)", " (Remix Edit)"),
            ("Mix", "Mix"),
        ] {
            assert_eq!(without_version(title), song, "{title}");
        }
    }
}
