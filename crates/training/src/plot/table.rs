//! Rows of words and numbers.

use std::fmt::Write as _;

use super::drawing::{Anchor, Drawing};
use super::text::{escape, width};

/// A table; the first column is words, the others stand to the right.
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
            let cells: Vec<_> = cells.iter().map(|c| c.replace('|', "\\|")).collect();
            format!("| {} |\n", cells.join(" | "))
        };
        let rule = self.head.iter().enumerate().map(|(i, _)| if i == 0 { "---|" } else { "---:|" });
        let rule: String = rule.collect();
        let rows: String = self.rows.iter().map(|row| line(row)).collect();
        format!("{}|{rule}\n{rows}", line(&self.head))
    }

    pub(super) fn html(&self) -> String {
        let cells = |tag: &str, row: &[String]| {
            row.iter().map(|c| format!("<{tag}>{}</{tag}>", escape(c))).collect::<String>()
        };
        let mut html = format!(
            "<div class=\"scroll\"><table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>",
            escape(&self.title),
            cells("th", &self.head)
        );
        for row in &self.rows {
            let _ = write!(html, "<tr>{}</tr>", cells("td", row));
        }
        html + "</tbody></table></div>"
    }

    pub(super) fn draw(&self) -> Drawing {
        let columns: Vec<f64> = (0..self.head.len()).map(|i| self.column_width(i)).collect();
        let total = columns.iter().sum::<f64>().max(width(&self.title) * 1.2);
        let height = 30.0 + ROW * (self.rows.len() as f64 + 1.0);
        let mut drawing = Drawing::new(total, height, &self.title);
        for (i, row) in std::iter::once(&self.head).chain(&self.rows).enumerate() {
            let y = 40.0 + ROW * i as f64;
            let class = if i == 0 { "strong" } else { "" };
            let mut right = 0.0;
            for (j, cell) in row.iter().enumerate().take(columns.len()) {
                right += columns[j];
                match j {
                    0 => drawing.text(class, (0.0, y), Anchor::Start, cell),
                    _ => drawing.text(class, (right, y), Anchor::End, cell),
                }
            }
            drawing.line("grid", (0.0, y + 6.0), (total, y + 6.0));
        }
        drawing
    }

    fn column_width(&self, i: usize) -> f64 {
        let cells = self.rows.iter().filter_map(|r| r.get(i)).chain(self.head.get(i));
        cells.map(|c| width(c)).fold(0.0, f64::max) + if i == 0 { 6.0 } else { 22.0 }
    }
}
