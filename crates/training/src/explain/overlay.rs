//! Heat over a photo.

use attune_draw::{Canvas, Colour, Lettering};
use colorous::Gradient;
use image::imageops::{FilterType, resize};
use image::{GenericImage, Rgb, RgbImage};

use super::GradCam;
use super::picture::{colour, png};
use super::place::{Place, Shown};
use crate::plot::wrap;

/// From dark to bright, evenly to the eye (matplotlib's plasma).
const COLOURS: Gradient = colorous::PLASMA;
/// How much of the photo the hottest place hides.
const COVER: f32 = 0.75;
/// Faces are shown at least this large, in pixels a side, ...
const LEAST_FACE: f32 = 240.0;
/// ... and pictures at most this large.
const LONGEST_SIDE: f32 = 2048.0;
/// Pictures are this wide at least, so that there is room for words below them.
const LEAST_WIDTH: u32 = 240;

const PAPER: Colour = [20, 24, 30];
const INK: Colour = [240, 243, 247];
const FAINT: Colour = [165, 175, 188];
const WHITE: Colour = [255; 3];
const BLACK: Colour = [0; 3];

/// The photo in its colours with a frame around what the network was shown, the heat within it,
/// and a strip below that says what the model reads, what is explained and what the colours mean,
/// as PNG.
#[must_use]
pub fn overlay(photo: &RgbImage, place: &Place, input_size: usize, cam: &GradCam) -> Vec<u8> {
    let scale = scale(photo, place);
    let side = |side: u32| ((side as f32 * scale).round() as u32).max(1);
    let mut shown = resize(photo, side(photo.width()), side(photo.height()), FilterType::Triangle);
    let seen = place.shown(input_size).scaled(scale);
    heat(&mut shown, &seen, cam);
    let mut canvas = Canvas::from(shown);
    frame(&mut canvas, &seen);
    png(&with_strip(canvas, cam))
}

/// By how much the photo is shown larger or smaller than it is.
fn scale(photo: &RgbImage, place: &Place) -> f32 {
    let enlarge = (LEAST_FACE / place.crop.width.max(1.0)).max(1.0);
    enlarge.min(LONGEST_SIDE / photo.width().max(photo.height()) as f32)
}

fn heat(picture: &mut RgbImage, seen: &Shown, cam: &GradCam) {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let [across, down] = seen.from_photo([x as f32 + 0.5, y as f32 + 0.5]);
        if (0.0..1.0).contains(&across) && (0.0..1.0).contains(&down) {
            *pixel = covered(*pixel, cam.at(across, down));
        }
    }
}

/// A pixel under so much heat.
fn covered(pixel: Rgb<u8>, heat: f32) -> Rgb<u8> {
    let (shade, cover) = (colour(COLOURS, heat), COVER * heat);
    let mix = |channel: u8, shade: f32| {
        (f32::from(channel) * (1.0 - cover) + shade * cover).round() as u8
    };
    Rgb([0, 1, 2].map(|i| mix(pixel.0[i], shade[i])))
}

/// White on black, so that it shows on any photo.
fn frame(canvas: &mut Canvas, seen: &Shown) {
    let [width, height] = canvas.size();
    let stroke = (width.max(height) / 700).max(1);
    let corners = seen.corners().map(|corner| corner.map(|x| x.round() as i32));
    for (colour, stroke) in [(BLACK, stroke + 2), (WHITE, stroke)] {
        for (i, from) in corners.iter().enumerate() {
            canvas.line(*from, corners[(i + 1) % corners.len()], colour, stroke);
        }
    }
}

/// The picture with the words and the colours below it.
fn with_strip(picture: Canvas, cam: &GradCam) -> RgbImage {
    let [width, height] = picture.size();
    let wide = width.max(LEAST_WIDTH);
    let strip = Strip::new(wide, cam);
    let mut whole = Canvas::plain([wide, height + strip.height()], PAPER);
    strip.draw(&mut whole, height as i32);
    let mut whole = whole.into_picture();
    // It has room for the picture.
    let _ = whole.copy_from(&picture.into_picture(), (wide - width) / 2, 0);
    whole
}

/// What stands below the picture.
struct Strip {
    width: u32,
    lettering: Lettering,
    /// What the model reads, then what is explained.
    lines: Vec<(String, Colour)>,
}

const LITTLE: &str = "nothing";
const MUCH: &str = "most";

impl Strip {
    fn new(width: u32, cam: &GradCam) -> Self {
        let lettering = match width {
            0..480 => Lettering::SMALL,
            480..1400 => Lettering::MEDIUM,
            _ => Lettering::LARGE,
        };
        let [letter, _] = lettering.letter();
        let columns = (width / letter).saturating_sub(2).max(1) as usize;
        let wrapped = |text: &str, colour: Colour| {
            wrap(text, columns).into_iter().map(move |line| (line, colour))
        };
        let lines = wrapped(&verdict(cam), INK).chain(wrapped(&explained(cam), FAINT)).collect();
        Self { width, lettering, lines }
    }

    /// Of one line, with the room below it.
    fn line(&self) -> u32 {
        let [_, letter] = self.lettering.letter();
        letter * 5 / 4
    }

    fn height(&self) -> u32 {
        self.line() * (self.lines.len() as u32 + 2)
    }

    fn draw(&self, canvas: &mut Canvas, top: i32) {
        let ([letter, _], line) = (self.lettering.letter(), self.line() as i32);
        let left = letter as i32;
        let mut y = top + line / 2;
        for (text, colour) in &self.lines {
            canvas.text([left, y], text, *colour, self.lettering);
            y += line;
        }
        let [before, after] = [LITTLE, MUCH].map(|word| self.lettering.size(word)[0] + letter);
        let room = self.width.saturating_sub(before + after + 2 * letter);
        let bar = [room.min(16 * letter), line as u32 * 3 / 5];
        let start = left + before as i32;
        canvas.text([left, y], LITTLE, FAINT, self.lettering);
        self.bar(canvas, [start, y + line / 10], bar);
        canvas.text([start + (bar[0] + letter) as i32, y], MUCH, FAINT, self.lettering);
    }

    /// The colours as they look over a grey photo.
    fn bar(&self, canvas: &mut Canvas, [left, top]: [i32; 2], [width, height]: [u32; 2]) {
        for x in 0..width {
            let Rgb(shade) =
                covered(Rgb([128; 3]), x as f32 / width.max(2).saturating_sub(1) as f32);
            canvas.plate([left + x as i32, top], [1, height], shade);
        }
    }
}

/// What the model says of the face.
fn verdict(cam: &GradCam) -> String {
    match cam.declared() {
        Some(expression) => format!("{expression} {}", percent(cam.probabilities.of(expression))),
        None => {
            let (likeliest, p) = cam.likeliest();
            let [p, threshold] = [p, cam.declare_above].map(|share| 100.0 * share);
            format!("can't tell: {likeliest} {p:.1} % is below {threshold:.1} %")
        }
    }
}

/// What the heat belongs to.
fn explained(cam: &GradCam) -> String {
    let (class, p) = (cam.expression, percent(cam.probability()));
    if cam.is_empty() {
        return format!("nothing here speaks for {class} ({p})");
    }
    format!("what speaks for {class} ({p})")
}

/// `0.934` as `93 %`.
fn percent(share: f32) -> String {
    format!("{:.0} %", 100.0 * share)
}

#[cfg(test)]
mod tests {
    use attune_core::{Expression, LabelSet, Probabilities};

    use super::*;

    fn cam(asked: Expression, declare_above: f32, heat: f32) -> GradCam {
        let values = vec![0.3, 0.45, 0.05, 0.1, 0.05, 0.03, 0.02, 0.0];
        GradCam {
            label_set: LabelSet::FerPlus,
            expression: asked,
            probabilities: Probabilities::new(LabelSet::FerPlus, values).unwrap(),
            declare_above,
            layer: 1,
            shape: [1, 1, 1],
            heat: vec![heat],
        }
    }

    #[test]
    fn the_strip_names_no_expression_that_the_model_does_not() {
        let sure = cam(Expression::Happy, 0.4, 1.0);
        assert_eq!(
            [verdict(&sure), explained(&sure)],
            ["happy 45 %", "what speaks for happy (45 %)"]
        );
        let unsure = cam(Expression::Happy, 0.5, 1.0);
        assert_eq!(verdict(&unsure), "can't tell: happy 45.0 % is below 50.0 %");
        let other = cam(Expression::Sad, 0.4, 0.0);
        assert_eq!(verdict(&other), "happy 45 %");
        assert_eq!(explained(&other), "nothing here speaks for sad (10 %)");
        for width in [240, 900, 2000] {
            let strip = Strip::new(width, &unsure);
            let widest = strip.lines.iter().map(|(line, _)| strip.lettering.size(line)[0]).max();
            assert!(widest.is_some_and(|widest| widest <= width), "{widest:?} {width}");
        }
    }
}
