//! Voice leading: three inner voices that move as little as they can.

/// Low, middle, high, as MIDI numbers.
pub(super) type Voices = [i32; 3];

/// Where the voices may lie.
const LOWEST: i32 = 52;
const HIGHEST: i32 = 76;
/// What two voices pay that move in parallel fifths or octaves, in semitones of movement.
const PARALLEL: i32 = 12;
/// What two voices pay that stand a minor second or ninth apart: the same tones as a seventh are mild.
const RUB: i32 = 24;

/// The voices of a chord, whose tones are MIDI numbers in any octave, after those of the last one.
///
/// Every tone is there where there are three; of four the fifth (the third of them) is left out.
/// Of all ways the one is taken that moves least, keeps the voices within a tenth and has no
/// parallel fifths or octaves (Huron 2001 derives these from how we tell voices apart).
pub(super) fn lead(before: Option<Voices>, tones: &[i32]) -> Voices {
    let left_out = if tones.len() > 3 { Some(2) } else { None };
    let classes: Vec<i32> = tones
        .iter()
        .enumerate()
        .filter(|(i, _)| Some(*i) != left_out)
        .map(|(_, tone)| tone.rem_euclid(12))
        .collect();
    let pitches: Vec<i32> =
        (LOWEST..=HIGHEST).filter(|pitch| classes.contains(&pitch.rem_euclid(12))).collect();
    let mut best = None;
    for (i, low) in pitches.iter().enumerate() {
        for (j, middle) in pitches.iter().enumerate().skip(i + 1) {
            for high in pitches.iter().skip(j + 1) {
                let voices = [*low, *middle, *high];
                if !classes.iter().all(|c| voices.iter().any(|v| v.rem_euclid(12) == *c)) {
                    continue;
                }
                let cost = cost(before, voices);
                if best.is_none_or(|(least, _)| cost < least) {
                    best = Some((cost, voices));
                }
            }
        }
    }
    best.map_or([60, 64, 67], |(_, voices)| voices)
}

fn cost(before: Option<Voices>, now: Voices) -> i32 {
    let spread = (now[2] - now[0] - 15).max(0) + (3 - (now[1] - now[0])).max(0);
    let apart = 3 * spread + RUB * rubs(now);
    let Some(before) = before else { return apart + (now[1] - 64).abs() };
    let moved: i32 = before.iter().zip(now).map(|(a, b)| (a - b).abs()).sum();
    moved + apart + PARALLEL * parallels(before, now) + (now[1] - 64).abs() / 4
}

/// How many pairs of voices rub.
fn rubs(voices: Voices) -> i32 {
    let pair = |low: usize, high: usize| i32::from((voices[high] - voices[low]) % 12 == 1);
    pair(0, 1) + pair(0, 2) + pair(1, 2)
}

/// How many pairs of voices move together a fifth or an octave apart.
fn parallels(before: Voices, now: Voices) -> i32 {
    let pair = |low: usize, high: usize| {
        let apart = |voices: Voices| (voices[high] - voices[low]).rem_euclid(12);
        let moves = before[low] != now[low];
        i32::from(moves && apart(before) == apart(now) && [0, 7].contains(&apart(now)))
    };
    pair(0, 1) + pair(0, 2) + pair(1, 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn voices_move_little_keep_all_tones_and_avoid_parallels() {
        let chords = [[0, 4, 7], [5, 9, 12], [7, 11, 14], [9, 12, 16], [2, 5, 9], [0, 4, 7]];
        let mut before = None;
        for tones in chords {
            let now = lead(before, &tones);
            for tone in tones {
                assert!(now.iter().any(|v| (v - tone).rem_euclid(12) == 0), "{now:?} {tones:?}");
            }
            assert!(now.is_sorted() && now[2] - now[0] <= 19, "{now:?}");
            if let Some(before) = before {
                assert_eq!(parallels(before, now), 0, "{before:?} {now:?}");
                let moved: i32 = before.iter().zip(now).map(|(a, b)| (a - b).abs()).sum();
                assert!(moved <= 9, "{before:?} {now:?}");
            }
            before = Some(now);
        }
    }

    #[test]
    fn a_major_seventh_is_no_minor_second() {
        let mut before = None;
        for root in [0, 5, 0, 7, 10, 3, 8, 1, 0] {
            let now = lead(before, &[root, root + 4, root + 7, root + 11]);
            assert_eq!(rubs(now), 0, "{now:?}");
            before = Some(now);
        }
    }
}
