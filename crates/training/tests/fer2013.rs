//! The real data, where it is present.

// A skipped test says so.
#![allow(clippy::print_stderr)]

use std::path::PathBuf;

use attune_core::LabelSet;
use attune_training::data::{Dataset, Split};

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
