use attune_core::{Mood, Point};

/// A descriptor's mean and standard deviation over the 32,833 rows of a large Spotify catalogue,
/// which stand in for a value the catalogue at hand does not give.
struct Spread {
    mean: f32,
    sd: f32,
}

const ENERGY: Spread = Spread { mean: 0.70, sd: 0.18 };
const VALENCE: Spread = Spread { mean: 0.51, sd: 0.23 };

/// One axis of the fit on [0, 1], and the share of the ratings' variance it explains.
struct Fit {
    constant: f32,
    energy: f32,
    valence: f32,
    r2: f32,
}

const FOR_VALENCE: Fit = Fit { constant: 0.316, energy: 0.288, valence: 0.204, r2: 0.21 };
const FOR_AROUSAL: Fit = Fit { constant: 0.232, energy: 0.558, valence: 0.094, r2: 0.30 };

impl Fit {
    /// Value and variance on [-1, 1].
    ///
    /// What the fit explains of the ratings is the variance of its own predictions over a
    /// catalogue, `e = (b_energy sd_energy)^2 + (b_valence sd_valence)^2` (the two descriptors
    /// hardly go together, r = .15). That is a share R2 of the whole, so `e (1 - R2) / R2` is left
    /// unexplained: a deviation of .27 for valence and .31 for arousal on [-1, 1]. Taking the
    /// spread of DEAM's crowd means instead (sd 1.17 and 1.28 on 1 to 9) gives .26 and .27; the
    /// larger is taken. A missing descriptor adds what it would have contributed.
    fn at(&self, energy: Option<f32>, valence: Option<f32>) -> (f32, f32) {
        let explained = (self.energy * ENERGY.sd).powi(2) + (self.valence * VALENCE.sd).powi(2);
        let mut variance = explained * (1.0 - self.r2) / self.r2;
        let mut take = |value: Option<f32>, spread: &Spread, slope: f32| {
            if value.is_none() {
                variance += (slope * spread.sd).powi(2);
            }
            slope * value.unwrap_or(spread.mean)
        };
        let sum = self.constant
            + take(energy, &ENERGY, self.energy)
            + take(valence, &VALENCE, self.valence);
        (2.0 * sum - 1.0, 4.0 * variance)
    }
}

/// Where a catalogue's energy and valence (Spotify's, 0 to 1) put a recording in the plane; `None`
/// where neither is given.
///
/// V = .316 + .288 energy + .204 valence and A = .232 + .558 energy + .094 valence on [0, 1], a fit
/// on 306 songs that people rated (R2 .21 and .30; tempo and mode carry nothing), moved to [-1, 1].
/// The uncertainty is large, because most of what people hear is not in these two numbers.
#[must_use]
pub fn catalogue_mood(energy: Option<f32>, valence: Option<f32>) -> Option<Mood> {
    energy.or(valence)?;
    let (v, v_variance) = FOR_VALENCE.at(energy, valence);
    let (a, a_variance) = FOR_AROUSAL.at(energy, valence);
    let point = Point { valence: v, arousal: a };
    Some(Mood::new(point, ((v_variance + a_variance) / 2.0).sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_fit_on_known_values() {
        let mood = catalogue_mood(Some(0.5), Some(0.5)).unwrap();
        assert!((mood.valence - (2.0 * 0.562 - 1.0)).abs() < 1e-5);
        assert!((mood.arousal - (2.0 * 0.558 - 1.0)).abs() < 1e-5);
        assert!((mood.uncertainty - 0.293).abs() < 2e-3, "{}", mood.uncertainty);
    }

    #[test]
    fn the_less_is_known_the_less_certain() {
        let full = catalogue_mood(Some(0.7), Some(0.51)).unwrap();
        let no_valence = catalogue_mood(Some(0.7), None).unwrap();
        let no_energy = catalogue_mood(None, Some(0.51)).unwrap();
        assert_eq!(full.point(), no_valence.point());
        assert!(full.uncertainty < no_valence.uncertainty);
        assert!(no_valence.uncertainty < no_energy.uncertainty);
        assert_eq!(catalogue_mood(None, None), None);
    }
}
