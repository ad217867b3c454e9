//! Words, plates, lines and frames drawn into colour pictures.
//!
//! Places are pixels from the upper left corner; what lies outside of the picture is cut off.

use std::convert::Infallible;

use embedded_graphics::mono_font::ascii::{FONT_6X13_BOLD, FONT_10X20};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Line, PrimitiveStyle, Rectangle};
use embedded_graphics::text::{Baseline, Text};
use image::{Rgb, RgbImage};

/// Red, green and blue.
pub type Colour = [u8; 3];

/// Letters of one size, all of the same width. They write ASCII.
#[derive(Clone, Copy)]
pub struct Lettering {
    font: &'static MonoFont<'static>,
    zoom: u32,
}

impl Lettering {
    /// 6 x 13 pixels a letter.
    pub const SMALL: Self = Self { font: &FONT_6X13_BOLD, zoom: 1 };
    /// 10 x 20 pixels a letter.
    pub const MEDIUM: Self = Self { font: &FONT_10X20, zoom: 1 };
    /// 20 x 40 pixels a letter.
    pub const LARGE: Self = Self { font: &FONT_10X20, zoom: 2 };

    /// Width and height of one letter in pixels.
    #[must_use]
    pub fn letter(self) -> [u32; 2] {
        let Size { width, height } = self.font.character_size;
        [width * self.zoom, height * self.zoom]
    }

    /// Width and height of a line of text in pixels.
    #[must_use]
    pub fn size(self, text: &str) -> [u32; 2] {
        let [width, height] = self.letter();
        [width * text.chars().count() as u32, height]
    }
}

/// A picture that can be drawn on.
#[derive(Clone, Debug, PartialEq)]
pub struct Canvas(RgbImage);

impl From<RgbImage> for Canvas {
    fn from(picture: RgbImage) -> Self {
        Self(picture)
    }
}

impl Canvas {
    /// One colour all over.
    #[must_use]
    pub fn plain([width, height]: [u32; 2], colour: Colour) -> Self {
        Self(RgbImage::from_pixel(width, height, Rgb(colour)))
    }

    /// Width and height in pixels.
    #[must_use]
    pub fn size(&self) -> [u32; 2] {
        [self.0.width(), self.0.height()]
    }

    /// What has been drawn.
    #[must_use]
    pub fn into_picture(self) -> RgbImage {
        self.0
    }

    /// A line of text whose upper left corner is at `corner`.
    pub fn text(&mut self, corner: [i32; 2], text: &str, colour: Colour, lettering: Lettering) {
        let style = MonoTextStyle::new(lettering.font, rgb(colour));
        let text = Text::with_baseline(text, Point::zero(), style, Baseline::Top);
        let Ok(_) = text.draw(&mut self.target(corner, lettering.zoom));
    }

    /// A filled rectangle.
    pub fn plate(&mut self, corner: [i32; 2], size: [u32; 2], colour: Colour) {
        self.rectangle(corner, size, PrimitiveStyle::with_fill(rgb(colour)));
    }

    /// The outline of a rectangle, its line `stroke` pixels wide.
    pub fn frame(&mut self, corner: [i32; 2], size: [u32; 2], colour: Colour, stroke: u32) {
        self.rectangle(corner, size, PrimitiveStyle::with_stroke(rgb(colour), stroke));
    }

    /// A straight line, `stroke` pixels wide.
    pub fn line(&mut self, from: [i32; 2], to: [i32; 2], colour: Colour, stroke: u32) {
        let style = PrimitiveStyle::with_stroke(rgb(colour), stroke);
        let line = Line::new(from.into(), to.into()).into_styled(style);
        let Ok(()) = line.draw(&mut self.target([0, 0], 1));
    }

    fn rectangle(&mut self, corner: [i32; 2], size: [u32; 2], style: PrimitiveStyle<Rgb888>) {
        let rectangle = Rectangle::new(corner.into(), size.into()).into_styled(style);
        let Ok(()) = rectangle.draw(&mut self.target([0, 0], 1));
    }

    fn target(&mut self, origin: [i32; 2], zoom: u32) -> Target<'_> {
        Target { picture: &mut self.0, origin, zoom }
    }
}

fn rgb([red, green, blue]: Colour) -> Rgb888 {
    Rgb888::new(red, green, blue)
}

/// The picture from `origin` on, each point of it a square of `zoom` pixels a side.
struct Target<'a> {
    picture: &'a mut RgbImage,
    origin: [i32; 2],
    zoom: u32,
}

impl OriginDimensions for Target<'_> {
    fn size(&self) -> Size {
        Size::new(self.picture.width(), self.picture.height())
    }
}

impl DrawTarget for Target<'_> {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(
        &mut self,
        pixels: I,
    ) -> Result<(), Infallible> {
        let zoom = self.zoom as i32;
        for Pixel(at, colour) in pixels {
            let corner = [self.origin[0] + at.x * zoom, self.origin[1] + at.y * zoom];
            for (down, across) in (0..zoom).flat_map(|y| (0..zoom).map(move |x| (y, x))) {
                let place = [corner[0] + across, corner[1] + down].map(u32::try_from);
                let [Ok(x), Ok(y)] = place else { continue };
                if let Some(pixel) = self.picture.get_pixel_mut_checked(x, y) {
                    pixel.0 = [colour.r(), colour.g(), colour.b()];
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLACK: Colour = [0; 3];
    const WHITE: Colour = [255; 3];

    /// How many pixels are white in a part of the picture.
    fn white(canvas: &Canvas, [left, top]: [u32; 2], [width, height]: [u32; 2]) -> usize {
        let pixels = canvas.0.enumerate_pixels();
        let inside = pixels.filter(|(x, y, _)| {
            (left..left + width).contains(x) && (top..top + height).contains(y)
        });
        inside.filter(|(_, _, pixel)| pixel.0 == WHITE).count()
    }

    #[test]
    fn letters_fill_the_room_they_say_and_grow_whole() {
        let mut counts = Vec::new();
        for lettering in [Lettering::MEDIUM, Lettering::LARGE] {
            let mut canvas = Canvas::plain([200, 100], BLACK);
            canvas.text([7, 9], "a%", WHITE, lettering);
            let all = white(&canvas, [0, 0], [200, 100]);
            assert_eq!(white(&canvas, [7, 9], lettering.size("a%")), all);
            counts.push(all);
        }
        assert!(counts[0] > 20 && counts[1] == 4 * counts[0], "{counts:?}");
    }

    #[test]
    fn what_lies_outside_is_cut_off() {
        let mut canvas = Canvas::plain([10, 10], BLACK);
        canvas.plate([-5, -5], [7, 7], WHITE);
        assert_eq!(white(&canvas, [0, 0], [10, 10]), 4);
        canvas.frame([-20, -20], [100, 100], WHITE, 2);
        canvas.text([8, 8], "far away", WHITE, Lettering::LARGE);
        canvas.line([-9, 5], [30, 5], WHITE, 1);
        assert!(white(&canvas, [0, 5], [10, 1]) == 10);
    }
}
