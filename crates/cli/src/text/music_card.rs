use attune_audio::{AxisFigures, CrossValidation};

/// The card that stands beside a music model.
pub fn music_card(figures: &CrossValidation, bytes: usize) -> String {
    let axis = |name: &str, axis: &AxisFigures| {
        let [low, high] = axis.r2_ci95;
        format!("| {name} | **{:.3}** | {low:.3} to {high:.3} | {:.3} |", axis.r2, axis.rmse)
    };
    format!(
        "# Model card: `attune-music.safetensors`

What the product hears the mood of a recording with: a Gaussian process with a squared exponential kernel over {features}
descriptors, {megabytes:.2} MB. It answers valence and arousal on [-1, 1] with an uncertainty for each recording.

## Made with

```sh
attune train music --data ../shared/data/music/deam_features_train.csv --out models --seed {seed}
```

DEAM (Aljanaki, Yang and Soleymani 2017), {songs} songs with the means of crowd ratings of valence and arousal on 1 to 9, moved to
[-1, 1]. The descriptors are those of its table that Attune measures as openSMILE does (`crates/audio/tests/opensmile.rs` holds both
together), each by its mean and by its deviation within half a second. Length and noise of the kernel were chosen on these songs.

## Figures

Five-fold cross-validation over {songs} songs, seed {seed}; intervals by drawing songs with replacement. The 20 % of DEAM that is kept
aside was not looked at.

| axis | R2 | 95 % interval | root of the mean squared error |
|---|---|---|---|
{valence}
{arousal}

{within:.1} % of the ratings lie within the stated uncertainty; 68 % would be ideal.

## Limits

- It hears what a crowd agreed on about mostly Western, freely licensed songs, not what a song means to the person who listens. About
  half of the ratings' variance is not in these descriptors; the uncertainty says so, and mood tags and a person's own word outrank it.
- Words and language are not heard.
- The ratings are of excerpts of 45 seconds; a recording gets one point for its whole length.
- It is made to choose music and says nothing of anybody's health.
",
        features = figures.features,
        megabytes = bytes as f64 / 1e6,
        seed = figures.seed,
        songs = figures.songs,
        valence = axis("valence", &figures.valence),
        arousal = axis("arousal", &figures.arousal),
        within = 100.0 * figures.within_uncertainty,
    )
}
