//! The regressor on DEAM's songs, and on recordings.

#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of a test")]

use std::fs::File;
use std::path::PathBuf;

use attune_audio::{MoodModel, TrainedMood, describe, read_deam, train_mood};

fn data(name: &str) -> Option<PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("ATTUNE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let path = data.join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there (ATTUNE_DATA names the data folder)", path.display());
    None
}

fn trained() -> Option<TrainedMood> {
    let table = File::open(data("music/deam_features_train.csv")?).unwrap();
    Some(train_mood(&read_deam(table).unwrap(), 1).unwrap())
}

#[test]
fn cross_validation_reaches_the_floors() {
    let Some(trained) = trained() else { return };
    let figures = trained.figures;
    println!("{figures:#?}");
    assert!(figures.valence.r2 >= 0.42 && figures.arousal.r2 >= 0.49, "{figures:?}");
    assert!((0.6..0.76).contains(&figures.within_uncertainty), "{figures:?}");
    let again = MoodModel::from_bytes(&trained.model.to_bytes().unwrap()).unwrap();
    for clip in [
        "audio/calibration/techno_loop.mp3",
        "audio/442789__lena-orsa__happy-music-pistachio-ice-cream-ragtime.ogg",
        "audio/147793__setuniman__sweet-waltz-0i-22mi.ogg",
        "audio/sorohanro_-_solo-trumpet-06.ogg",
        "audio/Karissa_Hobbs_-_Lets_Go_Fishin.ogg",
        "audio/Kevin_MacLeod_-_Vibe_Ace.ogg",
        "audio/codecs/music.wav",
    ] {
        let Some(path) = data(clip) else { return };
        let descriptors = describe(&path).unwrap().descriptors;
        let (mood, before) = (again.mood(&descriptors).unwrap(), trained.model.mood(&descriptors));
        assert!(mood.point().distance(before.unwrap().point()) < 1e-5, "the file says the same");
        println!("{clip} {mood:?}");
        assert!(mood.uncertainty > 0.1 && mood.uncertainty < 0.6, "{clip} {mood:?}");
    }
}

#[test]
fn a_table_that_cannot_be_used_is_refused() {
    for (table, why) in [("a,b\n1,2\n", "no column 'pcm_RMSenergy_sma_amean'"), ("", "no column")] {
        let error = read_deam(table.as_bytes()).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    for bad in [&b"not a model"[..], b""] {
        assert!(MoodModel::from_bytes(bad).is_err());
    }
}
