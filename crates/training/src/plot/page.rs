//! Charts, tables and words as one file.

use std::fmt::Write as _;

use super::bars::BarChart;
use super::drawing::{Anchor, Drawing};
use super::style::sheet;
use super::table::Table;
use super::text::{at, escape, wrap};

/// A part of a page.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// Begins a part.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// Drawings beside each other, as many as there is room for.
    Figures(Vec<Drawing>),
    /// A chart over the whole width, and as wide as others where the screen is narrow.
    Wide(BarChart),
    /// Numbers.
    Table(Table),
    /// Numbers beside each other, as many as there is room for.
    Tables(Vec<Table>),
}

/// A page that needs no other file.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    title: String,
    blocks: Vec<Block>,
}

/// Width of the SVG form in CSS pixels.
const WIDTH: f64 = 980.0;
/// Width of a chart over the whole width of a page.
const WIDE: f64 = 976.0;
const GAP: f64 = 28.0;

const LAYOUT: &str = "
*{box-sizing:border-box}html{color-scheme:light dark}
body{margin:0 auto;max-width:1060px;padding:28px 22px 60px;background:var(--page);color:var(--ink);
font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:.2em 0 .5em}h2{font-size:1.25rem;margin:2em 0 .6em;
padding-top:.9em;border-top:1px solid var(--grid)}p{max-width:75ch;margin:.5em 0}
.row{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,430px),1fr));gap:18px;margin:18px 0}
figure,.scroll{margin:0;padding:14px;background:var(--panel);border:1px solid var(--grid);
border-radius:10px;min-width:0}figure svg{display:block;width:100%;height:auto;max-width:500px;overflow:visible}
figure.wide{margin:18px 0}.broad svg{max-width:none}figure .slim{display:none}
.scroll{overflow-x:auto;margin:18px 0;width:fit-content;max-width:100%}.row .scroll{margin:0;width:auto}
.row table{width:100%}table{border-collapse:collapse;font-size:.82rem;line-height:1.35;
font-variant-numeric:tabular-nums}caption{text-align:left;font-weight:600;padding:0 0 6px}
th,td{text-align:right;vertical-align:top;padding:5px 0 5px 14px;border-bottom:1px solid var(--grid)}
tbody tr:last-child td{border-bottom:0}th{color:var(--faint);font-weight:600;vertical-align:bottom}
td span,td small{display:inline-block;white-space:nowrap}td small{color:var(--faint);font-size:.92em}
th:first-child,td:first-child{text-align:left;padding-left:0}
@media screen and (max-width:760px){body{padding:18px 12px 40px}figure,.scroll{padding:10px}
figure .broad{display:none}figure .slim{display:block}figure svg{font-size:13px}th,td{padding-left:9px}
table{font-size:.78rem}}
@media screen and (max-width:480px){table{font-size:.7rem}th,td{padding-left:6px}}
@page{margin:14mm}
@media print{body{max-width:none;padding:0 2px;font-size:10pt}h1{font-size:17pt}h2{font-size:13pt;margin-top:1.2em}
.row{grid-template-columns:repeat(2,minmax(0,1fr));gap:10px;margin:10px 0}figure,.scroll{padding:8px;break-inside:avoid}
.scroll,figure.wide{margin:10px 0}h1,h2,caption{break-after:avoid}tr{break-inside:avoid}table{font-size:8pt}
th,td{padding:2px 0 2px 9px}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
";

impl Page {
    /// A page with nothing but its title.
    #[must_use]
    pub fn new(title: &str) -> Self {
        Self { title: title.to_owned(), blocks: Vec::new() }
    }

    /// Adds a part at the end.
    pub fn push(&mut self, block: Block) {
        self.blocks.push(block);
    }

    /// One HTML file: no script, no request.
    #[must_use]
    pub fn html(&self) -> String {
        let title = escape(&self.title);
        let mut html = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
             <title>{title}</title><style>{}{LAYOUT}</style></head><body><main><h1>{title}</h1>\n",
            sheet()
        );
        for block in &self.blocks {
            html += &block.html();
            html.push('\n');
        }
        html + "</main></body></html>\n"
    }

    /// One SVG file with everything below each other.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut drawing = Drawing::new(WIDTH, 0.0, "");
        drawing.text("h1", (0.0, 24.0), Anchor::Start, &self.title);
        let (mut inner, mut y) = (String::new(), 44.0);
        for block in &self.blocks {
            y = block.place(&mut drawing, &mut inner, y);
        }
        drawing.height = y;
        let svg = drawing.svg();
        let end = svg.rfind("</svg>").unwrap_or(svg.len());
        format!("{}{inner}{}", &svg[..end], &svg[end..])
    }
}

impl Block {
    fn html(&self) -> String {
        match self {
            Self::Heading(text) => format!("<h2>{}</h2>", escape(text)),
            Self::Text(text) => format!("<p>{}</p>", escape(text)),
            Self::Table(table) => table.html(),
            Self::Tables(tables) => row(tables.iter().map(Table::html)),
            Self::Figures(drawings) => {
                row(drawings.iter().map(|d| format!("<figure>{}</figure>", d.inline(None))))
            }
            Self::Wide(chart) => format!(
                "<figure class=\"wide\"><div class=\"broad\">{}</div><div class=\"slim\">{}</div></figure>",
                chart.draw_at(WIDE).inline(None),
                chart.draw().inline(None)
            ),
        }
    }

    /// Draws itself from `y` downwards and says where it ends.
    fn place(&self, page: &mut Drawing, inner: &mut String, y: f64) -> f64 {
        match self {
            Self::Heading(text) => {
                page.line("grid", (0.0, y + 14.0), (WIDTH, y + 14.0));
                page.text("h2", (0.0, y + 40.0), Anchor::Start, text);
                y + 56.0
            }
            Self::Text(text) => {
                let lines = wrap(text, 140);
                for (i, line) in lines.iter().enumerate() {
                    page.text("", (0.0, y + 14.0 + 17.0 * i as f64), Anchor::Start, line);
                }
                y + 17.0 * lines.len() as f64 + 10.0
            }
            Self::Table(table) => place_fitted(&table.draw(), inner, y),
            Self::Tables(tables) => {
                let drawings: Vec<Drawing> = tables.iter().map(Table::draw).collect();
                place_figures(&drawings, inner, y)
            }
            Self::Figures(drawings) => place_figures(drawings, inner, y),
            Self::Wide(chart) => place_fitted(&chart.draw_at(WIDE), inner, y),
        }
    }
}

/// Parts beside each other, as many as there is room for.
fn row(parts: impl Iterator<Item = String>) -> String {
    format!("<div class=\"row\">{}</div>", parts.collect::<String>())
}

/// A drawing on its own, made smaller where it is wider than the page.
fn place_fitted(drawing: &Drawing, inner: &mut String, y: f64) -> f64 {
    let scale = (WIDTH / drawing.width).min(1.0);
    let placed = drawing.inline(None);
    let _ = write!(
        inner,
        "<g transform=\"translate(0 {}) scale({scale:.3})\">{placed}</g>",
        at(y + 6.0)
    );
    y + drawing.height * scale + GAP
}

/// Drawings in rows of as many as fit.
fn place_figures(drawings: &[Drawing], inner: &mut String, y: f64) -> f64 {
    let (mut x, mut top, mut tallest) = (0.0, y + 8.0, 0.0f64);
    for drawing in drawings {
        if x > 0.0 && x + drawing.width > WIDTH {
            (x, top, tallest) = (0.0, top + tallest + GAP, 0.0);
        }
        inner.push_str(&drawing.inline(Some((x, top))));
        x += drawing.width + GAP * 2.0;
        tallest = tallest.max(drawing.height);
    }
    top + tallest + GAP
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::Unit;
    use crate::plot::{Axis, Bar, BarRow, Cell, HeatMap, LineChart, Mark, PieChart, Series};

    fn one_of_each() -> Vec<Drawing> {
        let axis = || Axis::new("share", Unit::Share);
        let series = vec![
            Series::with_intervals(
                "a & b",
                Mark::Line,
                [(0.0, 0.2, [0.1, 0.3]), (1.0, 0.4, [0.3, 0.5])],
            ),
            Series::new("<dots>", Mark::Dots, [(0.5, f64::NAN), (0.5, 0.1)]),
        ];
        let cell = Cell { shade: f64::NAN, text: "0".to_owned(), tip: "\"".to_owned() };
        let title = "t".to_owned();
        let names = vec!["x".to_owned()];
        vec![
            LineChart { title: title.clone(), x: axis(), y: axis(), series }.draw(),
            bars().draw(),
            PieChart { title: title.clone(), slices: vec![("all".to_owned(), 3.0)] }.draw(),
            PieChart { title: title.clone(), slices: vec![] }.draw(),
            HeatMap {
                title,
                row_title: String::new(),
                column_title: String::new(),
                rows: names.clone(),
                columns: names,
                cells: vec![vec![cell]],
            }
            .draw(),
        ]
    }

    fn page() -> Page {
        let mut page = Page::new("<Title> & more");
        page.push(Block::Heading("One".to_owned()));
        page.push(Block::Text("words ".repeat(60)));
        page.push(Block::Figures(one_of_each()));
        let mut table = Table::new("Numbers", &["what", "how many"]);
        table.push(["faces".to_owned(), "3".to_owned()]);
        page.push(Block::Tables(vec![table.clone(), table.clone()]));
        page.push(Block::Table(table));
        page.push(Block::Wide(bars()));
        page
    }

    fn bars() -> BarChart {
        let bar = Bar { value: -0.2, interval: Some([-0.3, -0.1]) };
        BarChart {
            title: "t".to_owned(),
            axis: Axis::new("share", Unit::Share),
            series: vec!["x".to_owned()],
            rows: vec![BarRow { label: "happy".to_owned(), bars: vec![bar, 0.7.into()] }],
        }
    }

    /// Every element that is opened is closed, in order.
    fn is_balanced(xml: &str) -> bool {
        let mut open = Vec::new();
        for tag in xml.split('<').skip(1).filter(|t| !t.starts_with(['!', '?'])) {
            let tag = &tag[..tag.find('>').unwrap()];
            let name = |t: &str| t.split([' ', '/']).next().unwrap_or_default().to_owned();
            match tag.strip_prefix('/') {
                Some(closed) if open.pop() != Some(name(closed)) => return false,
                Some(_) => {}
                None if tag.ends_with('/') || tag.starts_with("meta") => {}
                None => open.push(name(tag)),
            }
        }
        open.is_empty()
    }

    #[test]
    fn a_page_is_whole_and_asks_for_nothing() {
        for text in [page().html(), page().svg(), one_of_each()[0].svg()] {
            assert!(is_balanced(&text), "{text}");
            assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            let foreign = text.replace("http://www.w3.org/2000/svg", "");
            for word in ["http", "url(", "@import", "src=", "href="] {
                assert!(!foreign.contains(word), "{word}");
            }
        }
        assert!(!page().html().contains("<Title>") && !page().svg().contains("<dots>"));
        assert!(!is_balanced("<a><b></a></b>"));
    }

    /// Every drawing's corner and size, in the order of the file, the page's own left out.
    fn places(svg: &str) -> Vec<[f64; 4]> {
        let inner = svg.split("<svg ").skip(2).map(|rest| &rest[..rest.find('>').unwrap()]);
        let number = |attributes: &str, name: &str| {
            let (_, rest) = attributes.split_once(&format!("{name}=\""))?;
            rest[..rest.find('"')?].parse::<f64>().ok()
        };
        let place = |a: &str| ["x", "y", "width", "height"].map(|n| number(a, &format!(" {n}")));
        inner.map(|a| place(&format!(" {a}")).map(|n| n.unwrap_or(0.0))).collect()
    }

    #[test]
    fn charts_of_a_row_are_of_one_size_and_a_wide_one_fills_it() {
        let bars = bars();
        let mut page = Page::new("");
        page.push(Block::Wide(bars.clone()));
        page.push(Block::Figures(vec![bars.draw(), bars.draw(), bars.draw()]));
        let svg = page.svg();
        let places = places(&svg);
        let widths: Vec<f64> = places.iter().map(|place| place[2]).collect();
        assert_eq!(widths, [WIDE, 460.0, 460.0, 460.0], "{svg}");
        let [left, right, below] = [places[1], places[2], places[3]];
        assert_eq!((left[1], left[0], below[0]), (right[1], 0.0, 0.0), "two beside each other");
        assert!(right[0] + right[2] <= WIDTH && below[1] >= left[1] + left[3]);
        let html = page.html();
        assert_eq!(html.matches("class=\"broad\"").count(), 1);
        assert!(html.matches("<figure").count() == 4 && html.matches("viewBox").count() == 5);
    }

    #[test]
    fn a_cell_may_have_a_second_line() {
        let mut table = Table::new("", &["what", "share"]);
        table.push(["accuracy & more".to_owned(), "66.15 %\n64.6 to 67.7".to_owned()]);
        let html = table.html();
        let cells =
            "<td>accuracy &amp; more</td><td><span>66.15 %</span> <small>64.6 to 67.7</small></td>";
        assert!(html.contains(cells), "{html}");
        let [one, two] = ["66.15 %", "66.15 %\n64.6 to 67.7"].map(|cell| {
            let mut table = Table::new("", &["what", "share"]);
            table.push(["accuracy".to_owned(), cell.to_owned()]);
            table.draw().height
        });
        assert!(two > one);
    }

    #[test]
    fn a_table_is_markdown_too() {
        let mut table = Table::new("", &["what", "n"]);
        table.push(["a|b".to_owned(), "1\n0 to 2".to_owned()]);
        assert_eq!(table.markdown(), "| what | n |\n|---|---:|\n| a\\|b | 1 0 to 2 |\n");
    }
}
