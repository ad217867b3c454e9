//! Tones as sums of partials, each with its own fading.

use std::f32::consts::TAU;

use fastrand::Rng;

use super::super::character::Character;
use super::super::score::Note;
use super::{RATE_HZ, frames};

/// How one player sounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Timbre {
    gain: f32,
    partials: u8,
    /// Partial k is k to the power of minus this as loud as the first.
    roll_off: f32,
    /// Even partials are this much weaker.
    even: f32,
    /// A second tone stands this far off, in cents; 0 for none.
    chorus_cents: f32,
    attack_s: f32,
    /// Time to a third of the loudness while held; infinite for a steady tone.
    fade_s: f32,
    release_s: f32,
    /// In cents, at five hertz.
    vibrato_cents: f32,
    /// Noise around the tone, 1 for about as much as a pan flute has.
    breath: f32,
}

impl Timbre {
    pub(super) fn lead(c: Character) -> Self {
        Self {
            gain: 0.34,
            partials: 9,
            roll_off: 2.7 - 1.7 * c.brightness,
            even: 0.6,
            chorus_cents: 0.0,
            attack_s: 0.6 * c.attack_s + 0.004,
            fade_s: 0.5 + 1.6 * (1.0 - c.brightness),
            release_s: 0.08 + c.attack_s,
            vibrato_cents: 9.0,
            breath: c.breath,
        }
    }

    pub(super) fn held(c: Character) -> Self {
        Self {
            gain: 0.17,
            partials: 8,
            roll_off: 2.5 - 1.4 * c.brightness,
            even: 0.9,
            chorus_cents: 7.0,
            attack_s: 2.5 * c.attack_s + 0.012,
            fade_s: f32::INFINITY,
            release_s: 0.12 + 2.0 * c.attack_s,
            vibrato_cents: 0.0,
            breath: c.breath,
        }
    }

    pub(super) fn plucked(c: Character) -> Self {
        Self {
            gain: 0.26,
            partials: 10,
            roll_off: 2.3 - 1.3 * c.brightness,
            even: 0.8,
            chorus_cents: 0.0,
            attack_s: 0.003 + 0.15 * c.attack_s,
            fade_s: 0.16 + 0.5 * (1.0 - c.brightness),
            release_s: 0.1,
            vibrato_cents: 0.0,
            breath: 0.0,
        }
    }

    pub(super) fn bass(c: Character) -> Self {
        Self {
            gain: 0.42,
            partials: 6,
            roll_off: 2.4 - 1.0 * c.brightness,
            even: 1.0,
            chorus_cents: 0.0,
            attack_s: 0.006 + 0.2 * c.attack_s,
            fade_s: 0.7,
            release_s: 0.09,
            vibrato_cents: 0.0,
            breath: 0.0,
        }
    }

    /// The note as samples, with its release.
    pub(super) fn sound(&self, note: &Note) -> Vec<f32> {
        let hz = 440.0 * ((note.pitch - 69) as f32 / 12.0).exp2();
        let mut sound = vec![0.0; frames(note.length_s + self.release_s)];
        // Harder notes are brighter, as on any instrument.
        let roll_off = self.roll_off + 0.7 * (1.0 - note.velocity);
        let detune = |cents: f32| hz * (cents / 1_200.0).exp2();
        let voices: &[f32] = if self.chorus_cents > 0.0 { &[-0.5, 0.5] } else { &[0.0] };
        for (i, voice) in voices.iter().enumerate() {
            let hz = detune(voice * self.chorus_cents);
            for k in 1..=self.partials {
                let even = if k % 2 == 0 { self.even } else { 1.0 };
                let loud = even * f32::from(k).powf(-roll_off) / voices.len() as f32;
                self.partial(&mut sound, hz * f32::from(k), k, loud, 0.37 * i as f32);
            }
        }
        if self.breath > 0.0 {
            self.blow(&mut sound, hz);
        }
        self.shape(&mut sound, note);
        sound
    }

    /// Adds noise through a resonator of two poles, a fifth above the tone.
    fn blow(&self, sound: &mut [f32], hz: f32) {
        const POLE: f32 = 0.93;
        let mut rng = Rng::with_seed(hz.to_bits().into());
        let turn = TAU * (1.5 * hz).min(8_000.0) / RATE_HZ as f32;
        let (mut last, mut before) = (0.0f32, 0.0f32);
        for sample in sound {
            let noise = (1.0 - POLE) * (2.0 * rng.f32() - 1.0);
            let out = noise + 2.0 * POLE * turn.cos() * last - POLE * POLE * before;
            (before, last) = (last, out);
            *sample += 1.5 * self.breath * out;
        }
    }

    /// Adds a partial; higher ones fade sooner.
    fn partial(&self, sound: &mut [f32], hz: f32, k: u8, loud: f32, phase: f32) {
        let rate = RATE_HZ as f32;
        if hz > 0.42 * rate {
            return;
        }
        let fade = (-(0.5 + 0.5 * f32::from(k)) / (self.fade_s * rate)).exp();
        let vibrato = self.vibrato_cents / 1_200.0 * std::f32::consts::LN_2;
        let mut level = loud;
        let mut turn = phase * f32::from(k);
        let mut wave = 0.0f32;
        for (n, sample) in sound.iter_mut().enumerate() {
            if n % 32 == 0 {
                let at = n as f32 / rate;
                // It sets in once the tone has settled.
                wave = vibrato * (at * 2.0).min(1.0) * (TAU * 5.0 * at).sin();
            }
            *sample += level * (TAU * turn).sin();
            turn += hz * (1.0 + wave) / rate;
            turn -= turn.floor();
            level *= fade;
        }
    }

    /// Attack, release and loudness.
    fn shape(&self, sound: &mut [f32], note: &Note) {
        let rate = RATE_HZ as f32;
        let loud = self.gain * note.velocity.powf(1.3);
        for (n, sample) in sound.iter_mut().enumerate() {
            let at = n as f32 / rate;
            let attack = (at / self.attack_s).min(1.0);
            let release = ((note.length_s + self.release_s - at) / self.release_s).clamp(0.0, 1.0);
            *sample *= loud * attack * (2.0 - attack) * release * release;
        }
    }
}
