use std::fmt::Display;

use attune_core::{FaceReading, LabelSet};
use attune_vision::{
    Classifier, Detector, Frame, NetworkDetector, PersonalBias, Reader, Stage, Stages,
    SteadyConfig, Watcher,
};
use serde_json::{Value, json};

/// Pixels that a frame is brought to for a glance.
const GLANCE_PIXELS: usize = 320 * 240;

/// A reader that answers in JSON, as it crosses into the page.
#[derive(Default)]
pub struct Session {
    loaded: Option<Loaded>,
    /// For those who measure.
    stages: Option<Stages>,
}

struct Loaded {
    classifier: Classifier,
    reader: Reader,
    glance: NetworkDetector,
    /// What corrections and a baseline say of the person at the device.
    bias: Option<PersonalBias>,
    /// Begins with the first frame after [`Session::begin`].
    watcher: Option<Watcher>,
}

/// How thoroughly faces are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// As everywhere else in Attune.
    Whole,
    /// In a smaller picture: large faces alone, much sooner.
    Glance,
}

impl Session {
    /// Reads a model file; the answer names the model.
    pub fn load(&mut self, model: &[u8]) -> Value {
        match Loaded::new(model) {
            Ok((loaded, name)) => {
                self.loaded = Some(loaded);
                json!({ "model": name })
            }
            Err(error) => error,
        }
    }

    /// Begins anew with a person: whoever was watched is forgotten, and what `bias` says of them (a JSON
    /// array of a number an expression of FER+, empty for none) counts from now on.
    pub fn begin(&mut self, bias: &[u8]) -> Value {
        let Some(loaded) = &mut self.loaded else {
            return refused("no model was loaded");
        };
        match serde_json::from_slice::<Vec<f32>>(bias) {
            Ok(bias) => loaded.begin(bias).map_or_else(|error| error, |()| json!({})),
            Err(_) => refused("a bias is an array of numbers"),
        }
    }

    /// Takes the RGBA frame of time `at_s` in seconds and answers what the people in it show, calmly: as
    /// `attune watch` does.
    pub fn watch(&mut self, rgba: &[u8], width: usize, height: usize, at_s: f64) -> Value {
        let Some(loaded) = &mut self.loaded else {
            return refused("no model was loaded");
        };
        loaded.watch(rgba, width, height, at_s).unwrap_or_else(|error| error)
    }

    /// Makes the stages of reading an RGBA picture, to be [run](Self::run_stage) one at a time.
    pub fn prepare_stages(&mut self, rgba: &[u8], width: usize, height: usize) -> Value {
        let Some(loaded) = &self.loaded else {
            return refused("no model was loaded");
        };
        match loaded.stages(rgba, width, height) {
            Ok(stages) => {
                let answer = json!({ "faces": stages.faces() });
                self.stages = Some(stages);
                answer
            }
            Err(error) => error,
        }
    }

    /// Runs a stage, by its place in [`Stage::ALL`], once; answers what came out of it, 0 for nothing.
    pub fn run_stage(&mut self, stage: usize) -> usize {
        let stage = Stage::ALL.get(stage).map(|(stage, _)| *stage);
        let ran = self.stages.as_mut().zip(stage).map(|(stages, stage)| stages.run(stage));
        ran.and_then(Result::ok).unwrap_or(0)
    }

    /// Reads the faces of an RGBA picture.
    pub fn read(&mut self, rgba: &[u8], width: usize, height: usize, look: Look) -> Value {
        let Some(loaded) = &mut self.loaded else {
            return refused("no model was loaded");
        };
        match loaded.read(rgba, width, height, look) {
            Ok(faces) => json!({ "faces": faces }),
            Err(error) => error,
        }
    }
}

impl Loaded {
    fn new(model: &[u8]) -> Result<(Self, String), Value> {
        let classifier = Classifier::from_safetensors(model).map_err(refused)?;
        let name = classifier.spec().name.clone();
        let detector = NetworkDetector::new().map_err(refused)?;
        let reader = Reader::new(detector, classifier.clone());
        let glance = quick_detector()?;
        Ok((Self { classifier, reader, glance, bias: None, watcher: None }, name))
    }

    fn begin(&mut self, bias: Vec<f32>) -> Result<(), Value> {
        self.bias = PersonalBias::from_values(LabelSet::FerPlus, bias);
        self.watcher = None;
        self.reader = self.personal(NetworkDetector::new().map_err(refused)?);
        Ok(())
    }

    /// A reader with what is known of the person.
    fn personal(&self, detector: NetworkDetector) -> Reader {
        let reader = Reader::new(detector, self.classifier.clone());
        match self.bias.clone() {
            Some(bias) => reader.with_bias(bias),
            None => reader,
        }
    }

    fn watch(
        &mut self,
        rgba: &[u8],
        width: usize,
        height: usize,
        at_s: f64,
    ) -> Result<Value, Value> {
        let frame = Frame::from_rgba8(width, height, rgba).map_err(refused)?;
        let mut watcher = match self.watcher.take() {
            Some(watcher) => watcher,
            None => self.watcher()?,
        };
        let seen = watcher.see(at_s, &frame);
        self.watcher = Some(watcher);
        let seen = seen.map_err(refused)?;
        Ok(json!({ "faces": seen.people, "advice": seen.advice }))
    }

    fn watcher(&self) -> Result<Watcher, Value> {
        let mut reader = self.personal(quick_detector()?);
        let declare_above = reader.classifier().reading_head().declare_above;
        Ok(Watcher::new(reader, SteadyConfig::declaring_above(declare_above)))
    }

    fn stages(&self, rgba: &[u8], width: usize, height: usize) -> Result<Stages, Value> {
        let frame = Frame::from_rgba8(width, height, rgba).map_err(refused)?;
        let detector = NetworkDetector::new().map_err(refused)?;
        let stages = Stages::new(detector, self.classifier.clone(), &frame);
        stages.ok_or_else(|| refused("no face was found"))
    }

    fn read(
        &mut self,
        rgba: &[u8],
        width: usize,
        height: usize,
        look: Look,
    ) -> Result<Vec<FaceReading>, Value> {
        let frame = Frame::from_rgba8(width, height, rgba).map_err(refused)?;
        let found = match look {
            Look::Whole => self.reader.detect(&frame),
            Look::Glance => self.glance.detect(&frame),
        };
        let readings = (0..found.len()).map(|face| self.reader.classify(&frame, &found, face));
        readings.collect::<Result<_, _>>().map_err(refused)
    }
}

/// For one of many frames.
fn quick_detector() -> Result<NetworkDetector, Value> {
    Ok(NetworkDetector::new().map_err(refused)?.most_pixels(GLANCE_PIXELS))
}

fn refused(error: impl Display) -> Value {
    json!({ "error": error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_read_before_a_model_is_loaded() {
        let answer = Session::default().read(&[0; 4], 1, 1, Look::Whole);
        assert_eq!(answer["error"], "no model was loaded");
        let answer = Session::default().watch(&[0; 4], 1, 1, 0.0);
        assert_eq!(answer["error"], "no model was loaded");
    }

    #[test]
    fn a_damaged_model_is_refused_in_words() {
        let mut session = Session::default();
        for bytes in [&b""[..], b"not a model", &[255; 64]] {
            let answer = session.load(bytes);
            assert!(answer["error"].as_str().is_some_and(|e| e.len() > 10), "{answer}");
        }
    }
}
