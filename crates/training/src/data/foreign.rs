//! Another data set's faces, its labels mapped onto expressions.

use std::collections::BTreeMap;
use std::path::Path;

use attune_core::Expression;
use attune_vision::FaceCrop;
use parquet::file::reader::FileReader;
use parquet::record::{Field, Row};

use super::csv::{Table, parse_greys};
use super::error::At;
use super::folders::{sorted, split_folder};
use super::parquet::{field, image_bytes, integer, open, read_row};
use super::picture::{decode_crop, from_greys};
use super::{DataError, DataErrorKind, Split};

/// What the labels of another data set stand for. Words that name an expression by themselves
/// (`happy`, `Happiness`) need no entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelMap(BTreeMap<String, Option<Expression>>);

impl LabelMap {
    /// Of pairs of a label and its expression; `None` leaves its pictures out.
    #[must_use]
    pub fn new(pairs: impl IntoIterator<Item = (String, Option<Expression>)>) -> Self {
        Self(pairs.into_iter().map(|(word, to)| (tidy(&word), to)).collect())
    }

    /// What a label stands for: an expression, nothing on purpose, or `None` for unknown.
    fn of(&self, word: &str) -> Option<Option<Expression>> {
        self.0.get(&tidy(word)).copied().or_else(|| word.parse().ok().map(Some))
    }
}

fn tidy(word: &str) -> String {
    word.trim().to_lowercase()
}

/// Faces of another data set with the expressions that its labels stand for.
#[derive(Clone, Debug)]
pub struct ForeignFaces {
    /// Where it came from, for records.
    pub name: String,
    /// In file order.
    pub faces: Vec<(FaceCrop, Expression)>,
    /// How many pictures were left out on purpose, by label.
    pub skipped: BTreeMap<String, usize>,
}

impl ForeignFaces {
    /// Reads a folder for each label (under `train`, `valid` or `test` where such folders are
    /// there), a CSV with a label (`emotion`, `label` or `expression`) and a picture (`pixels`, or
    /// the path of a file in `path`, `image` or `file`), or Parquet with `image` and `label`. Each
    /// picture is taken as one whole face, whatever its size.
    ///
    /// # Errors
    /// Labels that stand for nothing are refused together, by name; broken pictures and rows by
    /// file, row and column.
    pub fn read(path: &Path, split: Split, map: &LabelMap) -> Result<Self, DataError> {
        let mut collected = Collected { map, faces: vec![], skipped: counts(), unknown: counts() };
        match path.extension().and_then(|e| e.to_str()) {
            _ if path.is_dir() => read_folders(path, split, &mut collected)?,
            Some("csv") => read_csv(path, &mut collected)?,
            Some("parquet") => read_parquet(path, &mut collected)?,
            _ => return Err(DataError::new(path, DataErrorKind::UnknownLayout)),
        }
        let Collected { faces, skipped, unknown, .. } = collected;
        if !unknown.is_empty() {
            let named: Vec<_> = unknown.iter().map(|(word, n)| format!("'{word}' ({n})")).collect();
            return Err(DataError::new(path, DataErrorKind::UnknownLabels(named.join(", "))));
        }
        if faces.is_empty() {
            return Err(DataError::new(path, DataErrorKind::Empty(split.usage())));
        }
        Ok(Self { name: path.display().to_string(), faces, skipped })
    }
}

fn counts() -> BTreeMap<String, usize> {
    BTreeMap::new()
}

/// What was read so far.
struct Collected<'a> {
    map: &'a LabelMap,
    faces: Vec<(FaceCrop, Expression)>,
    skipped: BTreeMap<String, usize>,
    unknown: BTreeMap<String, usize>,
}

impl Collected<'_> {
    /// Takes one picture, decoding it only where it counts.
    fn take(
        &mut self,
        word: &str,
        crop: impl FnOnce() -> Result<FaceCrop, DataError>,
    ) -> Result<(), DataError> {
        match self.map.of(word) {
            Some(Some(expression)) => self.faces.push((crop()?, expression)),
            Some(None) => *self.skipped.entry(tidy(word)).or_default() += 1,
            None => *self.unknown.entry(word.trim().to_owned()).or_default() += 1,
        }
        Ok(())
    }
}

fn read_folders(root: &Path, split: Split, collected: &mut Collected<'_>) -> Result<(), DataError> {
    let (root, _) = split_folder(root, split)?;
    for class in sorted(&root)?.into_iter().filter(|p| p.is_dir()) {
        let word = class.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for file in sorted(&class)?.into_iter().filter(|p| p.is_file()) {
            collected.take(&word, || read_picture(&file))?;
        }
    }
    Ok(())
}

fn read_picture(file: &Path) -> Result<FaceCrop, DataError> {
    let bytes = std::fs::read(file).at(file)?;
    decode_crop(&bytes).map_err(|why| DataError::new(file, DataErrorKind::Picture(why)))
}

fn read_csv(path: &Path, collected: &mut Collected<'_>) -> Result<(), DataError> {
    let mut table = Table::open(path)?;
    let first = |names: &[&'static str], table: &Table<'_>| {
        names.iter().find_map(|name| Some((*name, table.column(name)?)))
    };
    let missing = |name| DataError::new(path, DataErrorKind::MissingColumn(name));
    let (_, label) =
        first(&["emotion", "label", "expression"], &table).ok_or_else(|| missing("label"))?;
    let (kind, picture) =
        first(&["pixels", "path", "image", "file"], &table).ok_or_else(|| missing("pixels"))?;
    while let Some((row, record)) = table.next()? {
        let cell = |why| DataError::cell(path, row, kind, why);
        collected.take(&record[label], || match kind {
            "pixels" => square(&record[picture]).map_err(cell),
            _ => {
                let file = path.with_file_name("").join(record[picture].trim());
                let bytes = std::fs::read(&file).map_err(|e| cell(e.to_string()))?;
                decode_crop(&bytes).map_err(cell)
            }
        })?;
    }
    Ok(())
}

/// Grey values of a square picture.
fn square(cell: &str) -> Result<FaceCrop, String> {
    let greys = parse_greys(cell)?;
    let (count, side) = (greys.len(), greys.len().isqrt());
    if side == 0 || side * side != count {
        return Err(format!("{count} grey values are no square picture"));
    }
    from_greys(side, side, greys)
}

fn read_parquet(path: &Path, collected: &mut Collected<'_>) -> Result<(), DataError> {
    for (i, row) in open(path)?.get_row_iter(None).at(path)?.enumerate() {
        let row = read_row(path, i, row)?;
        let cell = |column: &'static str, why: String| DataError::cell(path, i + 1, column, why);
        let word =
            label_word(&row).ok_or_else(|| cell("label", "neither word nor number".into()))?;
        collected.take(&word, || {
            let bytes = image_bytes(&row).ok_or_else(|| cell("image", "no picture".to_owned()))?;
            decode_crop(bytes).map_err(|why| cell("image", why))
        })?;
    }
    Ok(())
}

fn label_word(row: &Row) -> Option<String> {
    match field(row, "label")? {
        Field::Str(word) => Some(word.clone()),
        number => integer(number).map(|n| n.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(folder: &Path, name: &str, side: u32) {
        std::fs::create_dir_all(folder).unwrap();
        image::GrayImage::from_pixel(side, side, image::Luma([9])).save(folder.join(name)).unwrap();
    }

    #[test]
    fn labels_are_mapped_skipped_or_refused_by_name() {
        let root = tempfile::tempdir().unwrap();
        for (class, name) in
            [("Happiness", "a.png"), ("worried", "a.png"), ("worried", "b.png"), ("bored", "a.png")]
        {
            picture(&root.path().join(class), name, 60);
        }
        let read = |pairs: &[(&str, Option<Expression>)]| {
            let pairs = pairs.iter().map(|(word, to)| ((*word).to_owned(), *to));
            ForeignFaces::read(root.path(), Split::Test, &LabelMap::new(pairs))
        };
        let error = read(&[]).unwrap_err();
        assert!(error.to_string().ends_with("'bored' (1), 'worried' (2)"), "{error}");
        let faces = read(&[("WORRIED", Some(Expression::Fearful)), ("bored", None)]).unwrap();
        let shown: Vec<Expression> = faces.faces.iter().map(|(_, e)| *e).collect();
        assert_eq!(shown, [Expression::Happy, Expression::Fearful, Expression::Fearful]);
        assert_eq!(faces.skipped, BTreeMap::from([("bored".to_owned(), 1)]));
    }

    #[test]
    fn tables_name_row_and_column() {
        let root = tempfile::tempdir().unwrap();
        picture(root.path(), "a.png", 20);
        let file = root.path().join("faces.csv");
        let read = |text: &str| {
            std::fs::write(&file, text).unwrap();
            ForeignFaces::read(&file, Split::Test, &LabelMap::default())
        };
        let faces = read("label,path\nhappy,a.png\nContempt,a.png\n").unwrap();
        assert_eq!(faces.faces[1].1, Expression::Contempt);
        assert_eq!(read("expression,pixels\nsad,1 2 3 4\n").unwrap().faces.len(), 1);
        for (text, expected) in [
            ("label,path\nhappy,b.png\n", "row 1, column 'path': "),
            ("label,pixels\nhappy,1 2 3\n", "row 1, column 'pixels': 3 grey values are no square"),
            ("label,text\nhappy,a\n", "has no column 'pixels'"),
            ("mood,pixels\nhappy,1\n", "has no column 'label'"),
            ("label,pixels\n0,1\n", "labels that name no expression: '0' (1)"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
