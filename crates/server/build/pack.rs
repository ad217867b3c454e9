//! Compresses the page's files and writes the table that the server answers from.

use std::fmt::Write as _;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::wasm::Modules;

/// Stands in `index.html` where the address of the other files belongs.
const FOLDER: &str = "/assets/";

/// Stands in `sw.js` where the list of files belongs.
const SHELL: &str = "[/* shell */]";
/// Files whose address never changes: in these the others' addresses are filled in.
const AT_ROOT: [&str; 3] = ["index.html", "manifest.webmanifest", "sw.js"];

struct File {
    name: String,
    bytes: Vec<u8>,
}

/// Writes `assets.rs` and the files it includes into `out`.
pub(crate) fn pack(pages: &[PathBuf], modules: &Modules, out: &Path) -> io::Result<()> {
    let mut files = read_folder(&modules.app)?;
    for page in pages {
        files.extend(read_folder(page)?);
    }
    files.push(File { name: "attune_web.wasm".into(), bytes: fs::read(&modules.reader)? });
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let version = version(&files);
    let shell = shell(&files, &version);
    for file in files.iter_mut().filter(|f| AT_ROOT.contains(&f.name.as_str())) {
        let text = String::from_utf8_lossy(&file.bytes);
        let text = text.replace(FOLDER, &format!("{FOLDER}{version}/"));
        file.bytes = text.replace(SHELL, &shell).into_bytes();
    }
    let mut table = format!("static VERSION: &str = \"{version}\";\nstatic FILES: &[Asset] = &[\n");
    for file in &files {
        write_entry(&mut table, file, out)?;
    }
    table.push_str("];\n");
    fs::write(out.join("assets.rs"), table)
}

/// The addresses that the app needs off line, as a JavaScript array.
fn shell(files: &[File], version: &str) -> String {
    let inside = files.iter().filter(|f| !AT_ROOT.contains(&f.name.as_str()));
    let addresses: Vec<_> =
        inside.map(|file| format!("{:?}", format!("{FOLDER}{version}/{}", file.name))).collect();
    format!("[{}]", addresses.join(", "))
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
