//! An evaluation as a page.

use crate::evaluate::{Bands, ForeignStudy, Measured, Study, Subject};
use crate::metrics::{ConfusionMatrix, Evaluation};
use crate::plot::{
    Axis, Bar, BarChart, BarRow, Block, Cell, Drawing, HeatMap, LineChart, Mark, Page, Point,
    Series, Table, Unit,
};

use super::{about, task, with};

/// The page of `attune evaluate`.
#[must_use]
pub fn page(study: &Study) -> Page {
    let mut page = opening(&study.subject);
    study.results.iter().for_each(|result| part(&mut page, result));
    page
}

/// The page of `attune evaluate` on another data set.
#[must_use]
pub fn foreign_page(study: &ForeignStudy) -> Page {
    let mut page = opening(&study.report.subject);
    if !study.skipped.is_empty() {
        let skipped: Vec<_> = study.skipped.iter().map(|(l, n)| format!("{n} of '{l}'")).collect();
        page.push(Block::Text(format!("Left out by the mapping: {}.", skipped.join(", "))));
    }
    for result in &study.report.results {
        part(&mut page, &result.measured);
        let names: Vec<_> = result.left_out.iter().map(ToString::to_string).collect();
        if !names.is_empty() {
            let names = names.join(", ");
            let text = format!("The data set has no {names}: left out of this head's answers.");
            page.push(Block::Text(text));
        }
        for (expression, n) in &result.not_counted {
            let text = format!("{n} images show {expression}, which this head does not know.");
            page.push(Block::Text(text));
        }
    }
    page
}

fn opening(subject: &Subject) -> Page {
    let mut page = Page::new(&format!("Evaluation of {}", subject.model));
    page.push(Block::Text(about(subject)));
    page.push(Block::Text(
        "Intervals are 95 %: Wilson's for shares, bootstrap over images for macro F1, F1 and calibration \
         error. An expression is what a face shows, not what a person feels."
            .to_owned(),
    ));
    page
}

fn part(page: &mut Page, result: &Measured) {
    let unseen = result.without_duplicates.as_ref();
    page.push(Block::Heading(format!(
        "{}: {} images",
        task(result.all.label_set),
        result.all.images
    )));
    if let Some(unseen) = unseen {
        page.push(Block::Text(format!(
            "{} of these images stand in the training pictures too ({} with the same pixels, {} as the same \
             photograph cut or saved differently); \"unseen\" leaves them out. A copy carries the label it \
             was trained with or another one, so leaving copies out can move accuracy either way.",
            unseen.exact + unseen.near,
            unseen.exact,
            unseen.near
        )));
    }
    let all = [("all images", &result.all)];
    let both: Vec<_> = all.into_iter().chain(unseen.map(|u| ("unseen", &u.figures))).collect();
    page.push(Block::Table(figures(&both)));
    page.push(Block::Figures(vec![
        reliability(&both),
        risk_coverage(&both),
        confusion(&result.all),
        classes(&both),
    ]));
    for (name, figures) in &both {
        page.push(Block::Table(class_table(&format!("By class, {name}"), figures)));
    }
    page.push(Block::Figures(vec![band_bars(result)]));
    page.push(Block::Table(band_table("By band, all images", &result.bands)));
    if let Some(unseen) = unseen {
        page.push(Block::Table(band_table("By band, unseen images", &unseen.bands)));
    }
}

fn figures(both: &[(&str, &Evaluation)]) -> Table {
    let head = [
        "",
        "images",
        "accuracy",
        "macro F1",
        "calibration error",
        "on surest 80 %",
        "answered",
        "right of those",
    ];
    let mut table = Table::new("Figures with 95 % intervals", &head);
    for (name, e) in both {
        table.push([
            (*name).to_owned(),
            e.images.to_string(),
            with(e.accuracy, e.accuracy_ci95),
            with(e.macro_f1, e.macro_f1_ci95),
            with(e.ece, e.ece_ci95),
            with(e.accuracy_at_coverage_80, e.accuracy_at_coverage_80_ci95),
            with(e.declared, e.declared_ci95),
            with(e.accuracy_declared, e.accuracy_declared_ci95),
        ]);
    }
    table
}

fn reliability(both: &[(&str, &Evaluation)]) -> Drawing {
    let point = |bin: &crate::metrics::ReliabilityBin| Point {
        x: bin.mean_probability,
        y: bin.accuracy,
        interval: Some(bin.accuracy_ci95),
    };
    let line = |(name, e): &(&str, &Evaluation)| Series {
        name: (*name).to_owned(),
        mark: Mark::LineAndDots,
        points: e.reliability.iter().map(point).collect(),
    };
    let ideal = Series::new("as it says", Mark::Dashed, [(0.0, 0.0), (1.0, 1.0)]);
    LineChart {
        title: "Reliability: do probabilities mean what they say?".to_owned(),
        x: Axis::new("highest probability", Unit::Share).from_to(0.0, 1.0),
        y: Axis::new("right answers", Unit::Share).from_to(0.0, 1.0),
        series: both.iter().map(line).chain([ideal]).collect(),
    }
    .draw()
}

fn risk_coverage(both: &[(&str, &Evaluation)]) -> Drawing {
    let points = |e: &Evaluation| -> Vec<(f64, f64, [f64; 2])> {
        let risks = |[low, high]: [f64; 2]| [(1.0 - high).max(0.0), 1.0 - low];
        e.risk_coverage.iter().map(|p| (p.coverage, p.risk, risks(p.accuracy_ci95))).collect()
    };
    let curve =
        |(name, e): &(&str, &Evaluation)| Series::with_intervals(name, Mark::Line, points(e));
    let used = |(name, e): &(&str, &Evaluation)| {
        let name = format!("threshold, {name}");
        Series::new(&name, Mark::Dots, [(e.declared, 1.0 - e.accuracy_declared)])
    };
    LineChart {
        title: "Risk and coverage: what keeping silent buys".to_owned(),
        x: Axis::new("share of images answered, the surest first", Unit::Share).from_to(0.0, 1.0),
        y: Axis::new("wrong answers among them", Unit::Share),
        series: both.iter().map(curve).chain(both.iter().map(used)).collect(),
    }
    .draw()
}

fn confusion(e: &Evaluation) -> Drawing {
    let ConfusionMatrix(counts) = &e.confusion;
    let names: Vec<String> = e.label_set.expressions().iter().map(ToString::to_string).collect();
    let cell = |truth: usize, answer: usize| {
        let (n, all) = (counts[truth][answer], counts[truth].iter().sum::<u32>());
        let share = f64::from(n) / f64::from(all.max(1));
        let tip = format!("{}, answered {}: {n} of {all}", names[truth], names[answer]);
        Cell { shade: share, text: format!("{:.0}", 100.0 * share), tip }
    };
    let row = |truth: usize| (0..names.len()).map(|answer| cell(truth, answer)).collect();
    HeatMap {
        title: "Confusion: percent of each row".to_owned(),
        row_title: "shown".to_owned(),
        column_title: "answered".to_owned(),
        cells: (0..names.len()).map(row).collect(),
        rows: names.clone(),
        columns: names,
    }
    .draw()
}

fn classes(both: &[(&str, &Evaluation)]) -> Drawing {
    let bar = |e: &Evaluation, name: &str| {
        e.per_class
            .get(name)
            .filter(|c| c.images > 0)
            .map_or(Bar::from(f64::NAN), |c| Bar { value: c.f1, interval: Some(c.f1_ci95) })
    };
    let row = |name: &String| BarRow {
        label: name.clone(),
        bars: both.iter().map(|(_, e)| bar(e, name)).collect(),
    };
    BarChart {
        title: "F1 by class".to_owned(),
        axis: Axis::new("F1", Unit::Share).from_to(0.0, 1.0),
        series: both.iter().map(|(name, _)| (*name).to_owned()).collect(),
        rows: both.iter().take(1).flat_map(|(_, e)| e.per_class.keys()).map(row).collect(),
    }
    .draw()
}

fn class_table(title: &str, e: &Evaluation) -> Table {
    let head = ["class", "images", "precision", "recall", "F1"];
    let mut table = Table::new(title, &head);
    for (name, class) in &e.per_class {
        table.push([
            name.clone(),
            class.images.to_string(),
            with(class.precision, class.precision_ci95),
            with(class.recall, class.recall_ci95),
            with(class.f1, class.f1_ci95),
        ]);
    }
    table
}

fn band_bars(result: &Measured) -> Drawing {
    let unseen = result.without_duplicates.as_ref();
    let mut rows = Vec::new();
    for (i, (property, bands)) in result.bands.by_property().into_iter().enumerate() {
        for band in bands {
            let bar = |e: &Evaluation| Bar { value: e.accuracy, interval: Some(e.accuracy_ci95) };
            let other = unseen.map(|u| {
                let bands = u.bands.by_property()[i].1;
                let same = bands.iter().find(|b| b.band == band.band);
                same.map_or(Bar::from(f64::NAN), |b| bar(&b.figures))
            });
            let bars = [Some(bar(&band.figures)), other].into_iter().flatten().collect();
            rows.push(BarRow { label: format!("{property}: {}", band.band), bars });
        }
    }
    let series = ["all images", "unseen"][..1 + usize::from(unseen.is_some())].iter();
    BarChart {
        title: "Accuracy by brightness, contrast and sharpness".to_owned(),
        axis: Axis::new("accuracy", Unit::Share).from_to(0.0, 1.0),
        series: series.map(|s| (*s).to_owned()).collect(),
        rows,
    }
    .draw()
}

fn band_table(title: &str, bands: &Bands) -> Table {
    let head =
        ["band", "range", "images", "accuracy", "macro F1", "calibration error", "on surest 80 %"];
    let mut table = Table::new(title, &head);
    for (property, bands) in bands.by_property() {
        for band in bands {
            let e = &band.figures;
            let range = match (band.from, band.below) {
                (None, Some(below)) => format!("below {below}"),
                (Some(from), None) => format!("{from} and more"),
                (from, below) => {
                    format!("{} to {}", from.unwrap_or(0.0), below.unwrap_or(f32::INFINITY))
                }
            };
            table.push([
                format!("{property}: {}", band.band),
                range,
                e.images.to_string(),
                with(e.accuracy, e.accuracy_ci95),
                with(e.macro_f1, e.macro_f1_ci95),
                with(e.ece, e.ece_ci95),
                with(e.accuracy_at_coverage_80, e.accuracy_at_coverage_80_ci95),
            ]);
        }
    }
    table
}
