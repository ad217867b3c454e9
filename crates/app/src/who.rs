//! People who asked to be recognised, kept on this device as coefficients.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::{fs, io};

use attune_vision::{Coefficients, Eigenfaces, FaceCrop, Frame, Household};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::alone::Alone;
use crate::error::AppError;
use crate::faces::FaceReader;
use crate::photo;

/// The directions that faces are told apart by: learned by this project, see `models/WHO.md`.
const EIGENFACES: &[u8] = include_bytes!("../../../models/eigenfaces.safetensors");
/// Pictures of a person that are enough.
const MOST_PICTURES: usize = 60;

/// Everybody who enrolled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enrolled {
    /// Which directions the coefficients are along.
    basis: String,
    /// By name.
    people: BTreeMap<String, Enrolment>,
}

/// One of them: no picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Enrolment {
    /// How many pictures of them were looked at.
    pub pictures: usize,
    /// What these have in common.
    pub coefficients: Coefficients,
}

impl Default for Enrolled {
    fn default() -> Self {
        Self { basis: basis(), people: BTreeMap::new() }
    }
}

impl Enrolled {
    /// Those kept in the data folder; nobody where there is no file.
    ///
    /// # Errors
    /// Where the file cannot be read, or belongs to another version of the directions.
    pub fn load(data_dir: &Path) -> Result<Self, AppError> {
        let path = file(data_dir);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(AppError::Unreadable { path, source }),
        };
        let kept: Option<Self> = serde_json::from_slice(&bytes).ok();
        let sound = kept.filter(|kept| kept.basis == basis());
        sound.ok_or(AppError::DamagedEnrolment { path })
    }

    /// Keeps them, whole or not at all; where nobody is left, the file goes.
    ///
    /// # Errors
    /// Where the data folder cannot be written.
    pub fn save(&self, data_dir: &Path) -> Result<(), AppError> {
        let path = file(data_dir);
        if self.people.is_empty() {
            return Self::forget_all(data_dir).map(drop);
        }
        let part = path.with_extension("json.part");
        let write = || -> io::Result<()> {
            fs::create_dir_all(data_dir)?;
            fs::write(&part, serde_json::to_vec(self)?)?;
            fs::rename(&part, &path)
        };
        write().map_err(|source| AppError::Unwritable { path: path.clone(), source })
    }

    /// Deletes all that is kept, also what cannot be read; false if there was nothing.
    ///
    /// # Errors
    /// Where the file cannot be deleted.
    pub fn forget_all(data_dir: &Path) -> Result<bool, AppError> {
        let path = file(data_dir);
        match fs::remove_file(&path) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(source) => Err(AppError::Unwritable { path, source }),
        }
    }

    /// Everybody by name.
    pub fn people(&self) -> impl Iterator<Item = (&str, &Enrolment)> {
        self.people.iter().map(|(name, enrolment)| (&name[..], enrolment))
    }

    /// Takes what was seen of somebody in place of what was kept of them.
    ///
    /// # Errors
    /// Where nothing was seen, or others were.
    pub fn enrol(&mut self, name: &str, seen: Enroller) -> Result<&Enrolment, AppError> {
        seen.alone.check()?;
        let coefficients = Coefficients::mean(&seen.coefficients).ok_or(AppError::NobodyToEnrol)?;
        let enrolment = Enrolment { pictures: seen.coefficients.len(), coefficients };
        self.people.insert(name.to_owned(), enrolment);
        Ok(&self.people[name])
    }

    /// Forgets one of them; false for a name that is not known.
    pub fn forget(&mut self, name: &str) -> bool {
        self.people.remove(name).is_some()
    }

    /// What a reader takes.
    ///
    /// # Errors
    /// Where the directions in the program cannot be read, or nobody enrolled.
    pub fn household(&self) -> Result<Household, AppError> {
        if self.people.is_empty() {
            return Err(AppError::NobodyEnrolled);
        }
        let known = self.people.iter().map(|(name, e)| (name.clone(), e.coefficients.clone()));
        Ok(Household::new(Eigenfaces::from_safetensors(EIGENFACES)?, known.collect()))
    }
}

/// Looks at pictures of one person.
pub struct Enroller {
    alone: Alone,
    eigenfaces: Eigenfaces,
    coefficients: Vec<Coefficients>,
}

impl Enroller {
    /// Nothing was seen yet.
    ///
    /// # Errors
    /// Where the directions in the program cannot be read.
    pub fn new() -> Result<Self, AppError> {
        let eigenfaces = Eigenfaces::from_safetensors(EIGENFACES)?;
        Ok(Self { alone: Alone::default(), eigenfaces, coefficients: Vec::new() })
    }

    /// Takes the only face of a photo.
    ///
    /// # Errors
    /// A photo that cannot be read, that shows nobody or several people, or too badly.
    pub fn see_photo(&mut self, reader: &mut FaceReader, path: &Path) -> Result<(), AppError> {
        let wrap = |source| AppError::Photo { path: path.to_owned(), source };
        let frame = photo::open(path).map_err(wrap)?;
        let faces = reader.read_crops(&frame)?;
        let [(face, crop)] = &faces[..] else {
            let path = path.to_owned();
            return Err(match faces.len() {
                0 => AppError::NoFace { path },
                faces => AppError::SeveralFaces { path, faces },
            });
        };
        if let Some(advice) = face.advice.first() {
            return Err(AppError::PoorPhoto { path: path.to_owned(), advice: advice.clone() });
        }
        self.take(crop);
        Ok(())
    }

    /// Takes the only face of a frame of time `at_s` in seconds, unless it is seen badly; true once
    /// enough was seen.
    ///
    /// # Errors
    /// Where the network's numbers overflow.
    pub fn see(
        &mut self,
        reader: &mut FaceReader,
        at_s: f64,
        frame: &Frame,
    ) -> Result<bool, AppError> {
        let (faces, crops): (Vec<_>, Vec<_>) = reader.read_crops(frame)?.into_iter().unzip();
        let only = self.alone.only(at_s, frame, &faces);
        if only.is_some_and(|face| face.advice.is_empty()) {
            crops.iter().for_each(|crop| self.take(crop));
        }
        Ok(self.coefficients.len() >= MOST_PICTURES)
    }

    fn take(&mut self, crop: &FaceCrop) {
        self.coefficients.extend(self.eigenfaces.coefficients(crop));
    }
}

fn file(data_dir: &Path) -> PathBuf {
    data_dir.join("who.json")
}

/// Coefficients mean something along the same directions only.
fn basis() -> String {
    let digest = Sha256::digest(EIGENFACES);
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(seed: usize) -> Enroller {
        let grey = |i: usize| (i * i * (2 * seed + 3) / 7 % 251) as u8;
        let crop = FaceCrop::from_pixels(&(0..48 * 48).map(grey).collect::<Vec<_>>()).unwrap();
        let mut enroller = Enroller::new().unwrap();
        enroller.take(&crop);
        enroller
    }

    #[test]
    fn people_are_kept_as_numbers_until_they_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let mut enrolled = Enrolled::load(folder.path()).unwrap();
        assert!(matches!(enrolled.household(), Err(AppError::NobodyEnrolled)));
        assert!(matches!(
            enrolled.enrol("Anna", Enroller::new().unwrap()),
            Err(AppError::NobodyToEnrol)
        ));
        let anna = seen(1);
        let face = anna.coefficients[0].clone();
        enrolled.enrol("Anna", anna).unwrap();
        enrolled.enrol("Ben", seen(2)).unwrap();
        enrolled.save(folder.path()).unwrap();
        let mut kept = Enrolled::load(folder.path()).unwrap();
        assert_eq!(kept, enrolled);
        assert_eq!(kept.household().unwrap().nearest(&face), Some("Anna"));
        assert!(kept.forget("Anna") && !kept.forget("Anna"));
        kept.save(folder.path()).unwrap();
        assert_eq!(Enrolled::load(folder.path()).unwrap().people().count(), 1);
        assert!(kept.forget("Ben"));
        kept.save(folder.path()).unwrap();
        assert!(!file(folder.path()).exists(), "nothing is left of them");
        assert!(!Enrolled::forget_all(folder.path()).unwrap());
        fs::write(file(folder.path()), "{\"basis\":\"another\",\"people\":{}}").unwrap();
        assert!(matches!(Enrolled::load(folder.path()), Err(AppError::DamagedEnrolment { .. })));
        assert!(Enrolled::forget_all(folder.path()).unwrap());
    }
}
