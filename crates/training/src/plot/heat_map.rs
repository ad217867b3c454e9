//! A table whose cells are shaded.

use super::drawing::{Anchor, Drawing};
use super::text::width;

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// How dark it is, from 0 to 1.
    pub shade: f64,
    /// What stands in it.
    pub text: String,
    /// What it says when pointed at.
    pub tip: String,
}

/// Shaded cells in rows and columns.
#[derive(Clone, Debug, PartialEq)]
pub struct HeatMap {
    /// Stands above it.
    pub title: String,
    /// What rows are.
    pub row_title: String,
    /// What columns are.
    pub column_title: String,
    /// Names of the rows, from the top.
    pub rows: Vec<String>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// By row.
    pub cells: Vec<Vec<Cell>>,
}

const WIDTH: f64 = 460.0;
const CELL_HEIGHT: f64 = 34.0;

impl HeatMap {
    /// The chart as SVG.
    #[must_use]
    pub fn draw(&self) -> Drawing {
        let top = 58.0;
        let left = self.rows.iter().map(|r| width(r)).fold(40.0, f64::max).min(180.0) + 30.0;
        let height = top + CELL_HEIGHT * self.rows.len() as f64 + 8.0;
        let mut drawing = Drawing::new(WIDTH, height, &self.title);
        let side = (WIDTH - left) / self.columns.len().max(1) as f64;
        let middle = left + (WIDTH - left) / 2.0;
        drawing.text("faint", (middle, 34.0), Anchor::Middle, &self.column_title);
        drawing.upright((12.0, top + CELL_HEIGHT * self.rows.len() as f64 / 2.0), &self.row_title);
        for (i, name) in self.columns.iter().enumerate() {
            let x = left + side * (i as f64 + 0.5);
            drawing.text("small", (x, top - 7.0), Anchor::Middle, &fitted(name, side));
        }
        for (i, name) in self.rows.iter().enumerate() {
            let y = top + CELL_HEIGHT * i as f64;
            drawing.text("", (left - 8.0, y + CELL_HEIGHT / 2.0 + 4.0), Anchor::End, name);
            for (j, cell) in self.cells.get(i).into_iter().flatten().enumerate() {
                draw_cell(&mut drawing, cell, (left + side * j as f64, y), side);
            }
        }
        drawing
    }
}

fn draw_cell(drawing: &mut Drawing, cell: &Cell, (x, y): (f64, f64), side: f64) {
    let shade = if cell.shade.is_finite() { cell.shade.clamp(0.0, 1.0) } else { 0.0 };
    drawing.rect("heat cell", 0.05 + 0.95 * shade, (x, y), (side, CELL_HEIGHT), &cell.tip);
    let class = if shade > 0.45 { "on" } else { "" };
    let place = (x + side / 2.0, y + CELL_HEIGHT / 2.0 + 4.0);
    drawing.text(class, place, Anchor::Middle, &cell.text);
}

/// A name cut to what a column has room for.
fn fitted(name: &str, side: f64) -> String {
    let room = (side / 5.1) as usize;
    if name.chars().count() <= room {
        name.to_owned()
    } else {
        name.chars().take(room.max(1)).collect()
    }
}
