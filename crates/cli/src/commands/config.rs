//! `attune config show`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};

use crate::args::Format;
use crate::exit::{ExitStatus, Failure};
use crate::printer::Printer;
use crate::settings::{Origin, Setting, Settings};

#[derive(Args, Debug)]
pub struct ConfigArgs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print every setting, its value and where it came from
    Show {
        /// How to write the result
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

pub fn run(
    args: &ConfigArgs,
    settings: &Settings,
    printer: Printer,
) -> Result<ExitStatus, Failure> {
    let Action::Show { format } = args.action;
    let rows = rows(settings);
    match format {
        Format::Text => printer.data(&table(&rows, settings))?,
        Format::Json => printer.json(&object(&rows, settings))?,
    }
    Ok(ExitStatus::Done)
}

/// A setting as text and JSON.
struct Row {
    key: &'static str,
    text: String,
    json: Value,
    from: Origin,
}

fn row<T>(key: &'static str, setting: &Setting<T>, text: impl Fn(&T) -> String) -> Row {
    let text = text(&setting.value);
    Row { key, json: Value::from(text.clone()), text, from: setting.from.clone() }
}

fn rows(settings: &Settings) -> [Row; 6] {
    let names: Vec<&str> = settings.languages.value.iter().map(|l| l.name()).collect();
    let all = if names.is_empty() { "any".to_owned() } else { names.join(",") };
    [
        row("data_dir", &settings.data_dir, |path| path.display().to_string()),
        row("listen", &settings.listen, ToString::to_string),
        row("goal", &settings.goal, ToString::to_string),
        Row { json: json!(names), ..row("languages", &settings.languages, |_| all.clone()) },
        Row {
            json: json!(settings.limit.value),
            ..row("limit", &settings.limit, ToString::to_string)
        },
        Row { json: json!(settings.model.value), ..row("model", &settings.model, model_name) },
    ]
}

fn model_name(path: &Option<PathBuf>) -> String {
    path.as_ref().map_or_else(|| "built in".to_owned(), |path| path.display().to_string())
}

fn table(rows: &[Row], settings: &Settings) -> String {
    let width = rows.iter().map(|row| row.text.chars().count()).max().unwrap_or(0);
    let mut text = match &settings.config_file {
        Some(path) => format!("configuration file: {}\n", path.display()),
        None => "configuration file: none\n".to_owned(),
    };
    for Row { key, text: value, from, .. } in rows {
        text += &format!("{key:<9}  {value:<width$}  {from}\n");
    }
    text
}

fn object(rows: &[Row], settings: &Settings) -> Value {
    let entries = rows.iter().map(|row| {
        let from = json!({ "value": row.json, "from": row.from.to_string() });
        (row.key.to_owned(), from)
    });
    json!({
        "config_file": settings.config_file,
        "settings": entries.collect::<Map<_, _>>(),
    })
}
