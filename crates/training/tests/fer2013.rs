//! The real data, where it is present.

// A skipped test says so.
#![allow(clippy::print_stderr)]

use std::path::PathBuf;

use attune_core::LabelSet;
use attune_training::data::{Dataset, Split, Stats, all_splits};

fn data() -> Option<PathBuf> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let root = std::env::var_os("ATTUNE_DATA").map_or_else(|| default.into(), PathBuf::from);
    let folder = root.join("fer2013");
    if !folder.is_dir() {
        eprintln!("skipped: {} is not there", folder.display());
        return None;
    }
    Some(folder)
}

#[test]
fn public_test_is_read_whole() {
    let Some(folder) = data() else { return };
    let valid = Dataset::read(&folder, Split::Valid).unwrap();
    let count = |set| valid.examples.iter().filter(|e| e.truth(set).is_some()).count();
    assert_eq!((valid.examples.len(), count(LabelSet::Fer2013)), (3589, 3589));
    assert_eq!(count(LabelSet::FerPlus), 2862);
    let by_name = Dataset::read(&folder.join("public_test.parquet"), Split::Valid).unwrap();
    assert_eq!(by_name.examples.len(), 3589);
    let wrong = Dataset::read(&folder.join("public_test.parquet"), Split::Test).unwrap_err();
    assert!(wrong.to_string().contains("PrivateTest"), "{wrong}");
}

#[test]
fn copies_across_splits_are_found() {
    let Some(folder) = data() else { return };
    let splits = all_splits(&folder).unwrap();
    let stats = Stats::of(String::new(), &splits, 2);
    let in_training = stats.duplicates.across.iter().find(|a| a.of == "PublicTest").unwrap();
    // "About 8 % of each test split stands in Training too", and as many again nearly so.
    assert_eq!((in_training.exact, in_training.within.as_str()), (280, "Training"));
    assert!((300..420).contains(&in_training.near), "{in_training:?}");
}
