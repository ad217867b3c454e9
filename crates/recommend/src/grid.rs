use attune_core::Point;

use crate::lists::Lists;

/// Cells along each axis of the plane.
const SIDE: i32 = 64;
/// Width of a cell in units of the plane.
const CELL: f32 = 2.0 / SIDE as f32;

/// Which items stand in which part of the plane.
#[derive(Clone, Debug, Default)]
pub(crate) struct Grid {
    items: Lists,
}

impl Grid {
    /// Puts each place that is known into its cell.
    pub fn new(places: impl Iterator<Item = Option<Point>>) -> Self {
        let mut cells = Lists::default();
        for place in places {
            cells.push(place.map(|p| (row(p.arousal) * SIDE + row(p.valence)) as u32));
        }
        Self { items: cells.inverted((SIDE * SIDE) as usize) }
    }

    /// Shows `look` the items around `centre`, square ring by square ring, until it answers that it
    /// has seen enough; it is told the distance within which nothing is missing any more.
    pub fn around(&self, centre: Point, mut look: impl FnMut(&[u32], f32) -> bool) {
        if self.items.len() == 0 {
            return;
        }
        let (x, y) = (row(centre.valence), row(centre.arousal));
        for ring in 0..SIDE {
            let complete = (ring - 1).max(0) as f32 * CELL;
            for dy in -ring..=ring {
                let step = if dy.abs() == ring { 1 } else { (2 * ring).max(1) };
                for dx in (-ring..=ring).step_by(step as usize) {
                    let (cx, cy) = (x + dx, y + dy);
                    let inside = (0..SIDE).contains(&cx) && (0..SIDE).contains(&cy);
                    if inside && look(self.items.get((cy * SIDE + cx) as u32), complete) {
                        return;
                    }
                }
            }
        }
    }
}

fn row(x: f32) -> i32 {
    (((x + 1.0) / CELL) as i32).clamp(0, SIDE - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_reach_every_item_once_and_the_nearest_first() {
        let places: Vec<Point> =
            (0..500).map(|i| Point::new((i as f32 * 0.7).sin(), (i as f32 * 1.3).cos())).collect();
        let grid = Grid::new(places.iter().map(|p| Some(*p)).chain([None]));
        let centre = Point::new(0.9, -0.2);
        let (mut seen, mut complete) = (Vec::new(), 0.0f32);
        grid.around(centre, |items, within| {
            let nearest_new = items.iter().map(|i| places[*i as usize].distance(centre));
            assert!(nearest_new.fold(f32::INFINITY, f32::min) >= complete - 1e-6);
            complete = within;
            seen.extend_from_slice(items);
            false
        });
        seen.sort_unstable();
        assert!(seen.iter().copied().eq(0..500));
    }
}
