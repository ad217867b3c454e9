//! Compresses the page's files and writes the table that the server answers from.

use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

/// Stands in `index.html` where the address of the other files belongs.
const FOLDER: &str = "/assets/";

struct File {
    name: String,
    bytes: Vec<u8>,
}

/// Writes `assets.rs` and the files it includes into `out`.
pub(crate) fn pack(page: &Path, module: &Path, out: &Path) -> io::Result<()> {
    let mut files = read_folder(page)?;
    files.push(File { name: "attune_web.wasm".into(), bytes: fs::read(module)? });
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let version = version(&files);
    for file in files.iter_mut().filter(|f| f.name == "index.html") {
        let html = String::from_utf8_lossy(&file.bytes);
        file.bytes = html.replace(FOLDER, &format!("{FOLDER}{version}/")).into_bytes();
    }
    let mut table = format!("static VERSION: &str = \"{version}\";\nstatic FILES: &[Asset] = &[\n");
    for file in &files {
        write_entry(&mut table, file, out)?;
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)
}

fn read_folder(folder: &Path) -> io::Result<Vec<File>> {
    let file = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        Ok(File { name, bytes: fs::read(entry.path())? })
    };
    fs::read_dir(folder)?.map(file).collect()
}

fn write_entry(table: &mut String, file: &File, out: &Path) -> io::Result<()> {
    let packed = gzip(&file.bytes)?;
    let gzip = packed.len() < file.bytes.len() * 9 / 10;
    let stored = out.join(format!("packed-{}", file.name));
    fs::write(&stored, if gzip { &packed } else { &file.bytes })?;
    let (name, tag) = (&file.name, hash([file]));
    writeln!(
        table,
        "    Asset {{ name: {name:?}, tag: \"{tag}\", gzip: {gzip}, bytes: include_bytes!({stored:?}) }},"
    )
    .map_err(io::Error::other)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// Changes with any file, so that a new build is never served from an old cache.
fn version(files: &[File]) -> String {
    hash(files)
}

/// Fingerprint of names and contents; it tells versions apart and guards nothing.
fn hash<'a>(files: impl IntoIterator<Item = &'a File>) -> String {
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(file.name.as_bytes());
        hasher.write(&file.bytes);
    }
    format!("{:016x}", hasher.finish())
}
