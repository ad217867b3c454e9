//! Evaluations in words.

use std::fmt::Write as _;

use attune_training::plot::{grouped, percent};
use attune_training::reports::{WithInterval, accuracy_declared, class_figures};
use attune_training::{
    Audit, Bands, Calibrations, Evaluation, ForeignStudy, Measured, PairedDifference, Robustness,
    Study, Subject,
};

use crate::text::words::{FAINT, STRONG};

/// An evaluation.
pub fn study(study: &Study) -> String {
    let parts = study.results.iter().map(measured);
    about(&study.subject) + &parts.collect::<String>()
}

/// An evaluation on another data set.
pub fn foreign(study: &ForeignStudy) -> String {
    let mut text = about(&study.report.subject);
    for result in &study.report.results {
        text += &measured(&result.measured);
        if !result.left_out.is_empty() {
            let names: Vec<_> = result.left_out.iter().map(ToString::to_string).collect();
            let _ = writeln!(text, "  never answered, for the set has none: {}", names.join(", "));
        }
        for (expression, n) in &result.not_counted {
            let n = grouped(*n);
            let _ = writeln!(text, "  not counted, for this head has no {expression}: {n} images");
        }
    }
    text
}

fn about(subject: &Subject) -> String {
    format!(
        "{} on {}: {} parameters, {:.1} million multiply-adds, {}\n",
        subject.model,
        subject.data,
        grouped(subject.parameters),
        subject.multiply_adds as f64 / 1e6,
        if subject.flip_averaged { "mirror image averaged in" } else { "one pass" }
    )
}

fn measured(result: &Measured) -> String {
    let mut text = figures(&result.all, "images");
    text += &classes(&result.all);
    text += &bands(&result.bands);
    if let Some(unseen) = &result.without_duplicates {
        let _ = write!(
            text,
            "\n  without {} that stand in {} too ({} exact, {} near):",
            grouped(unseen.exact + unseen.near),
            unseen.training,
            grouped(unseen.exact),
            grouped(unseen.near)
        );
        text += &figures(&unseen.figures, "unseen images");
        text += &classes(&unseen.figures);
        text += &bands(&unseen.bands);
    }
    text
}

/// What stands where nothing was measured.
const NONE: &str = "–";

fn with(x: f64, ci95: [f64; 2]) -> String {
    format!("{:>8}  {FAINT}{} to {}{FAINT:#}", percent(x), percent(ci95[0]), percent(ci95[1]))
}

fn figures(e: &Evaluation, images: &str) -> String {
    let mut text = format!(
        "\n{STRONG}{}{STRONG:#}: {} of {} {images} right ({} to {} with 95 % confidence)\n",
        e.label_set,
        percent(e.accuracy),
        grouped(e.images),
        percent(e.accuracy_ci95[0]),
        percent(e.accuracy_ci95[1])
    );
    for (name, x, ci95) in [
        ("macro F1", e.macro_f1, e.macro_f1_ci95),
        ("calibration error (ECE)", e.ece, e.ece_ci95),
        ("right on the surest 80 %", e.accuracy_at_coverage_80, e.accuracy_at_coverage_80_ci95),
        ("names an expression on", e.declared, e.declared_ci95),
    ] {
        let _ = writeln!(text, "  {name:<26}{}", with(x, ci95));
    }
    let right = accuracy_declared(e);
    let right = right.map_or(format!("{NONE:>8}"), |(x, ci95)| with(x, ci95));
    let _ = writeln!(text, "  {:<26}{right}", "and is right on");
    text
}

fn classes(e: &Evaluation) -> String {
    let mut text =
        format!("  {:<12}{:>10}{:>10}{:>10}{:>8}\n", "", "precision", "recall", "F1", "images");
    let known = |figure: Option<WithInterval>| figure.map_or(NONE.to_owned(), |(x, _)| percent(x));
    for class in class_figures(e) {
        let _ = writeln!(
            text,
            "  {:<12}{:>10}{:>10}{:>10}{:>8}",
            class.expression,
            known(class.precision),
            known(class.recall),
            known(class.f1),
            grouped(class.images as usize)
        );
    }
    text
}

fn bands(bands: &Bands) -> String {
    let mut text = String::new();
    for (property, bands) in bands.by_property() {
        for band in bands {
            let e = &band.figures;
            let name = format!("{property}: {}", band.band);
            let right = with(e.accuracy, e.accuracy_ci95);
            let _ = writeln!(text, "  {name:<26}{right}  {} images", grouped(e.images));
        }
    }
    text
}

fn points(change: &PairedDifference) -> String {
    let [low, high] = change.ci95.map(|x| 100.0 * x);
    format!("{:>+6.1} points  {FAINT}{low:+.1} to {high:+.1}{FAINT:#}", 100.0 * change.difference)
}

/// Accuracy on spoilt pictures.
pub fn robustness(robustness: &Robustness) -> String {
    let mut text = about(&robustness.subject);
    for result in &robustness.results {
        let _ = writeln!(
            text,
            "\n{STRONG}{}{STRONG:#}: {} of {} images right as they are; at most {:.1} points lost in the \
             milder half of each range",
            result.label_set,
            percent(result.accuracy),
            grouped(result.images),
            100.0 * result.worst_mild_loss
        );
        for stress in &result.stresses {
            let mild = if stress.is_mild() { " " } else { "*" };
            let right = with(stress.accuracy, stress.accuracy_ci95);
            let change = points(&stress.change);
            let (name, setting) = (&stress.name, &stress.setting);
            let _ = writeln!(text, "  {name:<24}{setting:>6}{mild} {right}  {change}");
        }
    }
    text + "  * beyond the milder half of its range\n"
}

/// Accuracy by rendered skin tone and light.
pub fn audit(audit: &Audit) -> String {
    let mut text = about(&audit.subject);
    for (title, sentences) in
        [("What this can show", &audit.can_show), ("What this cannot show", &audit.cannot_show)]
    {
        let _ = writeln!(text, "\n{STRONG}{title}{STRONG:#}");
        sentences.iter().for_each(|s| text += &format!("  - {s}\n"));
    }
    for result in &audit.results {
        let worst = &result.worst_gap;
        let _ = writeln!(
            text,
            "\n{STRONG}{}{STRONG:#}: {} of {} images right as they are\n  worst gap: {} light, Monk tone {} \
             against {}: {}",
            result.label_set,
            percent(result.accuracy),
            grouped(result.images),
            worst.light.key(),
            worst.worst_monk_tone,
            worst.best_monk_tone,
            points(&worst.change)
        );
        for cell in &result.cells {
            let _ = writeln!(
                text,
                "  {:<7}Monk {:>2}  {}  {}  answers {}",
                cell.light.key(),
                cell.monk_tone,
                with(cell.accuracy, cell.accuracy_ci95),
                points(&cell.change),
                percent(cell.declared)
            );
        }
    }
    text
}

/// Ways to calibrate.
pub fn calibrations(calibrations: &Calibrations) -> String {
    let mut text = about(&calibrations.subject);
    for result in &calibrations.results {
        let _ = writeln!(
            text,
            "\n{STRONG}{}{STRONG:#}: {} images, {} folds",
            result.label_set,
            grouped(result.images),
            result.folds
        );
        let _ = writeln!(text, "  {:<24}{:>10}{:>10}{:>10}  ECE", "", "log loss", "accuracy", "");
        for method in &result.methods {
            let _ = writeln!(
                text,
                "  {:<24}{:>10.4}{:>10}          {}",
                method.method,
                method.log_loss,
                percent(method.accuracy),
                with(method.ece, method.ece_ci95)
            );
        }
        for point in &result.thresholds {
            let _ = writeln!(
                text,
                "  at least {} right (lower end of the interval): answer above {:.3}, which is {} of \
                 images, {} right",
                percent(point.rule.accuracy),
                point.point.threshold,
                percent(point.point.coverage),
                percent(point.point.accuracy)
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use attune_core::LabelSet;
    use attune_training::Answer;

    use super::*;

    /// Of happy and sad faces eight in ten are found, the others taken for neutral.
    fn study() -> Study {
        let answer = |i: usize| {
            let mut logits = vec![0.0; 7];
            let truth = if i.is_multiple_of(4) { 4 } else { 3 };
            logits[if i % 5 == 3 { 6 } else { truth }] = 2.0 + (i % 7) as f32;
            Answer { logits, truth }
        };
        let answers: Vec<Answer> = (0..2_000).map(answer).collect();
        let all = Evaluation::of(LabelSet::Fer2013, &answers, 1.0, 0.6).unwrap();
        let bands = Bands { brightness: Vec::new(), contrast: Vec::new(), sharpness: Vec::new() };
        let subject = Subject {
            data: "faces".to_owned(),
            model: "attune".to_owned(),
            parameters: 1_250_539,
            multiply_adds: 35_600_000,
            flip_averaged: false,
        };
        Study { subject, results: vec![Measured { all, bands, without_duplicates: None }] }
    }

    #[test]
    fn an_evaluation_reads_well() {
        let text = anstream::adapter::strip_str(&super::study(&study())).to_string();
        insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!("evaluation", text);
        });
    }
}
