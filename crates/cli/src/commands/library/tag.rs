//! `attune library tag`.

use std::path::PathBuf;

use attune_app::{Library, TagChange, TagReport, moment};
use clap::Args;

use super::filter::FilterArgs;
use crate::args::Format;
use crate::context::with_library;
use crate::exit::Failure;
use crate::printer::Printer;
use crate::settings::Settings;
use crate::text::count;

#[derive(Args, Debug)]
pub struct TagArgs {
    #[command(flatten)]
    filter: FilterArgs,
    /// Write the tags; without it only what would be written is shown
    #[arg(long)]
    write: bool,
    /// Also where somebody else wrote a mood
    #[arg(long)]
    replace: bool,
    /// Put back what stood in the files before
    #[arg(long, value_name = "BACKUP", conflicts_with_all = ["write", "replace", "FilterArgs"])]
    restore: Option<PathBuf>,
    /// How to write the result
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Shows or writes the mood tags of files, or puts old ones back.
pub fn run(args: TagArgs, settings: &Settings, printer: Printer) -> Result<(), Failure> {
    let format = args.format;
    let report = with_library(settings, async |library| match &args.restore {
        Some(backup) => Ok(library.restore_mood_tags(backup).await?),
        None => tag(&args, library, settings).await,
    })?;
    if format == Format::Json {
        return printer.json(&report);
    }
    printer.data(&report.changes.iter().map(line).collect::<String>())?;
    for remark in &report.kept {
        printer.note(&format!("{} stays as it is: {}", remark.path.display(), remark.why));
    }
    printer.note(&outcome(&report));
    Ok(())
}

async fn tag(args: &TagArgs, library: &Library, settings: &Settings) -> Result<TagReport, Failure> {
    let items = args.filter.items(library).await?;
    let plan = library.plan_mood_tags(&items, args.replace).await?;
    if !args.write {
        return Ok(plan);
    }
    let name = format!("mood-tags-{}.jsonl", moment().now_ms);
    Ok(library.write_mood_tags(plan, &settings.data_dir.value.join(name)).await?)
}

/// `/music/a.ogg: Sad -> Calm, Peaceful`.
fn line(change: &TagChange) -> String {
    let words = |words: &[String]| {
        if words.is_empty() { "no mood".to_owned() } else { words.join(", ") }
    };
    format!("{}: {} -> {}\n", change.path.display(), words(&change.before), words(&change.after))
}

fn outcome(report: &TagReport) -> String {
    let files = count(report.changes.len(), "file");
    match (report.written, &report.backup) {
        (false, _) => format!("{files} would change; --write changes them"),
        (true, None) => format!("{files} changed"),
        (true, Some(backup)) => {
            let backup = backup.display();
            format!("{files} changed; attune library tag --restore {backup} puts the old tags back")
        }
    }
}
