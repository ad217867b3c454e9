//! Where music comes from: folders of the server, and the house band.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use attune_app::Library;
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::unreadable;
use crate::error::ApiError;
use crate::house::House;
use crate::session::{Owner, Signed};
use crate::work::{Band, Work};

/// Endings of files that count as recordings while browsing; a scan looks closer.
const RECORDINGS: [&str; 18] = [
    "aac", "aif", "aiff", "alac", "flac", "m4a", "m4b", "mka", "mkv", "mov", "mp3", "mp4", "oga",
    "ogg", "opus", "wav", "webm", "wma",
];

/// The seed of a programme's first track; the command line has the same, so that one goes on with the
/// other's.
const SEED: u64 = 1;

/// A folder to look into.
#[derive(Deserialize)]
pub(crate) struct Place {
    path: Option<PathBuf>,
}

#[derive(Serialize)]
struct Folder {
    name: String,
    path: PathBuf,
}

/// `GET /api/folders?path`: what is in a folder; without a path, where one may begin.
pub(crate) async fn browse(
    State(house): State<Arc<House>>,
    _: Owner,
    Query(place): Query<Place>,
) -> Result<Json<Value>, ApiError> {
    let roots: Vec<PathBuf> = house.browse.iter().filter_map(|r| r.canonicalize().ok()).collect();
    let path = match place.path {
        None if roots.len() == 1 => roots[0].clone(),
        None => {
            let folders: Vec<_> = roots.iter().map(|root| folder(root)).collect();
            return Ok(Json(json!({ "path": null, "parent": null, "folders": folders,
                "recordings": 0 })));
        }
        Some(path) => allowed(&roots, &path)?,
    };
    let (folders, recordings) = look_into(&path)?;
    let parent = path.parent().filter(|parent| roots.iter().any(|r| parent.starts_with(r)));
    Ok(Json(json!({ "path": path, "parent": parent, "folders": folders,
        "recordings": recordings })))
}

/// The folder itself, links resolved, where it lies below one that may be browsed.
fn allowed(roots: &[PathBuf], path: &Path) -> Result<PathBuf, ApiError> {
    let outside = || {
        ApiError::new(StatusCode::FORBIDDEN, "this folder may not be looked into")
            .hint("start the server with --browse DIR to allow others")
    };
    // Whether something outside exists is not told either.
    let path = path.canonicalize().map_err(|_| outside())?;
    if roots.iter().any(|root| path.starts_with(root)) { Ok(path) } else { Err(outside()) }
}

fn folder(path: &Path) -> Folder {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Folder { name, path: path.to_owned() }
}

/// Its folders but the hidden ones, and how many recordings lie right in it.
fn look_into(path: &Path) -> Result<(Vec<Folder>, usize), ApiError> {
    let unreadable = |_| {
        ApiError::new(StatusCode::FORBIDDEN, "this folder cannot be read")
            .hint("give the user that runs attune the right to read it")
    };
    let (mut folders, mut recordings) = (Vec::new(), 0);
    for entry in std::fs::read_dir(path).map_err(unreadable)?.filter_map(Result::ok) {
        let path = entry.path();
        let shown =
            path.to_str().is_some() && !entry.file_name().to_string_lossy().starts_with('.');
        if shown && path.is_dir() {
            folders.push(folder(&path));
        } else if is_recording(&path) {
            recordings += 1;
        }
    }
    folders.sort_by_cached_key(|folder| folder.name.to_lowercase());
    Ok((folders, recordings))
}

fn is_recording(path: &Path) -> bool {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    ending.is_some_and(|ending| RECORDINGS.contains(&ending.as_str()))
}

/// `POST /api/folders` with `{"path":"..."}`: follows a folder from now on.
pub(crate) async fn add(
    State(house): State<Arc<House>>,
    _: Owner,
    body: Result<Json<Place>, JsonRejection>,
) -> Result<Json<Value>, ApiError> {
    let Json(Place { path }) = body.map_err(unreadable)?;
    let roots: Vec<PathBuf> = house.browse.iter().filter_map(|r| r.canonicalize().ok()).collect();
    let path = allowed(&roots, &path.unwrap_or_default())?;
    if !path.is_dir() {
        return Err(ApiError::bad_request("this is no folder").hint("choose a folder"));
    }
    let path = path.to_string_lossy();
    // Whoever follows the folders takes it up within a moment and tells how far it is.
    house.library.store().add_root(&path).await?;
    Ok(Json(json!({ "path": path })))
}

/// `GET /api/work`: folders, scans, music servers and the band.
pub(crate) async fn work(
    State(house): State<Arc<House>>,
    _: Signed,
) -> Result<Json<Value>, ApiError> {
    let folders = house.library.store().roots().await?;
    // The page asks this first: where nothing is read in right now, the library is then ready to be looked through.
    let catalogue = if house.work.told().is_scanning() {
        house.library.catalogue().await?
    } else {
        house.shelf().await?.0
    };
    let items = catalogue.items.len();
    let playable = catalogue.items.iter().filter(|item| attune_app::plays_here(item)).count();
    let syncs_wanted = house.library.store().wanted_connections().await?.len();
    let told = house.work.told().clone();
    Ok(Json(json!({ "folders": folders, "items": items, "playable": playable,
        "syncs_wanted": syncs_wanted, "work": told })))
}

/// `POST /api/band`: has the house band compose its first programme, unless it did.
pub(crate) async fn play_band(
    State(house): State<Arc<House>>,
    _: Owner,
) -> Result<Json<Value>, ApiError> {
    let catalogue = house.library.catalogue().await?;
    let there = catalogue.items.iter().any(|item| item.artist() == attune_app::BAND);
    let Some(data_dir) = house.data_dir.clone() else {
        return Err(ApiError::bad_request("this library lies in memory")
            .hint("the band needs a folder for its music"));
    };
    let mut told = house.work.told();
    if !there && !told.band.running {
        let of = attune_app::programme().len();
        told.band = Band { running: true, done: 0, of, error: None };
        let work = house.work.clone();
        std::thread::spawn(move || compose(&data_dir, &work));
    }
    Ok(Json(json!({ "band": told.band, "there": there })))
}

/// Composes on a thread of its own, over a library of its own: it takes seconds of a core.
fn compose(data_dir: &Path, work: &Work) {
    let composed = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| error.to_string())
        .and_then(|runtime| runtime.block_on(programme(data_dir, work)));
    let mut told = work.told();
    told.band.running = false;
    told.band.error = composed.err();
}

/// What is missing of the programme; nothing where the server's own band is at it already.
async fn programme(data_dir: &Path, work: &Work) -> Result<(), String> {
    let library = Library::open(data_dir).await.map_err(|error| error.to_string())?;
    let (stop, mut told) = (AtomicBool::new(false), |_: &_| work.told().band.done += 1);
    let folder = attune_app::band_folder(data_dir);
    let composed = library.compose_programme(&folder, SEED, &stop, &mut told).await;
    library.close().await;
    composed.map_err(|error| error.to_string())
}
