//! Rows of words and numbers.

use std::fmt::Write as _;

use super::drawing::{Anchor, Drawing};
use super::text::{escape, width};

/// A table; the first column is words, the others stand to the right. What follows a line break in
/// a cell (an interval) is fainter, and stands below the rest of the cell where room is scarce.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Stands above it.
    pub title: String,
    /// Names of the columns.
    pub head: Vec<String>,
    /// As many cells a row as the head has.
    pub rows: Vec<Vec<String>>,
}

const ROW: f64 = 20.0;
/// From a cell's first line to what follows it.
const SECOND: f64 = 14.0;

impl Table {
    /// An empty one.
    #[must_use]
    pub fn new(title: &str, head: &[&str]) -> Self {
        let head = head.iter().map(|h| (*h).to_owned()).collect();
        Self { title: title.to_owned(), head, rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = String>) {
        self.rows.push(row.into_iter().collect());
    }

    /// As GitHub's Markdown, without the title.
    #[must_use]
    pub fn markdown(&self) -> String {
        let line = |cells: &[String]| {
            let cells: Vec<_> =
                cells.iter().map(|c| c.replace('|', "\\|").replace('\n', " ")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule = self.head.iter().enumerate().map(|(i, _)| if i == 0 { "---|" } else { "---:|" });
        let rule: String = rule.collect();
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        format!("{}|{rule}\n{rows}", line(&self.head))
    }

    pub(super) fn html(&self) -> String {
        let head: String = self.head.iter().map(|c| format!("<th>{}</th>", escape(c))).collect();
        let mut html = format!(
            "<div class=\"scroll\"><table><caption>{}</caption><thead><tr>{head}</tr></thead><tbody>",
            escape(&self.title),
        );
        for row in &self.rows {
            let cells: String =
                row.iter().enumerate().map(|(i, cell)| html_cell(i, cell)).collect();
            let _ = write!(html, "<tr>{cells}</tr>");
        }
        html + "</tbody></table></div>"
    }

    pub(super) fn draw(&self) -> Drawing {
        let columns: Vec<f64> = (0..self.head.len()).map(|i| self.column_width(i)).collect();
        let total = columns.iter().sum::<f64>().max(width(&self.title) * 1.2);
        let mut drawing = Drawing::new(total, 0.0, &self.title);
        let mut y = 40.0;
        for (i, row) in std::iter::once(&self.head).chain(&self.rows).enumerate() {
            let class = if i == 0 { "strong" } else { "" };
            let mut right = 0.0;
            for (j, cell) in row.iter().enumerate().take(columns.len()) {
                right += columns[j];
                let (x, anchor) = if j == 0 { (0.0, Anchor::Start) } else { (right, Anchor::End) };
                for (k, line) in cell.split('\n').enumerate() {
                    let class = if k == 0 { class } else { "faint small" };
                    drawing.text(class, (x, y + SECOND * k as f64), anchor, line);
                }
            }
            let lines = row.iter().map(|cell| cell.split('\n').count()).max().unwrap_or(1);
            y += SECOND * (lines - 1) as f64;
            drawing.line("grid", (0.0, y + 6.0), (total, y + 6.0));
            y += ROW;
        }
        drawing.height = y - ROW + 10.0;
        drawing
    }

    fn column_width(&self, i: usize) -> f64 {
        let cells = self.rows.iter().filter_map(|r| r.get(i)).chain(self.head.get(i));
        let lines = cells.flat_map(|cell| cell.split('\n'));
        lines.map(width).fold(0.0, f64::max) + if i == 0 { 6.0 } else { 22.0 }
    }
}

/// Names may break at any space, numbers only where they say so.
fn html_cell(column: usize, cell: &str) -> String {
    let (first, rest) = cell.split_once('\n').map_or((cell, None), |(a, b)| (a, Some(b)));
    if column == 0 {
        return format!("<td>{}</td>", escape(cell));
    }
    let rest = rest.map_or(String::new(), |rest| format!(" <small>{}</small>", escape(rest)));
    format!("<td><span>{}</span>{rest}</td>", escape(first))
}
