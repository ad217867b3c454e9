//! Covers for what has none: the mood's colours, and rings that no two titles share.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hasher};

use attune_core::{Item, Kind, Point};

/// Corners of the plane in OKLab (lightness, a, b), as `tokens.css` has them: glad, easy, low, tense.
const CORNERS: [(f32, f32); 4] =
    [(0.0513, 0.1410), (-0.1256, 0.0336), (0.0056, -0.1599), (0.1617, 0.0525)];

/// An SVG picture of 240 x 240, the same for the same item.
pub(crate) fn generated(item: &Item) -> String {
    let point = item.mood.map(|mood| mood.point());
    let mut draws = Draws::of(item);
    let (back, fore, light) = match point {
        Some(point) => (tone(point, 0.34), tone(point, 0.62), tone(point, 0.82)),
        None => (grey(0.36), grey(0.6), grey(0.8)),
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 240 240\">\
         <rect width=\"240\" height=\"240\" fill=\"{back}\"/>"
    );
    let (x, y) = place(point, &mut draws);
    let arousal = point.map_or(0.0, |p| p.arousal);
    // Calm moods are few wide rings, awake ones many narrow.
    let rings = 3 + (3.0 * (arousal + 1.0)).round() as u32;
    let step = 210.0 / rings as f32;
    for ring in (1..=rings).rev() {
        let radius = ring as f32 * step - draws.unit() * step * 0.4;
        let (color, opacity) = if ring % 2 == 0 { (&fore, 0.5) } else { (&back, 0.55) };
        // Writing to a string does not fail.
        _ = write!(
            svg,
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{radius:.1}\" fill=\"{color}\" \
             fill-opacity=\"{opacity}\"/>"
        );
    }
    _ = match item.kind {
        Kind::Music => {
            write!(svg, "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"15\" fill=\"{light}\"/>")
        }
        Kind::Video => write!(
            svg,
            "<path d=\"M{:.0} {:.0}l34 20-34 20z\" fill=\"{light}\"/>",
            x - 12.0,
            y - 20.0
        ),
    };
    svg + "</svg>"
}

/// Where the rings' centre lies: where the mood does, a little moved.
fn place(point: Option<Point>, draws: &mut Draws) -> (f32, f32) {
    let Point { valence, arousal } = point.unwrap_or(Point { valence: 0.0, arousal: 0.0 });
    let mut moved = |at: f32| 120.0 + 62.0 * at + 36.0 * (draws.unit() - 0.5);
    (moved(valence), moved(-arousal))
}

/// The plane's colour at a point, at a lightness.
fn tone(point: Point, lightness: f32) -> String {
    let share = |x: f32| ((x * 1.25).clamp(-1.0, 1.0) + 1.0) / 2.0;
    let (right, up) = (share(point.valence), share(point.arousal));
    let [glad, easy, low, tense] = CORNERS;
    let mix = |axis: fn((f32, f32)) -> f32| {
        up * (right * axis(glad) + (1.0 - right) * axis(tense))
            + (1.0 - up) * (right * axis(easy) + (1.0 - right) * axis(low))
    };
    srgb(lightness, mix(|c| c.0), mix(|c| c.1))
}

fn grey(lightness: f32) -> String {
    srgb(lightness, 0.005, -0.012)
}

/// OKLab to sRGB (Ottosson 2020), clipped.
fn srgb(lightness: f32, a: f32, b: f32) -> String {
    let cube = |x: f32| x * x * x;
    let l = cube(lightness + 0.396_337_78 * a + 0.215_803_76 * b);
    let m = cube(lightness - 0.105_561_346 * a - 0.063_854_17 * b);
    let s = cube(lightness - 0.089_484_18 * a - 1.291_485_5 * b);
    let channel = |x: f32| {
        let x = x.clamp(0.0, 1.0);
        let gamma = if x <= 0.003_130_8 { 12.92 * x } else { 1.055 * x.powf(1.0 / 2.4) - 0.055 };
        (gamma * 255.0).round() as u8
    };
    let red = channel(4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s);
    let green = channel(-1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s);
    let blue = channel(-0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s);
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// Numbers that depend on the album, or on title and artist.
struct Draws(u64);

impl Draws {
    fn of(item: &Item) -> Self {
        let mut hasher = DefaultHasher::new();
        hasher.write(item.album.as_deref().unwrap_or(&item.title).as_bytes());
        hasher.write(item.artist().as_bytes());
        Self(hasher.finish())
    }

    fn unit(&mut self) -> f32 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / 16_777_216.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use attune_core::{ItemId, Mood, NewItem};

    #[test]
    fn covers_are_well_formed_and_their_own() {
        let cover = |title: &str, mood: Option<Mood>| {
            let item = NewItem::new(Kind::Music, title, vec!["<&>".into()]).unwrap();
            generated(&Item { mood, ..item.numbered(ItemId(1)) })
        };
        let happy = Some(Mood::new(Point::new(0.8, 0.5), 0.1));
        let sad = Some(Mood::new(Point::new(-0.8, -0.5), 0.1));
        let covers = [cover("a", happy), cover("b", happy), cover("a", sad), cover("a", None)];
        for (i, cover) in covers.iter().enumerate() {
            assert!(cover.starts_with("<svg") && cover.ends_with("</svg>"), "{cover}");
            assert!(!cover.contains("NaN") && !cover.contains("style="), "{cover}");
            assert!(covers.iter().skip(i + 1).all(|other| other != cover));
        }
        assert_eq!(covers[0], cover("a", happy));
    }
}
