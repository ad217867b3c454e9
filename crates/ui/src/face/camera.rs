//! The camera, from a press on its button to a reading that is taken.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlVideoElement;

use super::{Read, Stage, take};
use crate::dom::{by_id, document, focus_soon, now_ms, sleep};
use crate::faces::{Chosen, Face, Faces};
use crate::glue;
use crate::hold::Hold;
use crate::listen::{Felt, ToldBy};
use crate::state::App;

/// Between two frames, in milliseconds: the page stays quick to the touch.
const PAUSE_MS: i32 = 30;
/// How long continuous mode looks.
const GLANCE_MS: f64 = 4_000.0;

/// Ends the camera; its light goes out.
pub fn stop(app: App) {
    let eye = app.eye();
    if let Some(video) = by_id::<HtmlVideoElement>("camera") {
        glue::stop_camera(&video);
    }
    if eye.stage.with_untracked(Stage::is_live) {
        eye.stage.set(Stage::Idle);
        eye.faces.set(None);
    }
}

/// Starts the camera and reads until an expression holds, or somebody stops it.
pub fn start(app: App) {
    let eye = app.eye();
    eye.stage.set(Stage::Starting);
    eye.read.set(None);
    eye.chosen.set(Chosen::Largest);
    spawn_local(async move {
        let Some(video) = by_id::<HtmlVideoElement>("camera") else { return };
        if let Err(why) = glue::camera(&video).await {
            eye.stage.set(Stage::Trouble(why));
            return;
        }
        if !is_at(app, &Stage::Starting) {
            glue::stop_camera(&video);
            return;
        }
        eye.stage.set(Stage::Camera);
        focus_soon("#take");
        if let Err(why) = watch(app, &video).await {
            glue::stop_camera(&video);
            eye.faces.set(None);
            eye.stage.set(Stage::Trouble(why));
        }
    });
}

fn is_at(app: App, stage: &Stage) -> bool {
    app.eye().stage.with_untracked(|now| now == stage)
}

/// One frame after the other.
async fn watch(app: App, video: &HtmlVideoElement) -> Result<(), String> {
    let eye = app.eye();
    let mut watch = Watch::begin(app).await?;
    while is_at(app, &Stage::Camera) {
        // Another page is open, so the element is gone.
        if !video.is_connected() {
            stop(app);
            return Ok(());
        }
        let seen = watch.see(video, eye.chosen.get_untracked()).await?;
        if !is_at(app, &Stage::Camera) {
            return Ok(());
        }
        if let Some((faces, read)) = seen {
            let ready = read.as_ref().is_some_and(|read| read.held >= 1.0);
            eye.faces.set(Some(faces));
            eye.read.set(read);
            if ready {
                take(app);
                focus_soon("#reading-title");
                return Ok(());
            }
        }
        sleep(PAUSE_MS).await;
    }
    Ok(())
}

/// The people before the camera, of whom one is read.
struct Watch {
    began_ms: f64,
    whom: Option<(Chosen, Hold)>,
}

impl Watch {
    /// Forgets whoever was watched before.
    async fn begin(app: App) -> Result<Self, String> {
        glue::begin(&app.bias.get_clone_untracked()).await?;
        Ok(Self { began_ms: now_ms(), whom: None })
    }

    /// Takes the present frame; `None` where the camera shows none yet.
    async fn see(
        &mut self,
        video: &HtmlVideoElement,
        chosen: Chosen,
    ) -> Result<Option<(Faces, Option<Read>)>, String> {
        let at_s = (now_ms() - self.began_ms) / 1000.0;
        let Some(faces) = glue::watch(video, at_s).await? else { return Ok(None) };
        let read = faces.chosen(chosen).and_then(|face| self.read(face, at_s));
        Ok(Some((faces, read)))
    }

    /// The watcher has made one calm reading of a person's frames; what is left is how long it holds.
    fn read(&mut self, face: &Face, at_s: f64) -> Option<Read> {
        let person = Chosen::Person(face.person?);
        let mut hold = match self.whom {
            Some((whom, hold)) if whom == person => hold,
            _ => Hold::default(),
        };
        let held = hold.see(face.expression, at_s);
        self.whom = Some((person, hold));
        Read::of(face, ToldBy::Camera, held)
    }
}

/// Looks for a few seconds while the music goes on; `None` where nobody is seen.
pub async fn glance_again(app: App) -> Option<Felt> {
    let video = document().create_element("video").ok()?;
    let video: HtmlVideoElement = video.unchecked_into();
    video.set_muted(true);
    glue::camera(&video).await.ok()?;
    let read = look(app, &video).await;
    glue::stop_camera(&video);
    read.ok().flatten().map(|read| read.felt())
}

async fn look(app: App, video: &HtmlVideoElement) -> Result<Option<Read>, String> {
    let mut watch = Watch::begin(app).await?;
    let mut last = None;
    while now_ms() - watch.began_ms < GLANCE_MS {
        if let Some((_, Some(read))) = watch.see(video, Chosen::Largest).await? {
            last = Some(read);
        }
        sleep(2 * PAUSE_MS).await;
    }
    Ok(last)
}
