//! Model cards (Mitchell et al. 2019), written from what is measured: a template holds the prose,
//! and every figure in it comes from the model file, the records of its run, or the data.
//!
//! Templates are Jinja (<https://docs.rs/minijinja>). A name that stands for nothing is an error,
//! so that a card never has a hole.

mod compare;
mod facts;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use crate::plot::grouped;

pub use self::compare::{Difference, first_difference};
pub use self::facts::{CardError, ModelFacts, Places, Record, Records, RunRecord};

/// The prose around the figures of an expression model.
pub const MODEL_TEMPLATE: &str = include_str!("card/model.md");

/// Fills a template in.
///
/// # Errors
/// When the template is none, or names what there is not.
pub fn render(template: &str, facts: &impl Serialize) -> Result<String, CardError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let mut syntax = SyntaxConfig::builder();
    let syntax =
        syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?;
    environment.set_syntax(syntax);
    environment.add_filter("percent", |share: f64| format!("{:.2} %", 100.0 * share));
    environment.add_filter("points", |share: f64| format!("{:.2}", 100.0 * share));
    environment.add_filter("file_name", |path: String| match path.rsplit_once('/') {
        Some((_, name)) => name.to_owned(),
        None => path,
    });
    environment.add_filter("grouped", grouped);
    environment.add_filter("millions", |n: f64| format!("{:.1}", n / 1e6));
    environment.add_filter("megabytes", |n: f64| format!("{:.2}", n / 1e6));
    environment.add_filter("decimals", |x: f64, places: usize| format!("{x:.places$}"));
    Ok(environment.render_str(template, Serde(facts))?)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn figures_are_written_as_people_read_them() {
        let facts = json!({ "accuracy": 0.66146, "n": 1_250_539, "bytes": 1_274_192.0 });
        let template = "{{ accuracy|percent }}, {{ n|grouped }}, {{ bytes|megabytes }} MB\n";
        assert_eq!(render(template, &facts).unwrap(), "66.15 %, 1,250,539, 1.27 MB\n");
        assert_eq!([0, 999, 1000].map(grouped), ["0", "999", "1,000"]);
    }

    #[test]
    fn a_template_with_a_hole_is_refused() {
        let facts = json!({ "name": "attune" });
        assert!(render("{{ nmae }}", &facts).is_err());
        assert!(render("{{ name.first }}", &facts).is_err());
        assert!(render("{% for x in name", &facts).is_err());
    }
}
