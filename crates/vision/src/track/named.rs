use std::collections::BTreeMap;

/// Good frames before a name is said.
const LEAST: u32 = 5;

/// Who somebody was taken for, from frame to frame.
///
/// A name is said once more than half of all good frames gave it. So a stranger gets one in at most
/// twice the share of cases in which a single frame of theirs gives it (Markov's inequality),
/// however much the frames of one moment resemble each other.
#[derive(Clone, Debug, Default)]
pub(super) struct Named {
    frames: u32,
    names: BTreeMap<String, u32>,
}

impl Named {
    /// Takes what a good frame gave; `None` for a stranger.
    pub fn add(&mut self, who: Option<String>) {
        self.frames = self.frames.saturating_add(1);
        if let Some(name) = who {
            let count = self.names.entry(name).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Who it is.
    pub fn who(&self) -> Option<&str> {
        let (name, count) = self.names.iter().max_by_key(|(_, count)| **count)?;
        (self.frames >= LEAST && count.saturating_mul(2) > self.frames).then_some(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_needs_frames_and_a_majority_of_them() {
        let mut named = Named::default();
        let anna = || Some("Anna".to_owned());
        (0..4).for_each(|_| named.add(anna()));
        assert_eq!(named.who(), None, "too soon");
        named.add(Some("Ben".to_owned()));
        assert_eq!(named.who(), Some("Anna"));
        (0..3).for_each(|_| named.add(None));
        assert_eq!(named.who(), None, "half of the frames is no majority");
        named.add(anna());
        assert_eq!(named.who(), Some("Anna"));
    }
}
