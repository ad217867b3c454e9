//! OpenCV's cascade files: damaged ones are refused, and sound ones find what OpenCV finds.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use attune_vision::{CascadeDetector, CascadeError, Detector, Frame};
use proptest::prelude::*;

/// A window is a find where its left half is darker than its right one.
const HAAR: &str = "<?xml version=\"1.0\"?>
<opencv_storage><cascade type_id=\"opencv-cascade-classifier\"><stageType>BOOST</stageType>
<featureType>HAAR</featureType><height>20</height><width>24</width>
<stageParams><maxWeakCount>1</maxWeakCount></stageParams>
<featureParams><maxCatCount>0</maxCatCount></featureParams><stageNum>1</stageNum>
<stages><_><maxWeakCount>1</maxWeakCount><stageThreshold>0.5</stageThreshold><weakClassifiers>
<_><internalNodes>0 -1 0 -0.5</internalNodes><leafValues>1. 0.</leafValues></_>
</weakClassifiers></_></stages>
<features><_><rects><_>0 0 24 20 -1.</_><_>0 0 12 20 2.</_></rects><tilted>0</tilted></_></features>
</cascade></opencv_storage>";

const LBP: &str = "<opencv_storage><cascade><featureType>LBP</featureType><height>12</height>
<width>12</width><stages><_><stageThreshold>0.</stageThreshold><weakClassifiers>
<_><internalNodes>0 -1 0 -1 -1 0 0 0 0 7 -2147483648</internalNodes>
<leafValues>1. -1.</leafValues></_></weakClassifiers></_></stages>
<features><_><rect>1 2 3 3</rect></_></features></cascade></opencv_storage>";

const OLD: &str = "<opencv_storage><old type_id=\"opencv-haar-classifier\"><size>20 20</size>
<stages><_><!-- stage 0 --><trees><_><!-- tree 0 --><_><feature><rects><_>2 2 8 8 -1.</_>
<_>2 2 4 8 2.</_></rects><tilted>0</tilted></feature><threshold>0.01</threshold>
<left_val>0.3</left_val><right_node>1</right_node></_><_><feature><rects><_>8 2 4 4 1.</_></rects>
<tilted>1</tilted></feature><threshold>0.</threshold><left_val>1.</left_val>
<right_val>2.</right_val></_></_></trees><stage_threshold>0.9</stage_threshold><parent>-1</parent>
<next>-1</next></_></stages></old></opencv_storage>";

fn noise(width: usize, height: usize) -> Frame {
    let pixels = (0..width * height).map(|i| (i * i * 31 % 255) as u8).collect();
    Frame::from_luma(width, height, pixels).unwrap()
}

/// Reads a text and, if it is a cascade, runs it.
fn survive(text: &str) {
    if let Ok(mut detector) = CascadeDetector::from_xml(text) {
        for (width, height) in [(1, 1), (7, 90), (64, 48)] {
            detector.detect(&noise(width, height));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_is_refused_or_runs(text in ".{0,200}") {
        survive(&text);
        survive(&format!("<opencv_storage><c><stages>{text}</stages></c></opencv_storage>"));
    }

    /// Other numbers in sound files.
    #[test]
    fn wrong_numbers_are_refused_or_run(
        file in prop::sample::select(vec![HAAR, LBP, OLD]),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any_number()), 1..4),
    ) {
        let mut words: Vec<String> = file.split_inclusive([' ', '>', '<']).map(str::to_owned).collect();
        let numbers: Vec<usize> = (0..words.len())
            .filter(|i| words[*i].trim_end_matches([' ', '<', '>']).parse::<f64>().is_ok())
            .collect();
        for (index, number) in changes {
            let at = numbers[index.index(numbers.len())];
            let end = words[at].chars().last().unwrap();
            words[at] = format!("{number}{end}");
        }
        survive(&words.concat());
    }

    /// Cut off, or with a part lost.
    #[test]
    fn torn_files_are_refused_or_run(
        file in prop::sample::select(vec![HAAR, LBP, OLD]),
        (from, length) in (any::<prop::sample::Index>(), 1usize..200),
    ) {
        let from = from.index(file.len());
        survive(&file[..from]);
        survive(&[&file[..from], file.get(from + length..).unwrap_or_default()].concat());
    }
}

fn any_number() -> impl Strategy<Value = String> {
    let words = ["0", "-1", "1", "2", "19", "20", "21", "1e30", "NaN", "-0.5", "4294967296", "x"];
    prop_oneof![
        prop::sample::select(words.to_vec()).prop_map(str::to_owned),
        (-30i64..30).prop_map(|n| n.to_string()),
        any::<f64>().prop_map(|x| x.to_string()),
    ]
}

#[test]
fn what_is_no_cascade_is_refused_with_a_reason() {
    let refused = |text: &str| CascadeDetector::from_xml(text).err().unwrap();
    assert!(matches!(refused("{}"), CascadeError::NotXml(_)));
    assert_eq!(refused("<opencv_storage/>"), CascadeError::NotACascade);
    assert_eq!(refused("<svg><g/></svg>"), CascadeError::NotACascade);
    let hog = HAAR.replace("HAAR", "HOG");
    assert_eq!(refused(&hog), CascadeError::Features("HOG".to_owned()));
    let outside = HAAR.replace("0 0 24 20", "1 0 24 20");
    assert_eq!(refused(&outside), CascadeError::Wrong("features"));
    assert_eq!(refused(&HAAR.replace("0 -1 0 -0.5", "0 -2 0 -0.5")), CascadeError::Wrong("nodes"));
    assert_eq!(refused(&HAAR.replace("0 -1 0 -0.5", "0 0 1 -0.5")), CascadeError::Wrong("nodes"));
    assert_eq!(refused(&OLD.replace("8 2 4 4", "3 2 4 4")), CascadeError::Wrong("features"));
    assert_eq!(
        refused(&OLD.replace("stage_threshold", "x")),
        CascadeError::Missing("stage_threshold")
    );
}

#[test]
fn sound_files_of_every_kind_run() {
    for text in [HAAR, LBP, OLD] {
        survive(text);
        assert!(CascadeDetector::from_xml(text).is_ok(), "{text}");
    }
    // A bright right half, found there and not in the flat part.
    let pixels = (0..100 * 80).map(|i| if i % 100 < 50 { 20 } else { 220 }).collect();
    let frame = Frame::from_luma(100, 80, pixels).unwrap();
    let found = CascadeDetector::from_xml(HAAR).unwrap().detect(&frame);
    assert!(!found.is_empty());
    for found in found {
        let face = found.face;
        assert!(face.x < 50.0 && face.x + face.width > 50.0, "{face:?}");
    }
}

/// A Python with OpenCV, made under `target/` the first time; `None` where that cannot be.
fn python() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/opencv");
    let python = folder.join("venv/bin/python");
    let works = || {
        Command::new(&python).args(["-c", "import cv2"]).output().is_ok_and(|o| o.status.success())
    };
    if !works() {
        let run = |program: &Path, args: &[&str]| Command::new(program).args(args).output().is_ok();
        std::fs::create_dir_all(&folder).ok()?;
        run(Path::new("python3"), &["-m", "venv", folder.join("venv").to_str()?]);
        run(&python, &["-m", "pip", "install", "-q", "opencv-python-headless<5"]);
    }
    if works() {
        return Some(python);
    }
    eprintln!(
        "skipped: OpenCV cannot be installed here (python3 -m venv, pip install opencv-python-headless)"
    );
    None
}

/// Reads `pixels width height` files and answers with a line of boxes a cascade and picture.
const OPENCV: &str = "
import cv2, glob, numpy as np, sys
folder, names, pictures = sys.argv[1], sys.argv[2].split(), sys.argv[3:]
folders = [cv2.data.haarcascades, folder, '/usr/share/opencv4/lbpcascades']
files = [f for d in folders for f in sorted(glob.glob(d + '/*.xml'))]
files = [f for f in files if not names or any(n in f for n in names)]
cv2.setNumThreads(1)
for f in files:
    cascade = cv2.CascadeClassifier(f)
    for p in pictures:
        w, h = map(int, p.rsplit('.', 2)[1].split('x'))
        grey = np.fromfile(p, dtype=np.uint8).reshape(h, w)
        boxes = cascade.detectMultiScale(grey)
        print(f, p, *[int(v) for box in boxes for v in box], sep='|')
";

/// Stumps, trees, tilted features, the older format, and patterns made here or, where Debian's
/// `opencv-data` is, trained. `ATTUNE_ALL_CASCADES` takes every file and the photographs' own size.
const CASCADES: &str = "frontalface_default frontalface_alt2 upperbody license_plate made_lbp \
                        lbpcascade_frontalface.xml";

fn all_cascades() -> bool {
    std::env::var_os("ATTUNE_ALL_CASCADES").is_some()
}

struct Theirs {
    cascade: PathBuf,
    picture: PathBuf,
    boxes: Vec<[f32; 4]>,
}

fn theirs(line: &str) -> Theirs {
    let mut words = line.split('|');
    let (cascade, picture) = (words.next().unwrap().into(), words.next().unwrap().into());
    let values: Vec<f32> = words.map(|w| w.parse().unwrap()).collect();
    Theirs { cascade, picture, boxes: values.as_chunks::<4>().0.to_vec() }
}

fn iou(a: &attune_core::FaceBox, [x, y, width, height]: [f32; 4]) -> f32 {
    a.iou(&attune_core::FaceBox { x, y, width, height })
}

#[test]
fn boxes_agree_with_opencv() {
    let Some(python) = python() else { return };
    let Some(frames) = photographs() else { return };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("opencv");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("made_lbp.xml"), made_lbp()).unwrap();
    let pictures = frames.iter().enumerate().map(|(i, frame)| {
        let path = folder.join(format!("{i}.{}x{}.grey", frame.width(), frame.height()));
        std::fs::write(&path, frame.pixels()).unwrap();
        path
    });
    let pictures: Vec<PathBuf> = pictures.collect();
    let run = Command::new(python)
        .args(["-c", OPENCV])
        .arg(&folder)
        .arg(if all_cascades() { "" } else { CASCADES })
        .args(&pictures)
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let text = String::from_utf8(run.stdout).unwrap();
    let (mut agree, mut all, mut report, mut last) = (0, 0, String::new(), None);
    for theirs in text.lines().map(theirs) {
        if last.as_ref().is_none_or(|(path, _)| *path != theirs.cascade) {
            let xml = std::fs::read_to_string(&theirs.cascade).unwrap();
            let detector = CascadeDetector::from_xml(&xml)
                .unwrap_or_else(|e| panic!("{}: {e}", theirs.cascade.display()));
            last = Some((theirs.cascade.clone(), detector));
        }
        let detector = &mut last.as_mut().unwrap().1;
        let frame = &frames[pictures.iter().position(|p| *p == theirs.picture).unwrap()];
        let ours = detector.detect(frame);
        let matched =
            theirs.boxes.iter().filter(|b| ours.iter().any(|o| iou(&o.face, **b) >= 0.7)).count();
        let boxes = ours.len().max(theirs.boxes.len());
        (agree, all) = (agree + matched, all + boxes);
        if matched < boxes {
            let name = theirs.cascade.file_name().unwrap().to_string_lossy();
            let _ = writeln!(
                report,
                "{name}: {matched} agree, {} ours, {} theirs",
                ours.len(),
                theirs.boxes.len()
            );
        }
    }
    eprintln!("{agree} of {all} boxes agree\n{report}");
    assert!(all > 100 && agree * 100 >= all * 95, "{agree} of {all} boxes agree\n{report}");
}

/// An LBP cascade of one stage that answers all over a picture, as OpenCV's wheel has none.
fn made_lbp() -> String {
    let mut random = 12_345u32;
    let mut next = || {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        random >> 8
    };
    let (mut trees, mut features) = (String::new(), String::new());
    for i in 0..40 {
        let bits: Vec<String> =
            (0..8).map(|_| ((next() << 12 ^ next()) as i32).to_string()).collect();
        let _ = write!(
            trees,
            "<_><internalNodes>0 -1 {i} {}</internalNodes><leafValues>0.5 -0.5</leafValues></_>",
            bits.join(" ")
        );
        let (x, y, w, h) = (next() % 9, next() % 9, next() % 5 + 1, next() % 5 + 1);
        let _ = write!(features, "<_><rect>{x} {y} {w} {h}</rect></_>");
    }
    format!(
        "<?xml version=\"1.0\"?><opencv_storage><cascade type_id=\"opencv-cascade-classifier\"><stageType>BOOST</stageType>\
         <featureType>LBP</featureType><height>24</height><width>24</width><stageParams><boostType>GAB</boostType>\
         <maxDepth>1</maxDepth><maxWeakCount>40</maxWeakCount></stageParams><featureParams>\
         <maxCatCount>256</maxCatCount></featureParams><stageNum>1</stageNum><stages><_><maxWeakCount>40</maxWeakCount>\
         <stageThreshold>6.</stageThreshold><weakClassifiers>{trees}</weakClassifiers></_></stages>\
         <features>{features}</features></cascade></opencv_storage>"
    )
}

/// The photographs beside the checkout, 320 pixels wide.
fn photographs() -> Option<Vec<Frame>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let data = std::env::var_os("ATTUNE_DATA").map_or_else(|| beside.into(), PathBuf::from);
    let Ok(folder) = std::fs::read_dir(data.join("photos")) else {
        eprintln!("skipped: {} has no photos (ATTUNE_DATA names the data folder)", data.display());
        return None;
    };
    let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "jpg"));
    paths.sort();
    let open = |path: &PathBuf| {
        let image = image::open(path).unwrap().into_rgb8();
        let (width, height) = (image.width() as usize, image.height() as usize);
        let frame = Frame::from_rgb8(width, height, image.as_raw()).unwrap();
        if all_cascades() { frame } else { frame.resized(320, 320 * height / width) }
    };
    Some(paths.iter().map(open).collect())
}
