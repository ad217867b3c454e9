//! An evaluation as a page.

use attune_core::Expression;

use crate::evaluate::{Bands, ForeignStudy, Measured, Study, Subject};
use crate::metrics::{ConfusionMatrix, Evaluation};
use crate::plot::{
    Axis, Bar, BarChart, BarRow, Block, Cell, Drawing, HeatMap, LineChart, Mark, Page, Point,
    Series, Table, Unit, grouped,
};

use super::classes::{ClassFigures, WithInterval, accuracy_declared, class_figures, in_order};
use super::{NONE, about, known, task, with};

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
        let skipped: Vec<_> =
            study.skipped.iter().map(|(l, n)| format!("{} of '{l}'", grouped(*n))).collect();
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
            let n = grouped(*n);
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
        grouped(result.all.images)
    )));
    if let Some(unseen) = unseen {
        page.push(Block::Text(format!(
            "{} of these images stand in the training pictures too ({} with the same pixels, {} as the same \
             photograph cut or saved differently). A copy carries the label it was trained with or another \
             one, so leaving copies out can move accuracy either way.",
            grouped(unseen.exact + unseen.near),
            grouped(unseen.exact),
            grouped(unseen.near)
        )));
    }
    let all = [(ALL, &result.all)];
    let both: Vec<_> = all.into_iter().chain(unseen.map(|u| (UNSEEN, &u.figures))).collect();
    page.push(Block::Table(figures(&both)));
    page.push(Block::Figures(vec![
        reliability(&both),
        risk_coverage(&both),
        confusion(&result.all),
        classes(&both),
    ]));
    let classes = both.iter().map(|(name, e)| class_table(&format!("By class, {name}"), e));
    page.push(Block::Tables(classes.collect()));
    page.push(Block::Wide(band_bars(result)));
    page.push(Block::Table(band_table(&format!("By band, {ALL}"), &result.bands)));
    if let Some(unseen) = unseen {
        page.push(Block::Table(band_table(&format!("By band, {UNSEEN}"), &unseen.bands)));
    }
}

/// Every image that counts.
const ALL: &str = "all images";
/// Those that do not stand in the training pictures too.
const UNSEEN: &str = "without copies";

/// A figure's name and how its cell is written.
type Figure = (&'static str, fn(&Evaluation) -> String);

const FIGURES: [Figure; 7] = [
    ("images", |e| grouped(e.images)),
    ("accuracy", |e| with((e.accuracy, e.accuracy_ci95))),
    ("macro F1", |e| with((e.macro_f1, e.macro_f1_ci95))),
    ("calibration error (ECE)", |e| with((e.ece, e.ece_ci95))),
    ("right on the surest 80 %", |e| {
        with((e.accuracy_at_coverage_80, e.accuracy_at_coverage_80_ci95))
    }),
    ("names an expression on", |e| with((e.declared, e.declared_ci95))),
    ("and is right on", |e| known(accuracy_declared(e))),
];

/// A row a figure, so that it fits on a telephone.
fn figures(both: &[(&str, &Evaluation)]) -> Table {
    let head: Vec<&str> = [""].into_iter().chain(both.iter().map(|(name, _)| *name)).collect();
    let mut table = Table::new("Figures with 95 % intervals", &head);
    for (name, cell) in FIGURES {
        table.push([name.to_owned()].into_iter().chain(both.iter().map(|(_, e)| cell(e))));
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
    let classes = in_order(e.label_set);
    let names: Vec<String> = classes.iter().map(|(expression, _)| expression.to_string()).collect();
    let cell = |truth: usize, answer: usize| {
        let (n, all) = (counts[truth][answer], counts[truth].iter().sum::<u32>());
        let [shown, answered] = [truth, answer].map(|i| e.label_set.expressions()[i]);
        let tip = format!("{shown}, answered {answered}: {n} of {all}");
        if all == 0 {
            return Cell { shade: 0.0, text: NONE.to_owned(), tip };
        }
        let share = f64::from(n) / f64::from(all);
        Cell { shade: share, text: format!("{:.0}", 100.0 * share), tip }
    };
    let row = |(_, truth): &(Expression, usize)| {
        classes.iter().map(|(_, answer)| cell(*truth, *answer)).collect()
    };
    HeatMap {
        title: "Confusion: percent of each row".to_owned(),
        row_title: "shown".to_owned(),
        column_title: "answered".to_owned(),
        cells: classes.iter().map(row).collect(),
        rows: names.clone(),
        columns: names,
    }
    .draw()
}

fn classes(both: &[(&str, &Evaluation)]) -> Drawing {
    let figures: Vec<_> = both.iter().map(|(_, e)| class_figures(e)).collect();
    let bar = |f1: Option<WithInterval>| {
        f1.map_or(Bar::from(f64::NAN), |(value, ci95)| Bar { value, interval: Some(ci95) })
    };
    let row = |(i, class): (usize, &ClassFigures)| BarRow {
        label: class.expression.to_string(),
        bars: figures.iter().map(|classes| bar(classes[i].f1)).collect(),
    };
    BarChart {
        title: "F1 by class".to_owned(),
        axis: Axis::new("F1", Unit::Share).from_to(0.0, 1.0),
        series: both.iter().map(|(name, _)| (*name).to_owned()).collect(),
        rows: figures.iter().take(1).flatten().enumerate().map(row).collect(),
    }
    .draw()
}

fn class_table(title: &str, e: &Evaluation) -> Table {
    let head = ["class", "images", "precision", "recall", "F1"];
    let mut table = Table::new(title, &head);
    for class in class_figures(e) {
        table.push([
            class.expression.to_string(),
            grouped(class.images as usize),
            known(class.precision),
            known(class.recall),
            known(class.f1),
        ]);
    }
    table
}

fn band_bars(result: &Measured) -> BarChart {
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
    let series = [ALL, UNSEEN][..1 + usize::from(unseen.is_some())].iter();
    BarChart {
        title: "Accuracy by brightness, contrast and sharpness".to_owned(),
        axis: Axis::new("accuracy", Unit::Share).from_to(0.0, 1.0),
        series: series.map(|s| (*s).to_owned()).collect(),
        rows,
    }
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
                grouped(e.images),
                with((e.accuracy, e.accuracy_ci95)),
                with((e.macro_f1, e.macro_f1_ci95)),
                with((e.ece, e.ece_ci95)),
                with((e.accuracy_at_coverage_80, e.accuracy_at_coverage_80_ci95)),
            ]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use attune_core::LabelSet;

    use super::*;
    use crate::metrics::Answer;

    /// A head of FER+, asked of happy and neutral faces.
    fn measured() -> Measured {
        let answer = |i: usize| {
            let mut logits = vec![0.0; 8];
            logits[usize::from(i.is_multiple_of(3))] = 3.0;
            Answer { logits, truth: i % 2 }
        };
        let answers: Vec<Answer> = (0..1_200).map(answer).collect();
        let all = Evaluation::of(LabelSet::FerPlus, &answers, 1.0, 0.5).unwrap();
        let bands = Bands { brightness: Vec::new(), contrast: Vec::new(), sharpness: Vec::new() };
        Measured { all, bands, without_duplicates: None }
    }

    fn html(block: Block) -> String {
        let mut page = Page::new("");
        page.push(block);
        page.html()
    }

    #[test]
    fn classes_stand_in_one_order_everywhere() {
        let measured = measured();
        let both = [(ALL, &measured.all)];
        let pages = [
            html(Block::Table(class_table("", &measured.all))),
            html(Block::Figures(vec![classes(&both)])),
            html(Block::Figures(vec![confusion(&measured.all)])),
        ];
        for page in pages {
            let place = |e: &Expression| page.rfind(&format!(">{e}</")).unwrap();
            let places: Vec<usize> = Expression::ALL.iter().map(place).collect();
            assert!(places.is_sorted(), "{page}");
        }
        let page = confusion(&measured.all).svg();
        assert!(page.contains("happy, answered neutral: 400 of 600"), "{page}");
    }

    #[test]
    fn what_nobody_shows_has_no_figures() {
        let table = class_table("", &measured().all);
        let row = |name: &str| table.rows.iter().find(|row| row[0] == name).unwrap().clone();
        assert_eq!(row("angry"), ["angry", "0", NONE, NONE, NONE]);
        assert!(row("happy")[2].starts_with("50.00 %\n"), "{:?}", row("happy"));
        let page = confusion(&measured().all).svg();
        assert_eq!(page.matches(&format!(">{NONE}</text>")).count(), 6 * 8);
    }

    #[test]
    fn the_main_table_has_a_row_a_figure() {
        let all = measured().all;
        let table = figures(&[(ALL, &all), (UNSEEN, &all)]);
        assert_eq!(table.head, ["", ALL, UNSEEN]);
        assert_eq!(table.rows[0], ["images", "1,200", "1,200"]);
        assert_eq!(table.rows[1][1], "50.00 %\n47.2 to 52.8");
    }
}
