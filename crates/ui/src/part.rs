//! The part of the mood plane that the map shows. Pure.

use attune_core::Point;

/// A square of the plane; places in it count from its middle, 1 being its right or upper edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Part {
    pub center: Point,
    /// Half its width.
    pub half: f32,
}

impl Part {
    /// Everything, with a little room around it.
    pub const WHOLE: Self = Self { center: Point { valence: 0.0, arousal: 0.0 }, half: 1.05 };
    const NEAREST: f32 = 0.06;

    /// So many times as much, or less; what lies at a place stays there.
    pub fn zoomed(self, factor: f32, (x, y): (f32, f32)) -> Self {
        let half = (self.half * factor).clamp(Self::NEAREST, Self::WHOLE.half);
        let away = self.half - half;
        let Point { valence, arousal } = self.center;
        let center = Point { valence: valence + away * x, arousal: arousal + away * y };
        Self { center, half }.inside()
    }

    /// Moved by a step within itself.
    pub fn moved(self, (x, y): (f32, f32)) -> Self {
        let Point { valence, arousal } = self.center;
        let center = Point { valence: valence + self.half * x, arousal: arousal + self.half * y };
        Self { center, ..self }.inside()
    }

    /// Within the plane.
    fn inside(self) -> Self {
        let room = (Self::WHOLE.half - self.half).max(0.0);
        let Point { valence, arousal } = self.center;
        let center =
            Point { valence: valence.clamp(-room, room), arousal: arousal.clamp(-room, room) };
        Self { center, ..self }
    }

    /// Left, right, bottom, top.
    pub fn edges(self) -> [f32; 4] {
        let Self { center: Point { valence, arousal }, half } = self;
        [valence - half, valence + half, arousal - half, arousal + half]
    }

    /// Where the whole plane lies around this part, in shares of the part: left, top, size.
    pub fn sheet(self) -> [f32; 3] {
        let Self { center: Point { valence, arousal }, half } = self;
        let from_edge = |middle: f32| 0.5 * (1.0 - (Self::WHOLE.half + middle) / half);
        [from_edge(valence), from_edge(-arousal), Self::WHOLE.half / half]
    }

    /// Where a place of the plane lies on the sheet, in shares of it from the left and from above.
    pub fn on_sheet(Point { valence, arousal }: Point) -> (f32, f32) {
        let share = |x: f32| 0.5 * (1.0 + x / Self::WHOLE.half);
        (share(valence), share(-arousal))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where a place of the plane is in the part's frame, in shares of it.
    fn seen(part: Part, point: Point) -> (f32, f32) {
        let ([left, top, size], (x, y)) = (part.sheet(), Part::on_sheet(point));
        (left + size * x, top + size * y)
    }

    fn near((x, y): (f32, f32), (u, v): (f32, f32)) -> bool {
        (x - u).abs() < 1e-4 && (y - v).abs() < 1e-4
    }

    #[test]
    fn what_lies_under_the_pointer_stays_there() {
        let point = Point { valence: 0.4, arousal: -0.2 };
        let part = Part { center: Point { valence: 0.1, arousal: 0.1 }, half: 0.5 };
        let place = (0.6, -0.6);
        assert!(near(seen(part, point), (0.8, 0.8)), "{:?}", seen(part, point));
        for factor in [0.3, 0.87, 1.0, 1.2] {
            let zoomed = part.zoomed(factor, place);
            assert!(near(seen(zoomed, point), (0.8, 0.8)), "{factor}");
        }
        let moved = part.moved((0.5, 0.0));
        assert!(near(seen(moved, point), (0.55, 0.8)));
    }

    #[test]
    fn nobody_leaves_the_plane() {
        let mut part = Part::WHOLE;
        for (factor, place) in
            [(0.01, (1.0, 1.0)), (3.0, (0.0, 0.0)), (0.5, (-1.0, 1.0)), (99.0, (1.0, -1.0))]
        {
            part = part.zoomed(factor, place).moved((7.0, -7.0));
            let [left, right, bottom, top] = part.edges();
            let edge = Part::WHOLE.half + 1e-4;
            assert!(left >= -edge && right <= edge && bottom >= -edge && top <= edge, "{part:?}");
            assert!(part.half >= Part::NEAREST);
        }
        assert_eq!(part, Part::WHOLE);
    }
}
