//! Takes every file of `messages/` in as an interface language, so that adding one is enough.

use std::fmt::Write;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("messages");
    let out = Path::new(&std::env::var("OUT_DIR")?).join("messages.rs");
    let mut files: Vec<_> =
        std::fs::read_dir(&folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    files.sort();
    let mut table = String::from("pub(super) static FILES: &[(&str, &str)] = &[\n");
    for file in &files {
        let code = file.file_stem().unwrap_or_default().to_string_lossy();
        writeln!(table, "    ({code:?}, include_str!({file:?})),")?;
    }
    table.push_str("];\n");
    std::fs::write(out, table)?;
    Ok(())
}
