//! The house band: music for any point of the mood plane, so that there is always some.
//!
//! [`compose`] writes a [`Score`] by published rules of musical expression, which `character.rs`
//! states; [`render`] plays it. What is where:
//!
//! | file | what it decides |
//! |---|---|
//! | `character.rs` | tempo, mode, register, density, articulation, dynamics, timbre, tension |
//! | `scale.rs` | the seven notes |
//! | `harmony.rs` | chords and cadences |
//! | `voicing.rs` | how three voices lead from chord to chord |
//! | `melody.rs` | motifs and phrases |
//! | `score.rs` | the form, who plays when, and all notes |
//! | `synth/` | tones, drums, the room, loudness and limiter |
//! | `hearing.rs` | nothing: what the music model hears of a piece |
//! | `craft.rs` | nothing: how much of a piece is new, and how much rubs |

mod character;
mod craft;
mod harmony;
mod hearing;
mod melody;
mod scale;
mod score;
mod synth;
mod voicing;
mod wav;

pub use character::Character;
pub use craft::{Craft, likeness};
pub use hearing::{heard_of, rank_correlation};
pub use scale::Scale;
pub use score::{Note, Part, Score, compose};
pub use synth::{RATE_HZ as COMPOSED_RATE_HZ, render};
pub use wav::write_wav;
