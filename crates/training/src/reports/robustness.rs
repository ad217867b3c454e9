//! Robustness as a page.

use crate::evaluate::{Robustness, RobustnessResult};
use crate::plot::{
    Axis, Bar, BarChart, BarRow, Block, Drawing, LineChart, Mark, Page, Series, Table, Unit,
    grouped, percent,
};
use crate::render::Family;

use super::{about, interval, points_cell, right_of_those, task, with};

/// The page of `attune evaluate --robustness`.
#[must_use]
pub fn page(robustness: &Robustness) -> Page {
    let mut page = Page::new(&format!("Robustness of {}", robustness.subject.model));
    page.push(Block::Text(about(&robustness.subject)));
    page.push(Block::Text(format!(
        "Each picture is spoilt in seven ways, each at a quarter, a half, three quarters and the whole of its \
         range: gamma 0.4 and 2.5, Gaussian blur of 2 pixels of the 48, JPEG quality 20, a random rectangle \
         of one grey over half of the picture, 15 degrees of roll, a quarter of the resolution. The first two \
         steps are the milder half. Differences are on the same images, with 95 % intervals for matched pairs \
         (Agresti and Min 2005); seed {}.",
        robustness.seed
    )));
    for result in &robustness.results {
        let title = format!("{}: {} images", task(result.label_set), grouped(result.images));
        page.push(Block::Heading(title));
        page.push(Block::Text(format!(
            "{} right as they are ({}). In the milder halves the largest loss is {:.1} points.",
            percent(result.accuracy),
            interval(result.accuracy_ci95),
            100.0 * result.worst_mild_loss
        )));
        page.push(Block::Figures(vec![curves(result), losses(result)]));
        page.push(Block::Table(table(result)));
    }
    page
}

fn curves(result: &RobustnessResult) -> Drawing {
    let series = |family: &Family| {
        let own = result.stresses.iter().filter(|s| s.corruption == family.key);
        let points = own.map(|s| (f64::from(s.severity), s.accuracy));
        Series::new(
            family.name,
            Mark::LineAndDots,
            [(0.0, result.accuracy)].into_iter().chain(points),
        )
    };
    LineChart {
        title: "Accuracy as pictures get worse".to_owned(),
        x: Axis::new("share of the range", Unit::Share).from_to(0.0, 1.0),
        y: Axis::new("accuracy", Unit::Share),
        series: Family::ALL.iter().map(series).collect(),
    }
    .draw()
}

fn losses(result: &RobustnessResult) -> Drawing {
    let row = |stress: &crate::evaluate::Stress| BarRow {
        label: format!("{} {}", stress.name, stress.setting),
        bars: vec![Bar { value: stress.change.difference, interval: Some(stress.change.ci95) }],
    };
    BarChart {
        title: "Change of accuracy on the same images, milder half".to_owned(),
        axis: Axis::new("change in points", Unit::Points),
        series: vec!["change".to_owned()],
        rows: result.stresses.iter().filter(|s| s.is_mild()).map(row).collect(),
    }
    .draw()
}

fn table(result: &RobustnessResult) -> Table {
    let head = [
        "spoilt by",
        "setting",
        "share of range",
        "accuracy",
        "change",
        "answered",
        "right of those",
    ];
    let mut table = Table::new("Every step", &head);
    for stress in &result.stresses {
        table.push([
            stress.name.clone(),
            stress.setting.clone(),
            format!("{:.0} %", 100.0 * stress.severity),
            with((stress.accuracy, stress.accuracy_ci95)),
            points_cell(&stress.change),
            percent(stress.declared),
            right_of_those(stress.declared, stress.accuracy_declared),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use attune_core::LabelSet;

    use super::*;
    use crate::evaluate::Stress;
    use crate::metrics::PairedDifference;

    #[test]
    fn changes_are_in_points_wherever_they_stand() {
        let stress = Stress {
            corruption: "blur".to_owned(),
            name: "blurred".to_owned(),
            setting: "1.0".to_owned(),
            severity: 0.5,
            accuracy: 0.6,
            accuracy_ci95: [0.5, 0.7],
            change: PairedDifference { difference: -0.075, ci95: [-0.1, -0.05] },
            declared: 0.0,
            accuracy_declared: 0.0,
        };
        let result = RobustnessResult {
            label_set: LabelSet::Fer2013,
            images: 1_234,
            accuracy: 0.675,
            accuracy_ci95: [0.6, 0.7],
            stresses: vec![stress],
            worst_mild_loss: 0.075,
        };
        let bars = losses(&result).svg();
        assert!(bars.contains(">-7.5 points<") && bars.contains(">change in points<"), "{bars}");
        assert!(!bars.contains(" %"), "{bars}");
        let cells = &table(&result).rows[0];
        assert_eq!(cells[4..], ["-7.5 points\n-10.0 to -5.0", "0.00 %", "–"]);
    }
}
