//! An audit as a page.

use crate::evaluate::{Audit, AuditResult};
use crate::plot::{Block, Cell, Drawing, HeatMap, Page, Table, grouped, percent};
use crate::render::{Light, Tone};

use super::{about, interval, points, points_cell, right_of_those, task, with};

/// The page of `attune audit`.
#[must_use]
pub fn page(audit: &Audit) -> Page {
    let mut page = Page::new(&format!("Audit of {} by skin tone and light", audit.subject.model));
    page.push(Block::Text(about(&audit.subject)));
    page.push(Block::Heading("What this can show".to_owned()));
    audit.can_show.iter().for_each(|text| page.push(Block::Text(text.clone())));
    page.push(Block::Heading("What this cannot show".to_owned()));
    audit.cannot_show.iter().for_each(|text| page.push(Block::Text(text.clone())));
    for result in &audit.results {
        let title = format!("{}: {} images", task(result.label_set), grouped(result.images));
        page.push(Block::Heading(title));
        let worst = &result.worst_gap;
        page.push(Block::Text(format!(
            "As they are: {} right ({}). The worst gap between tones is under {} light: Monk tone {} against \
             {}, {}.",
            percent(result.accuracy),
            interval(result.accuracy_ci95),
            worst.light.key(),
            worst.worst_monk_tone,
            worst.best_monk_tone,
            points(&worst.change)
        )));
        page.push(Block::Figures(vec![accuracy(result), silence(result)]));
        page.push(Block::Table(gaps(result)));
        page.push(Block::Table(cells(result)));
    }
    page
}

fn accuracy(result: &AuditResult) -> Drawing {
    let low = result.cells.iter().map(|c| c.accuracy).fold(1.0, f64::min);
    let high = result.cells.iter().map(|c| c.accuracy).fold(0.0, f64::max);
    let shade = |x: f64| if high > low { 0.1 + 0.9 * (x - low) / (high - low) } else { 0.5 };
    grid(result, "Right answers in percent (darker is better)", |cell| {
        (shade(cell.accuracy), cell.accuracy)
    })
}

fn silence(result: &AuditResult) -> Drawing {
    let title = "Share answered in percent (the rest: can't tell)";
    grid(result, title, |cell| (cell.declared, cell.declared))
}

fn grid(
    result: &AuditResult,
    title: &str,
    of: impl Fn(&crate::evaluate::AuditCell) -> (f64, f64),
) -> Drawing {
    let row = |light: &Light| {
        let mine = result.cells.iter().filter(|c| c.light == *light);
        let cell = |c: &crate::evaluate::AuditCell| {
            let (shade, value) = of(c);
            let tip =
                format!("Monk {}, {} light: {}", c.monk_tone, c.light.key(), points(&c.change));
            Cell { shade, text: format!("{:.1}", 100.0 * value), tip }
        };
        mine.map(cell).collect()
    };
    HeatMap {
        title: title.to_owned(),
        row_title: "light".to_owned(),
        column_title: "Monk skin tone".to_owned(),
        rows: Light::ALL.iter().map(|l| l.key().to_owned()).collect(),
        columns: Tone::ALL.iter().map(|t| t.monk.to_string()).collect(),
        cells: Light::ALL.iter().map(row).collect(),
    }
    .draw()
}

fn gaps(result: &AuditResult) -> Table {
    let mut table = Table::new(
        "Gap between the tones read best and worst, on the same images (picked after the fact)",
        &["light", "best", "worst", "gap"],
    );
    for gap in &result.gaps {
        table.push([
            gap.light.key().to_owned(),
            format!("Monk {}", gap.best_monk_tone),
            format!("Monk {}", gap.worst_monk_tone),
            points_cell(&gap.change),
        ]);
    }
    table
}

fn cells(result: &AuditResult) -> Table {
    let head = ["light, tone", "accuracy", "change from as it was", "answered", "right of those"];
    let mut table = Table::new("Every rendering", &head);
    for cell in &result.cells {
        table.push([
            format!("{}, Monk {}", cell.light.key(), cell.monk_tone),
            with((cell.accuracy, cell.accuracy_ci95)),
            points_cell(&cell.change),
            percent(cell.declared),
            right_of_those(cell.declared, cell.accuracy_declared),
        ]);
    }
    table
}
