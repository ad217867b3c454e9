//! Charts as SVG and pages of them, in one file each, for light and dark screens.
//!
//! A chart is plain data ([`LineChart`], [`BarChart`], [`PieChart`], [`HeatMap`], [`PlaneChart`]) whose `draw`
//! gives a [`Drawing`]. A [`Page`] puts drawings, tables and words below each other and becomes a
//! single HTML file or a single SVG file. Neither asks the network for anything.
//!
//! ```
//! use attune_training::plot::{Axis, Block, LineChart, Mark, Page, Series, Unit};
//!
//! let chart = LineChart {
//!     title: "Accuracy by epoch".to_owned(),
//!     x: Axis::new("epoch", Unit::Number),
//!     y: Axis::new("accuracy", Unit::Share).from_to(0.0, 1.0),
//!     series: vec![Series::new("PublicTest", Mark::Line, [(1.0, 0.41), (2.0, 0.52)])],
//! };
//! let mut page = Page::new("A sweep");
//! page.push(Block::Figures(vec![chart.draw()]));
//! assert!(page.html().contains("Accuracy by epoch"));
//! ```
//!
//! Sizes are in CSS pixels. Colours are classes `c0` to `c7` of one style sheet, told apart also by
//! people who see few colours (after Okabe and Ito 2008); every mark has its numbers as a tooltip.

mod axes;
mod bars;
mod drawing;
mod heat_map;
mod lines;
mod page;
mod pie;
mod plane;
mod style;
mod table;
mod text;

pub use axes::{Axis, Unit};
pub use bars::{Bar, BarChart, BarRow};
pub use drawing::Drawing;
pub use heat_map::{Cell, HeatMap};
pub use lines::{LineChart, Mark, Point, Series};
pub use page::{Block, Page};
pub use pie::PieChart;
pub use plane::{Dot, PlaneChart};
pub use table::Table;
pub(crate) use text::wrap;
pub use text::{grouped, percent};
