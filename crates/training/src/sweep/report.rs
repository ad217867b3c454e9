use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{Cell, CurvePoint, Grid, ImbalanceReport, Material};
use crate::metrics::wilson95;
use crate::plot::{Axis, Block, LineChart, Mark, Page, Series, Table, Unit, percent};

/// What the literature reports for its four-convolution network: accuracy on training pictures.
const LITERATURE: f64 = 0.86;

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The network's name.
    pub network: String,
    /// Pictures a step.
    pub batch_size: usize,
    /// Passes over the training pictures.
    pub epochs: usize,
    /// Accuracy on the training pictures after the last of them.
    pub training: f64,
    /// The epoch that validation chooses.
    pub best_epoch: usize,
    /// Accuracy there on the pictures that chose it.
    pub validation: f64,
    /// Accuracy there on pictures that chose nothing.
    pub honest: f64,
    /// Its 95 % interval (Wilson 1927).
    pub honest_ci95: [f64; 2],
}

/// What `attune sweep` prints and draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// Training pictures.
    pub training_images: usize,
    /// Pictures that choose the epoch.
    pub validation_images: usize,
    /// Pictures that choose nothing.
    pub honest_images: usize,
    /// What those are.
    pub honest_is: String,
    /// Starts every run.
    pub seed: u64,
    /// By network, batch size and epochs.
    pub rows: Vec<Row>,
    /// Every run epoch by epoch.
    pub cells: Vec<Cell>,
    /// What the curves say of the literature's figure.
    pub finding: String,
}

impl Sweep {
    /// The table of finished cells.
    #[must_use]
    pub fn of(grid: &Grid, material: &Material, cells: Vec<Cell>) -> Self {
        let honest_images = material.honest.examples.len();
        let row = |cell: &Cell, epochs: usize| {
            let (last, best) = (cell.curve.at(epochs)?, cell.curve.best(epochs)?);
            let right = (best.honest * honest_images as f64).round() as usize;
            Some(Row {
                network: cell.network.clone(),
                batch_size: cell.batch_size,
                epochs,
                training: last.training,
                best_epoch: best.epoch,
                validation: best.validation,
                honest: best.honest,
                honest_ci95: wilson95(right, honest_images),
            })
        };
        let mut epochs = grid.epochs.clone();
        epochs.sort_unstable();
        epochs.dedup();
        let rows = cells.iter().flat_map(|c| epochs.iter().filter_map(move |e| row(c, *e)));
        Self {
            training_images: material.train.examples.len(),
            validation_images: material.valid.examples.len(),
            honest_images,
            honest_is: material.honest_is.clone(),
            seed: grid.seed,
            rows: rows.collect(),
            finding: finding(&cells),
            cells,
        }
    }

    fn pictures(&self) -> String {
        format!(
            "FER2013 labels, one pass, seed {}. Training: {} pictures, without dropout or changes. \
             Validation: {} pictures, which choose the epoch. Honest test: {} pictures ({}), \
             at the chosen epoch.",
            self.seed,
            self.training_images,
            self.validation_images,
            self.honest_images,
            self.honest_is
        )
    }

    fn table(&self) -> Table {
        let head = ["network", "batch", "epochs", "training", "validation", "honest test", "95 %"];
        let mut table = Table::new("Accuracy by network, batch size and epochs", &head);
        for row in &self.rows {
            let [low, high] = row.honest_ci95.map(|x| format!("{:.1}", 100.0 * x));
            table.push([
                row.network.clone(),
                row.batch_size.to_string(),
                row.epochs.to_string(),
                percent(row.training),
                percent(row.validation),
                percent(row.honest),
                format!("{low} to {high}"),
            ]);
        }
        table
    }

    /// For a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        let columns = aligned(&self.table());
        format!("{}\n\n{columns}\n{}\n", self.pictures(), self.finding)
    }

    /// For a README.
    #[must_use]
    pub fn markdown(&self) -> String {
        format!("{}\n\n{}\n{}\n", self.pictures(), self.table().markdown(), self.finding)
    }

    /// For a spreadsheet; shares of one.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut csv = "network,batch_size,epochs,training,best_epoch,validation,honest,\
                       honest_ci95_low,honest_ci95_high\n"
            .to_owned();
        for r in &self.rows {
            let [low, high] = r.honest_ci95;
            let _ = writeln!(
                csv,
                "{},{},{},{:.4},{},{:.4},{:.4},{low:.4},{high:.4}",
                r.network, r.batch_size, r.epochs, r.training, r.best_epoch, r.validation, r.honest
            );
        }
        csv
    }

    /// Training and honest curves of each network, with the literature's figure.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut networks: Vec<&str> = self.cells.iter().map(|c| c.network.as_str()).collect();
        networks.dedup();
        let charts = networks.iter().map(|network| self.chart(network).draw()).collect();
        let mut page = Page::new("Training accuracy is not accuracy");
        page.push(Block::Text(self.pictures()));
        page.push(Block::Figures(charts));
        page.push(Block::Table(self.table()));
        page.push(Block::Text(self.finding.clone()));
        page.svg()
    }

    fn chart(&self, network: &str) -> LineChart {
        let mut series = Vec::new();
        let mut last = 1;
        for cell in self.cells.iter().filter(|c| c.network == network) {
            let line = |what: &str, mark, y: fn(&CurvePoint) -> f64| {
                let name = format!("batch {}, {what}", cell.batch_size);
                Series::new(&name, mark, cell.curve.0.iter().map(|p| (p.epoch as f64, y(p))))
            };
            last = last.max(cell.curve.0.len());
            series.push(line("training", Mark::LineAndDots, |p| p.training));
            series.push(line("honest", Mark::Dashed, |p| p.honest));
        }
        let ends = [(1.0, LITERATURE), (last.max(2) as f64, LITERATURE)];
        series.push(Series::new("literature: 86 %", Mark::Dashed, ends));
        LineChart {
            title: network.to_owned(),
            x: Axis::new("epochs", Unit::Number).from_to(1.0, last.max(2) as f64),
            y: Axis::new("accuracy", Unit::Share).from_to(0.0, 1.0),
            series,
        }
    }
}

/// What the steepest training curve says of the literature's figure.
fn finding(cells: &[Cell]) -> String {
    let ends = cells.iter().filter_map(|cell| Some((cell, cell.curve.0.last()?)));
    let highest = ends.max_by(|a, b| a.1.training.total_cmp(&b.1.training));
    let Some((cell, end)) = highest else { return "No run has finished an epoch.".to_owned() };
    let run = format!("{} with batches of {}", cell.network, cell.batch_size);
    let claim = "The 86 % that the literature reports for this kind of network is accuracy on the \
                 pictures it was trained on.";
    match cell.curve.0.iter().find(|point| point.training >= LITERATURE) {
        Some(point) => format!(
            "{claim} Here {run} names {} of its training pictures right after epoch {}, and at that \
             very moment {} of pictures it never saw; after {} epochs {} and {}.",
            percent(point.training),
            point.epoch,
            percent(point.honest),
            end.epoch,
            percent(end.training),
            percent(end.honest)
        ),
        None => format!(
            "{claim} Here no run has come so far: {run} is at {} on its training pictures after {} \
             epochs, and at {} on pictures it never saw. More epochs raise the first of the two.",
            percent(end.training),
            end.epoch,
            percent(end.honest)
        ),
    }
}

/// A table in columns of a terminal.
fn aligned(table: &Table) -> String {
    let lines = || std::iter::once(&table.head).chain(&table.rows);
    let width = |i: usize| lines().filter_map(|l| l.get(i)).map(|c| c.chars().count()).max();
    let widths: Vec<usize> = (0..table.head.len()).filter_map(width).collect();
    let mut text = String::new();
    for line in lines() {
        for (i, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let _ = match i {
                0 => write!(text, "{cell:<width$}"),
                _ => write!(text, "  {cell:>width$}"),
            };
        }
        text.push('\n');
    }
    text
}

impl ImbalanceReport {
    fn table(&self) -> Table {
        let rarest = self.classes.iter().map(|(name, images)| format!("{name} ({images})"));
        let head: Vec<String> =
            ["method".to_owned(), "accuracy".to_owned(), "mean recall".to_owned()]
                .into_iter()
                .chain(rarest)
                .collect();
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        let title = "Recall by expression, from the rarest in training to the commonest";
        let mut table = Table::new(title, &head);
        for method in &self.methods {
            let recall = |(name, _): &(String, usize)| {
                method.result.per_class.get(name).map_or(0.0, |class| class.recall)
            };
            let recalls: Vec<f64> = self.classes.iter().map(recall).collect();
            let mean = recalls.iter().sum::<f64>() / recalls.len().max(1) as f64;
            let shares = [method.result.accuracy, mean].into_iter().chain(recalls).map(percent);
            table.push(std::iter::once(method.method.clone()).chain(shares));
        }
        table
    }

    fn words(&self) -> String {
        let images = self.methods.first().map_or(0, |m| m.result.images);
        format!(
            "Recall by expression, from the rarest to the commonest (with its training pictures), \
             on {images} pictures: {}.",
            self.measured_on
        )
    }

    /// For a terminal.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}\n\n{}", self.words(), aligned(&self.table()))
    }

    /// For a README.
    #[must_use]
    pub fn markdown(&self) -> String {
        format!("{}\n\n{}", self.words(), self.table().markdown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::Dataset;
    use crate::sweep::Curve;

    fn sweep(training: &[f64]) -> Sweep {
        let point = |(i, t): (usize, &f64)| CurvePoint {
            epoch: i + 1,
            training: *t,
            validation: 0.5,
            honest: 0.48,
        };
        let curve = Curve(training.iter().enumerate().map(point).collect());
        let cells = vec![Cell { network: "conv4".to_owned(), batch_size: 32, curve }];
        let none = Dataset { name: String::new(), examples: vec![], splits_told_apart: true };
        let (train, valid) = (none.clone(), none.clone());
        let material = Material { train, valid, honest: none, honest_is: "PrivateTest".to_owned() };
        let grid = Grid { networks: vec![], batch_sizes: vec![], epochs: vec![2, 1], seed: 1 };
        Sweep::of(&grid, &material, cells)
    }

    #[test]
    fn the_finding_says_what_the_curves_say() {
        assert!(sweep(&[0.5, 0.7]).finding.contains("no run has come so far"));
        let passed = sweep(&[0.5, 0.9, 0.99]).finding;
        assert!(passed.contains("90.00 %") && passed.contains("epoch 2"), "{passed}");
        assert!(passed.contains("48.00 %") && passed.contains("99.00 %"), "{passed}");
    }

    #[test]
    fn every_form_holds_every_row() {
        let sweep = sweep(&[0.5, 0.9]);
        assert_eq!(sweep.rows.len(), 2);
        assert_eq!(sweep.csv().lines().count(), 3);
        for form in [sweep.text(), sweep.markdown(), sweep.svg()] {
            assert!(form.contains("90.00 %") && form.contains("50.00 %"), "{form}");
        }
    }
}
