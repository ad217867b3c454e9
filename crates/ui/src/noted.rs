//! Which entry of the diary belongs to the list. Pure.

/// Somebody who moves the point about for so long means its last place.
const SETTLING_MS: f64 = 60_000.0;

/// What told a mood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldBy {
    Camera,
    Photo,
    Hand,
    Word,
}

impl ToldBy {
    /// As the diary has it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Camera => "camera",
            Self::Photo => "photo",
            Self::Hand => "hand",
            Self::Word => "word",
        }
    }
}

/// An entry of the diary that belongs to the list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Noted {
    pub id: i64,
    pub told_by: ToldBy,
    /// Which of the moods that were told it is of.
    pub mood: u32,
    pub at_ms: f64,
}

impl Noted {
    /// Whether what is told now takes the entry's place: the same mood with another wish, or the point moved on.
    pub fn gives_way(&self, told_by: ToldBy, mood: u32, now_ms: f64) -> bool {
        let by_hand = self.told_by == ToldBy::Hand && told_by == ToldBy::Hand;
        self.mood == mood || by_hand && now_ms - self.at_ms < SETTLING_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mood_is_one_entry_and_another_never_replaces_it() {
        let (soon, late) = (2_000.0, 1_000.0 + SETTLING_MS);
        for (before, now, mood, at_ms, expected) in [
            // Another goal for the same mood, however late.
            (ToldBy::Camera, ToldBy::Camera, 3, late, true),
            (ToldBy::Word, ToldBy::Word, 4, soon, false),
            (ToldBy::Camera, ToldBy::Hand, 4, soon, false),
            (ToldBy::Hand, ToldBy::Hand, 4, soon, true),
            (ToldBy::Hand, ToldBy::Hand, 4, late, false),
        ] {
            let noted = Noted { id: 1, told_by: before, mood: 3, at_ms: 1_000.0 };
            let gives_way = noted.gives_way(now, mood, at_ms);
            assert_eq!(gives_way, expected, "{before:?} {now:?} {mood} {at_ms}");
        }
    }
}
