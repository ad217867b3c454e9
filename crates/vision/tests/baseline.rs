//! A baseline undoes what one face always reads as, and leaves an ordinary face alone.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

#[path = "common/mod.rs"]
mod common;

use std::fs::File;
use std::path::PathBuf;

use attune_core::{LabelSet, Probabilities};
use attune_vision::{Classifier, FaceCrop, PersonalBias};
use common::Random;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Row, RowAccessor};

const SET: LabelSet = LabelSet::FerPlus;
const NEUTRAL: usize = 0;
const HAPPY: usize = 1;
const SAD: usize = 3;

/// What somebody's face adds to every logit.
type Shift<'a> = &'a dyn Fn(&mut Random) -> [f32; 8];

/// What the program's model reads of a face, and the expression that most raters saw.
struct Face {
    read: Probabilities,
    label: usize,
}

/// Every third picture of PublicTest whose raters agree; `None` (with a word) where it is absent.
fn faces() -> Option<Vec<Face>> {
    let data = std::env::var_os("ATTUNE_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let path = data.join("fer2013/public_test.parquet");
    let Ok(file) = File::open(&path) else {
        eprintln!("skipped: {} is not there (ATTUNE_DATA names the data folder)", path.display());
        return None;
    };
    let model =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/attune.safetensors"));
    let mut classifier = Classifier::from_safetensors(&model.unwrap()).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let rows = reader.get_row_iter(None).unwrap().step_by(3);
    Some(rows.filter_map(|row| face(&row.unwrap(), &mut classifier)).collect())
}

fn face(row: &Row, classifier: &mut Classifier) -> Option<Face> {
    let column = |wanted: &str| row.get_column_iter().position(|(name, _)| name == wanted).unwrap();
    let votes = row.get_list(column("votes")).unwrap();
    let votes: Vec<u32> = votes.elements().iter().map(|v| v.to_string().parse().unwrap()).collect();
    let label = (0..8).find(|i| 2 * votes[*i] > votes.iter().sum())?;
    let bytes = row.get_group(column("image")).unwrap().get_bytes(0).unwrap();
    let image = image::load_from_memory(bytes.data()).unwrap().to_luma8();
    let read = classifier.classify(&FaceCrop::from_pixels(&image).unwrap()).unwrap();
    Some(Face { read, label })
}

/// Of the faces with `shift` on their logits, seen through `bias`, how many percent read right.
fn accuracy(faces: &[&Face], shift: &PersonalBias, bias: &PersonalBias) -> f32 {
    let right = faces.iter().filter(|face| {
        let read = bias.apply(&shift.apply(&face.read).unwrap()).unwrap();
        read.ranked()[0].0 == SET.expressions()[face.label]
    });
    100.0 * right.count() as f32 / faces.len() as f32
}

/// A person whose face shifts every logit: 30 faces of each phase, and accuracy on other faces
/// before and after.
fn person(faces: &[Face], shift: &PersonalBias, random: &mut Random) -> (f32, f32) {
    let mut order: Vec<usize> = (0..faces.len()).collect();
    for i in (1..order.len()).rev() {
        order.swap(i, random.next() as usize % (i + 1));
    }
    let shows =
        |label: usize| order.iter().copied().filter(move |i| faces[*i].label == label).take(30);
    let read =
        |label| shows(label).map(|i| shift.apply(&faces[i].read).unwrap()).collect::<Vec<_>>();
    let bias = PersonalBias::from_baseline(&read(NEUTRAL), &read(HAPPY));
    let used: Vec<usize> = shows(NEUTRAL).chain(shows(HAPPY)).collect();
    let others: Vec<&Face> =
        order.iter().filter(|i| !used.contains(i)).map(|i| &faces[*i]).collect();
    let none = PersonalBias::fit(SET, &[]);
    (accuracy(&others, shift, &none), accuracy(&others, shift, &bias))
}

#[test]
fn a_baseline_helps_a_shifted_face_and_does_not_hurt_an_ordinary_one() {
    let Some(faces) = faces() else { return };
    let mut random = Random::new(11);
    // About normal: the sum of three even numbers in [-1, 1] has a variance of 1.
    let any =
        |random: &mut Random| [0; 8].map(|_| random.number() + random.number() + random.number());
    let sad = |random: &mut Random| {
        let mut values = any(random).map(|v| 0.3 * v);
        values[SAD] += 3.0;
        values
    };
    let shifts: [(&str, Shift); 3] = [
        ("not shifted", &|_| [0.0; 8]),
        ("shifted by a deviation of 1", &any),
        ("reads as sad", &sad),
    ];
    let mut means = Vec::new();
    for (name, shift) in shifts {
        let people = (0..40).map(|_| {
            let shift = PersonalBias::from_values(SET, shift(&mut random).to_vec()).unwrap();
            let (before, after) = person(&faces, &shift, &mut random);
            after - before
        });
        let gains: Vec<f32> = people.collect();
        let mean = gains.iter().sum::<f32>() / gains.len() as f32;
        let least = gains.iter().copied().fold(f32::INFINITY, f32::min);
        eprintln!("{name}: {mean:+.2} points on average, {least:+.2} at worst of 40 people");
        assert!(least > -0.5, "{name}: {least}");
        means.push(mean);
    }
    eprintln!(
        "{} faces of PublicTest, one pass, FER+ majority; 60 fitted on, seed 11",
        faces.len()
    );
    assert!(means[1] > 0.4 && means[2] > 3.0, "{means:?}");
}

#[test]
fn a_face_that_reads_as_others_do_has_no_bias() {
    // Votes that are typical of faces at rest and of smiles.
    let rest = [0.7977, 0.0283, 0.0163, 0.1029, 0.0244, 0.0064, 0.0040, 0.0200];
    let smile = [0.0409, 0.9246, 0.0197, 0.0044, 0.0038, 0.0019, 0.0016, 0.0031];
    let read = |values: [f32; 8]| vec![Probabilities::new(SET, values.to_vec()).unwrap(); 100];
    let bias = PersonalBias::from_baseline(&read(rest), &read(smile));
    assert!(bias.iter().all(|(_, b)| b.abs() < 0.01), "{bias:?}");
    // One that is read more clearly than most.
    let clear = |at: usize| {
        let mut values = [0.002; 8];
        values[at] = 0.986;
        read(values)
    };
    let bias = PersonalBias::from_baseline(&clear(NEUTRAL), &clear(HAPPY));
    assert!(bias.iter().all(|(_, b)| b.abs() < 0.01), "{bias:?}");
    // One that reads as sad at rest.
    let sad = [0.45, 0.02, 0.02, 0.45, 0.02, 0.02, 0.01, 0.01];
    let bias = PersonalBias::from_baseline(&read(sad), &read(smile));
    let at_rest = bias.apply(&read(sad)[0]).unwrap();
    assert!(at_rest.values()[NEUTRAL] > 0.6 && at_rest.values()[SAD] < 0.28, "{at_rest:?}");
    assert!(bias.apply(&read(smile)[0]).unwrap().values()[HAPPY] > 0.9);
}
