//! The interface's languages: one JSON file each in `messages/`, a flat object of key and text.
//!
//! What a language lacks is said in English. `{}` stands where a name or number goes.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

mod files {
    include!(concat!(env!("OUT_DIR"), "/messages.rs"));
}

type Texts = HashMap<String, String>;

/// What every other language falls back to.
const FIRST: &str = "en";

thread_local! {
    static ENGLISH: Texts = texts(FIRST);
    static CHOSEN: RefCell<Texts> = RefCell::default();
    static CODE: Cell<&'static str> = const { Cell::new(FIRST) };
}

fn texts(code: &str) -> Texts {
    let found = files::FILES.iter().find(|(known, _)| *known == code);
    found.and_then(|(_, json)| serde_json::from_str(json).ok()).unwrap_or_default()
}

/// Every language: its code and its own name.
pub fn languages() -> Vec<(&'static str, String)> {
    let named = |(code, _): &(&'static str, &str)| {
        let name = texts(code).remove("language.name");
        (*code, name.unwrap_or_else(|| (*code).to_owned()))
    };
    files::FILES.iter().map(named).collect()
}

/// Chooses the first of these that there is; `hi-IN` finds `hi`.
pub fn choose<'a>(wanted: impl IntoIterator<Item = &'a str>) -> &'static str {
    let known = |wanted: &str| {
        let base = wanted.split('-').next().unwrap_or(wanted);
        files::FILES.iter().map(|(code, _)| *code).find(|code| *code == wanted || *code == base)
    };
    let code = wanted.into_iter().find_map(known).unwrap_or(FIRST);
    CODE.set(code);
    CHOSEN.set(texts(code));
    code
}

/// The text of a key; the key itself where nobody wrote one.
pub fn t(key: &str) -> String {
    let own = CHOSEN.with_borrow(|texts| texts.get(key).cloned());
    own.or_else(|| ENGLISH.with(|texts| texts.get(key).cloned())).unwrap_or_else(|| key.to_owned())
}

/// The text of a key with something in the place of `{}`.
pub fn t1(key: &str, what: &str) -> String {
    t(key).replacen("{}", what, 1)
}

/// The same with two places.
pub fn t2(key: &str, first: &str, second: &str) -> String {
    t3(key, first, second, "")
}

/// The same with three places.
pub fn t3(key: &str, first: &str, second: &str, third: &str) -> String {
    let text = t(key);
    let parts = text.splitn(4, "{}").zip([first, second, third, ""]);
    parts.flat_map(|(said, what)| [said, what]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything_with_the_same_places() {
        let english = texts(FIRST);
        assert!(english.len() > 100);
        for (code, json) in files::FILES {
            let texts: Texts = serde_json::from_str(json).unwrap();
            for (key, text) in &texts {
                let first = english.get(key).unwrap_or_else(|| panic!("{code}: {key} is not used"));
                assert_eq!(
                    text.matches("{}").count(),
                    first.matches("{}").count(),
                    "{code}: {key}"
                );
            }
            let missing: Vec<_> = english.keys().filter(|key| !texts.contains_key(*key)).collect();
            assert!(missing.is_empty(), "{code} lacks {missing:?}");
        }
    }

    #[test]
    fn every_key_in_the_code_is_written() {
        let english = texts(FIRST);
        let sources = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).unwrap();
        let mut folders: Vec<_> = sources.map(|entry| entry.unwrap().path()).collect();
        let mut keys = 0;
        while let Some(path) = folders.pop() {
            if path.is_dir() {
                folders.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
                continue;
            }
            let source = std::fs::read_to_string(&path).unwrap();
            for call in ["t(\"", "t1(\"", "t2(\""] {
                for rest in source.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap();
                    let is_key = key.contains('.') && !key.contains(['{', ' ']);
                    assert!(!is_key || english.contains_key(key), "{}: {key}", path.display());
                    keys += usize::from(is_key);
                }
            }
        }
        assert!(keys > 100, "{keys}");
    }

    #[test]
    fn regions_find_their_language() {
        assert_eq!(choose(["xx", "hi-IN"]), "hi");
        assert_eq!(choose(["xx"]), "en");
    }
}
