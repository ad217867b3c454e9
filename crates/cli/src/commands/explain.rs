//! `attune explain`.

use std::path::{Path, PathBuf};

use attune_app::AppError;
use attune_app::photo::{self, ColourPhoto};
use attune_core::{Expression, FaceBox, LabelSet};
use attune_training::explain::{Explainer, GradCam, Place, Question, contact_sheet, overlay};
use attune_training::write_atomically;
use attune_vision::{CROP_SIZE, Detector, FaceCrop, NetworkDetector};
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::args::Format;
use crate::commands::train::unwritable;
use crate::context;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::{Settings, parse};
use crate::text;

#[derive(Args, Debug)]
pub struct ExplainArgs {
    /// JPEG, PNG or WebP picture
    photo: PathBuf,
    /// Expression to explain instead of the likeliest
    #[arg(long, value_name = "EXPRESSION", value_parser = parse::expression)]
    class: Option<Expression>,
    /// Overlay to write, as PNG [default: PHOTO's name with -explained.png, in this folder]
    #[arg(long, short, value_name = "FILE", value_parser = parse::png)]
    out: Option<PathBuf>,
    /// Folder for a contact sheet of every layer's channels, or only of --layer's
    #[arg(long, value_name = "DIR")]
    feature_maps: Option<PathBuf>,
    /// Layer to look at, instead of the last one with at least 5 x 5 cells
    #[arg(long, value_name = "N")]
    layer: Option<usize>,
    /// Which face, counted from the largest
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    face: u16,
    /// Take the whole picture for a face, as those of face data sets are
    #[arg(long, conflicts_with = "face")]
    whole: bool,
    /// Output to ask instead of the one that expressions are read from
    #[arg(long, value_enum)]
    label_set: Option<LabelSetChoice>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LabelSetChoice {
    /// The eight expressions of FER+
    Ferplus,
    /// The seven of FER2013
    Fer2013,
}

impl From<LabelSetChoice> for LabelSet {
    fn from(choice: LabelSetChoice) -> Self {
        match choice {
            LabelSetChoice::Ferplus => Self::FerPlus,
            LabelSetChoice::Fer2013 => Self::Fer2013,
        }
    }
}

/// What was explained, and where the pictures are.
#[derive(Debug, Serialize)]
pub struct Explanation {
    pub photo: PathBuf,
    /// In pixels of the photo; none where the whole picture was taken for a face.
    #[serde(rename = "box")]
    pub face: Option<FaceBox>,
    /// What the network was shown: a square around this one's middle, in pixels of the photo, turned
    /// clockwise by so many degrees.
    pub shown: FaceBox,
    pub roll_degrees: f32,
    pub label_set: LabelSet,
    /// What the model names; none where it can't tell.
    pub expression: Option<Expression>,
    /// The likeliest and its calibrated probability.
    pub likeliest: Expression,
    pub likeliest_probability: f32,
    /// The probability from which on the model names an expression.
    pub declare_above: f32,
    /// What is explained.
    pub class: Expression,
    /// Calibrated.
    pub probability: f32,
    /// The layer that was looked at.
    pub layer: Layer,
    /// Rows from the top of what the network was shown, numbers from 0 to 1.
    pub heat: Vec<Vec<f32>>,
    /// The hottest place, in pixels of the photo; none where nothing speaks for the class.
    pub peak: Option<[f32; 2]>,
    /// Shares of the heat in the upper, middle and lower third of what the network was shown.
    pub thirds: [f32; 3],
    pub overlay: PathBuf,
    pub feature_maps: Vec<PathBuf>,
    /// What --layer can name.
    pub layers: Vec<Layer>,
}

/// An image that the answer is made from.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Layer {
    pub number: usize,
    /// Channels, height and width.
    pub shape: [usize; 3],
}

/// Shows what in a face speaks for an expression.
pub fn run(
    args: &ExplainArgs,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let explainer = Explainer::read(&context::model(settings)?)?;
    let photo = photo::open_in_colour(&args.photo)
        .map_err(|source| AppError::Photo { path: args.photo.clone(), source })?;
    let out = args.out.clone().unwrap_or_else(|| beside(&args.photo));
    refuse_to_overwrite(&args.photo, &out)?;
    let (place, crop) = face(args, &photo)?;
    let label_set = args.label_set.map(LabelSet::from);
    let question = Question { label_set, expression: args.class, layer: args.layer };
    let cam = explainer.grad_cam(&crop, question)?;
    let explanation = Explanation {
        feature_maps: write_feature_maps(args, &explainer, &crop, &cam)?,
        ..explain(args, &explainer, &place, &cam, out)
    };
    let picture = overlay(&photo.colour, &place, explainer.spec().input_size, &cam);
    write(args, &explanation.overlay, &picture)?;
    if cam.is_empty() {
        printer.warning(&format!("nothing in layer {} speaks for {}", cam.layer, cam.expression));
    }
    match args.format {
        Format::Json => printer.json(&explanation)?,
        Format::Text => printer.data(&text::explanation(&explanation))?,
    }
    Ok(ExitStatus::Done)
}

/// The face to explain, and its crop.
fn face(args: &ExplainArgs, photo: &ColourPhoto) -> Result<(Place, FaceCrop), Failure> {
    let frame = &photo.frame;
    if args.whole {
        let pixels = frame.resized(CROP_SIZE, CROP_SIZE);
        let crop = FaceCrop::from_pixels(pixels.pixels());
        return crop.map(|crop| (Place::whole(frame), crop)).ok_or_else(|| faceless(args));
    }
    let found = NetworkDetector::new().map_err(AppError::from)?.detect(frame);
    match found.get(usize::from(args.face) - 1) {
        Some(found) => Ok((Place::of_face(frame, found), FaceCrop::of(frame, found))),
        None if found.is_empty() => Err(faceless(args)),
        None => Err(Failure::new(
            format!("{} shows only {} faces", args.photo.display(), found.len()),
            "They are counted from the largest; `attune face` lists them.",
        )),
    }
}

fn faceless(args: &ExplainArgs) -> Failure {
    Failure::new(
        format!("{}: no face was found", args.photo.display()),
        "Take a photo with the face upright and well lit; if the picture is nothing but a face, say \
         --whole.",
    )
}

fn explain(
    args: &ExplainArgs,
    explainer: &Explainer,
    place: &Place,
    cam: &GradCam,
    overlay: PathBuf,
) -> Explanation {
    let shown = place.shown(explainer.spec().input_size);
    let (likeliest, likeliest_probability) = cam.likeliest();
    Explanation {
        photo: args.photo.clone(),
        face: place.face,
        shown: shown.area,
        roll_degrees: shown.roll_degrees,
        label_set: cam.label_set,
        expression: cam.declared(),
        likeliest,
        likeliest_probability,
        declare_above: cam.declare_above,
        class: cam.expression,
        probability: cam.probability(),
        layer: Layer { number: cam.layer, shape: cam.shape },
        heat: cam.heat.chunks(cam.shape[2]).map(<[f32]>::to_vec).collect(),
        peak: (!cam.is_empty()).then(|| shown.to_photo(cam.peak())),
        thirds: cam.thirds(),
        overlay,
        feature_maps: Vec::new(),
        layers: layers(explainer, cam),
    }
}

fn layers(explainer: &Explainer, cam: &GradCam) -> Vec<Layer> {
    let head = explainer.head(Some(cam.label_set));
    let layers = head.map(|head| explainer.layers(head)).unwrap_or_default();
    layers.into_iter().map(|(number, shape)| Layer { number, shape }).collect()
}

/// A contact sheet of each layer's channels, or of the one asked for.
fn write_feature_maps(
    args: &ExplainArgs,
    explainer: &Explainer,
    crop: &FaceCrop,
    cam: &GradCam,
) -> Result<Vec<PathBuf>, Failure> {
    let Some(folder) = &args.feature_maps else { return Ok(Vec::new()) };
    std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
    let wanted = |layer: &Layer| args.layer.is_none_or(|asked| asked == layer.number);
    let mut written = Vec::new();
    for layer in layers(explainer, cam).into_iter().filter(wanted) {
        if let Some((shape, values)) = explainer.feature_maps(crop, layer.number) {
            let [channels, height, width] = shape;
            let name = format!("layer-{:03}-{channels}x{height}x{width}.png", layer.number);
            let path = folder.join(name);
            write(args, &path, &contact_sheet(layer.number, shape, &values))?;
            written.push(path);
        }
    }
    Ok(written)
}

/// `me.jpg` becomes `me-explained.png` in the folder where the command runs.
fn beside(photo: &Path) -> PathBuf {
    let stem = photo.file_stem().unwrap_or_default().to_string_lossy();
    PathBuf::from(format!("{stem}-explained.png"))
}

fn write(args: &ExplainArgs, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    refuse_to_overwrite(&args.photo, path)?;
    write_atomically(path, bytes).map_err(|error| unwritable(path, &error))
}

/// Nothing is written where the photo is, under whatever name.
fn refuse_to_overwrite(photo: &Path, path: &Path) -> Result<(), Failure> {
    // Where there is nothing yet, there is nothing to lose.
    if same_file::is_same_file(photo, path).unwrap_or(false) {
        return Err(Failure::new(
            format!("{} is the photo itself, which would be lost", path.display()),
            "Name another file with --out, or another folder with --feature-maps.",
        ));
    }
    Ok(())
}
