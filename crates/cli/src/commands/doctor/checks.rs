//! What `attune doctor` looks at.

use std::net::TcpListener;

use attune_app::STARTER_ORIGIN;
use attune_vision::{CROP_SIZE, Classifier, FaceCrop};

use crate::commands::doctor::Check;
use crate::context::{model, with_library};
use crate::exit::Failure;
use crate::settings::Settings;

/// Looks at everything, also where something is broken.
pub fn all(settings: &Settings) -> Vec<Check> {
    vec![
        check("data folder", data_folder(settings)),
        check("library", library(settings)),
        check("expression model", expression_model(settings)),
        check("port", port(settings)),
    ]
}

fn check(name: &'static str, found: Result<String, Failure>) -> Check {
    match found {
        Ok(detail) => Check { name, ok: true, detail, hint: None },
        Err(Failure::Told(told)) => {
            Check { name, ok: false, detail: told.message, hint: told.hint }
        }
        Err(Failure::PipeClosed) => {
            Check { name, ok: false, detail: "a pipe was closed".to_owned(), hint: None }
        }
    }
}

fn data_folder(settings: &Settings) -> Result<String, Failure> {
    let folder = &settings.data_dir.value;
    let written = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
    written.map_err(|error| {
        Failure::new(
            format!("{} cannot be written: {error}", folder.display()),
            "make it writable, or choose another folder with --data-dir",
        )
    })?;
    Ok(format!("{} can be written", folder.display()))
}

fn library(settings: &Settings) -> Result<String, Failure> {
    let origins = with_library(settings, async |library| Ok(library.origins().await?))?;
    let items: u64 = origins.iter().map(|(_, count)| count).sum();
    let starter = origins.iter().any(|(origin, _)| origin == STARTER_ORIGIN);
    if items == 0 {
        return Err(Failure::new("the library is empty", "`attune import csv FILE` fills it"));
    }
    let from = if starter { ", the starter catalogue among them" } else { "" };
    Ok(format!("{items} items{from}"))
}

/// Loads it and classifies a flat picture: any answer will do, as long as it is one.
fn expression_model(settings: &Settings) -> Result<String, Failure> {
    let broken = |error: &dyn std::fmt::Display| {
        let hint = "install attune again, or name another file with --model";
        Failure::new(format!("the expression model does not work: {error}"), hint)
    };
    let mut classifier = Classifier::from_safetensors(&model(settings)?).map_err(|e| broken(&e))?;
    let flat = FaceCrop::from_pixels(&[128; CROP_SIZE * CROP_SIZE]);
    let flat = flat.ok_or_else(|| broken(&"no crop can be made"))?;
    classifier.classify(&flat).map_err(|e| broken(&e))?;
    let (name, parameters) = (&classifier.spec().name, classifier.parameters());
    Ok(format!("{name} loads and classifies, {parameters} parameters"))
}

fn port(settings: &Settings) -> Result<String, Failure> {
    let address = settings.listen.value;
    let hint = "that is no fault where `attune serve` is running; otherwise choose another address with ATTUNE_LISTEN";
    TcpListener::bind(address)
        .map_err(|error| Failure::new(format!("{address} cannot be listened on: {error}"), hint))?;
    Ok(format!("{address} is free"))
}
