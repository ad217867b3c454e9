//! Reading the face: the camera, a photo, and what was read.

use attune_core::{Expression, LabelSet, Mood, PersonId, Probabilities};
use attune_vision::{PersonalBias, Steady, SteadyConfig};
use serde_json::{Value, json};
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DragEvent, File, HtmlCanvasElement, HtmlInputElement, HtmlVideoElement};

use crate::api::{self, Face, Faces};
use crate::dom::{
    El, button, by_id, div, each, h, icon, listen, nothing, now_ms, sleep, svg, window,
};
use crate::glue;
use crate::listen::{Felt, ToldBy};
use crate::mark::mark;
use crate::messages::{t, t1, t2};
use crate::mood::{expression_name, percent, place_of};
use crate::state::App;

/// An expression that has held for so long is taken.
const HOLD_S: f64 = 1.2;
/// Whoever can't be told for so long is offered the two likeliest.
const PATIENCE_S: f64 = 7.0;
/// The average probability that names an expression.
const MAJORITY: f32 = 0.5;

/// What the stage shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    Idle,
    Starting,
    Camera,
    Photo,
    /// Something is in the way; the name of a notice.
    Trouble(String),
}

/// One face's reading, as it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    pub expression: Option<Expression>,
    /// The likeliest first.
    pub ranked: Vec<(Expression, f32)>,
    pub mood: Mood,
    pub advice: Vec<String>,
    pub told_by: ToldBy,
    /// How much of the time it must hold has passed, 0 to 1.
    pub held: f32,
    /// It was taken: a list was asked for.
    pub taken: bool,
    pub corrected: bool,
}

/// The camera's state, kept while one looks at other pages.
#[derive(Clone, Copy)]
pub struct Eye {
    pub stage: Signal<Stage>,
    pub faces: Signal<Option<Faces>>,
    pub chosen: Signal<usize>,
    pub read: Signal<Option<Read>>,
}

impl Eye {
    pub fn new() -> Self {
        Self {
            stage: create_signal(Stage::Idle),
            faces: create_signal(None),
            chosen: create_signal(0),
            read: create_signal(None),
        }
    }
}

fn video() -> Option<HtmlVideoElement> {
    by_id("camera")
}

/// Ends the camera; its light goes out.
pub fn stop(app: App) {
    let eye = app.eye();
    if let Some(video) = video() {
        glue::stop_camera(&video);
    }
    if matches!(eye.stage.get_untracked_clone(), Stage::Camera | Stage::Starting) {
        eye.stage.set(Stage::Idle);
        eye.faces.set(None);
    }
}

trait Untracked<T> {
    fn get_untracked_clone(self) -> T;
}

impl<T: Clone> Untracked<T> for Signal<T> {
    fn get_untracked_clone(self) -> T {
        self.get_clone_untracked()
    }
}

/// Starts the camera and reads until an expression holds, or somebody stops it.
fn start(app: App) {
    let eye = app.eye();
    eye.stage.set(Stage::Starting);
    eye.read.set(None);
    spawn_local(async move {
        let Some(video) = video() else { return };
        if let Err(why) = glue::camera(&video).await {
            eye.stage.set(Stage::Trouble(why));
            return;
        }
        if eye.stage.get_untracked_clone() != Stage::Starting {
            glue::stop_camera(&video);
            return;
        }
        eye.stage.set(Stage::Camera);
        crate::dom::focus_soon("#take");
        if let Err(why) = watch(app, &video).await {
            glue::stop_camera(&video);
            eye.faces.set(None);
            eye.stage.set(Stage::Trouble(why));
        }
    });
}

/// One frame after the other.
async fn watch(app: App, video: &HtmlVideoElement) -> Result<(), String> {
    let eye = app.eye();
    let mut steady = Steadied::new();
    while eye.stage.get_untracked_clone() == Stage::Camera {
        // Another page is open, so the element is gone.
        if !video.is_connected() {
            stop(app);
            return Ok(());
        }
        let faces = glue::read_frame(video).await?;
        if eye.stage.get_untracked_clone() != Stage::Camera {
            return Ok(());
        }
        if let Some(faces) = faces {
            let read = faces.faces.first().and_then(|face| steady.see(app, face, ToldBy::Camera));
            let ready = read.as_ref().is_some_and(|read| read.held >= 1.0);
            eye.faces.set(Some(faces));
            eye.read.set(read);
            if ready {
                take(app);
                return Ok(());
            }
        }
        sleep(30).await;
    }
    Ok(())
}

/// A calm reading of one face over time.
struct Steadied {
    steady: Steady,
    began_ms: f64,
    since: Option<(Expression, f64)>,
}

impl Steadied {
    fn new() -> Self {
        let config = SteadyConfig::declaring_above(MAJORITY);
        Self { steady: Steady::new(config), began_ms: now_ms(), since: None }
    }

    fn see(&mut self, app: App, face: &Face, told_by: ToldBy) -> Option<Read> {
        let at_s = (now_ms() - self.began_ms) / 1000.0;
        let probabilities = personal(app, face)?;
        self.steady.add(at_s, &probabilities, face.advice.clone());
        let reading = self.steady.reading(PersonId(1), face.place)?;
        self.since = match (reading.expression, self.since) {
            (Some(now), Some((then, since))) if now == then => Some((then, since)),
            (Some(now), _) => Some((now, at_s)),
            (None, _) => None,
        };
        let held = self.since.map_or(0.0, |(_, since)| (at_s - since) / HOLD_S);
        // A face that can't be told is taken as it is, in the end: its list allows for both.
        let waited = if self.since.is_none() { at_s / PATIENCE_S } else { 0.0 };
        Some(Read {
            expression: reading.expression,
            ranked: reading.probabilities.ranked(),
            mood: reading.mood,
            advice: reading.advice,
            told_by,
            held: held.max(waited).min(1.0) as f32,
            taken: false,
            corrected: false,
        })
    }
}

/// The probabilities with what this listener's corrections and baseline add.
fn personal(app: App, face: &Face) -> Option<Probabilities> {
    let set = LabelSet::FerPlus;
    let of = |e: &Expression| face.probabilities.get(e).copied().unwrap_or(0.0);
    let read = Probabilities::new(set, set.expressions().iter().map(of).collect()).ok()?;
    let bias = app.bias.get_clone_untracked();
    match PersonalBias::from_values(set, bias) {
        Some(bias) => bias.apply(&read).ok(),
        None => Some(read),
    }
}

/// Takes the reading as it stands and asks for a list.
fn take(app: App) {
    let eye = app.eye();
    let Some(mut read) = eye.read.get_clone_untracked() else { return };
    stop(app);
    read.taken = true;
    let felt = Felt { mood: read.mood, told_by: read.told_by, expression: read.expression };
    eye.read.set(Some(read));
    app.listen.feel(app, felt);
    crate::dom::focus_soon("#reading-title");
}

/// Reads a photo that somebody chose, dropped or pasted.
fn show_photo(app: App, file: File) {
    let eye = app.eye();
    stop(app);
    eye.read.set(None);
    eye.faces.set(None);
    eye.stage.set(Stage::Photo);
    spawn_local(async move {
        let Some(canvas) = by_id::<HtmlCanvasElement>("picture") else { return };
        match glue::read_photo(&file, &canvas).await {
            Ok(faces) if faces.faces.is_empty() => {
                eye.stage.set(Stage::Trouble("no_face".into()));
            }
            Ok(faces) => {
                eye.faces.set(Some(faces));
                choose(app, 0);
            }
            Err(why) => eye.stage.set(Stage::Trouble(why)),
        }
    });
}

/// Takes one of a photo's faces.
fn choose(app: App, index: usize) {
    let eye = app.eye();
    eye.chosen.set(index);
    let face = eye.faces.with_untracked(|faces| faces.as_ref()?.faces.get(index).cloned());
    let Some(face) = face else { return };
    let Some(probabilities) = personal(app, &face) else { return };
    let ranked = probabilities.ranked();
    let (first, p) = ranked[0];
    let read = Read {
        expression: (p >= MAJORITY).then_some(first),
        mood: Mood::from_probabilities(&probabilities),
        ranked,
        advice: face.advice,
        told_by: ToldBy::Photo,
        held: 1.0,
        taken: false,
        corrected: false,
    };
    eye.read.set(Some(read));
    take_photo(app);
}

fn take_photo(app: App) {
    let eye = app.eye();
    let Some(mut read) = eye.read.get_clone_untracked() else { return };
    read.taken = true;
    let felt = Felt { mood: read.mood, told_by: read.told_by, expression: read.expression };
    eye.read.set(Some(read));
    app.listen.feel(app, felt);
}

/// Says what it really was: later readings lean that way, and the list starts anew from there.
fn correct(app: App, expression: Expression) {
    let eye = app.eye();
    let Some(mut read) = eye.read.get_clone_untracked() else { return };
    let probabilities: serde_json::Map<String, Value> =
        read.ranked.iter().map(|(e, p)| (e.key().to_owned(), json!(p))).collect();
    let body = json!({ "probabilities": probabilities, "expression": expression.key() });
    spawn_local(async move {
        match api::post::<Value>("/api/corrections", &body).await {
            Ok(said) => app.adopt_bias(&said),
            Err(refusal) => app.refuse(&refusal),
        }
    });
    read.corrected = true;
    read.expression = Some(expression);
    read.mood = Mood::anchor(expression);
    let felt = Felt { mood: read.mood, told_by: read.told_by, expression: read.expression };
    eye.read.set(Some(read));
    app.listen.feel(app, felt);
}

/// The card with the camera.
pub fn look_card(app: App) -> View {
    let eye = app.eye();
    on_cleanup(move || stop(app));
    let stage = eye.stage;
    let is_live = move || matches!(stage.get_clone(), Stage::Camera | Stage::Starting);
    h("section")
        .class("card look")
        .attr("aria-labelledby", "look-title")
        .child(h("h2").attr("id", "look-title").child(t("look.title")))
        .child(stage_view(app))
        .child(
            div("actions")
                .child(move || if is_live() { live_buttons(app) } else { idle_buttons(app) }),
        )
        .child(
            h("p")
                .class("promise")
                .child(icon("#icon-lock"))
                .child(h("span").child(t("look.promise"))),
        )
        .into()
}

fn idle_buttons(app: App) -> View {
    let choose_file = move |event: web_sys::Event| {
        let input = event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok());
        let Some(input) = input else { return };
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            show_photo(app, file);
        }
        input.set_value("");
    };
    vec![
        button("button main", move |_| start(app))
            .attr("id", "use-camera")
            .child(icon("#icon-camera"))
            .child(h("span").child(t("look.use_camera")))
            .into(),
        h("input")
            .class("unseen")
            .attr("type", "file")
            .attr("id", "file")
            .attr("accept", "image/*")
            .on("change", choose_file)
            .into(),
        h("label")
            .class("button")
            .attr("for", "file")
            .child(icon("#icon-photo"))
            .child(h("span").child(t("look.photo")))
            .into(),
        h("span").class("aside drop-hint").child(t("look.or_drop")).into(),
    ]
    .into()
}

fn live_buttons(app: App) -> View {
    vec![
        button("button main", move |_| take(app))
            .attr("id", "take")
            .flag("disabled", move || app.eye().read.with(Option::is_none))
            .child(t("look.take"))
            .into(),
        button("button", move |_| {
            stop(app);
            app.eye().read.set(None);
        })
        .attr("id", "stop-camera")
        .child(t("look.stop"))
        .into(),
    ]
    .into()
}

fn stage_view(app: App) -> El {
    let eye = app.eye();
    let (stage, faces, read) = (eye.stage, eye.faces, eye.read);
    let over = create_signal(false);
    let is = move |wanted: Stage| stage.with(|stage| *stage == wanted);
    let name = move || match stage.get_clone() {
        Stage::Camera => "camera",
        Stage::Starting => "starting",
        Stage::Photo => "photo",
        _ => "idle",
    };
    let hint = move || match (stage.get_clone(), read.get_clone(), faces.with(Option::is_some)) {
        (Stage::Starting, ..) => t("look.starting"),
        (Stage::Camera, None, true) => t("look.no_face_yet"),
        (Stage::Camera, None, false) => t("look.loading"),
        (Stage::Camera, Some(read), _) => {
            read.advice.first().map_or_else(|| t("look.hold_still"), |advice| advice_text(advice))
        }
        _ => String::new(),
    };
    div("stage")
        .attr("id", "stage")
        .attr("data-state", move || Some(name()))
        .attr("class", move || Some(if over.get() { "stage over" } else { "stage" }))
        .on("dragover", move |event| {
            event.prevent_default();
            over.set(true);
        })
        .on("dragleave", move |_| over.set(false))
        .on("drop", move |event| {
            event.prevent_default();
            over.set(false);
            let data = event.dyn_ref::<DragEvent>().and_then(DragEvent::data_transfer);
            if let Some(file) = data.and_then(|d| d.files()).and_then(|files| files.get(0)) {
                show_photo(app, file);
            }
        })
        .child(sketch())
        .child(
            h("video")
                .attr("id", "camera")
                .attr("playsinline", "")
                .attr("muted", "")
                .attr("aria-label", t("look.your_camera"))
                .flag("hidden", move || !is(Stage::Camera)),
        )
        .child(
            h("canvas")
                .attr("id", "picture")
                .attr("role", "img")
                .attr("aria-label", t("look.your_photo"))
                .flag("hidden", move || !is(Stage::Photo)),
        )
        .child(move || match (stage.get_clone(), faces.get_clone()) {
            (Stage::Camera | Stage::Photo, Some(faces)) => boxes(app, faces),
            _ => nothing(),
        })
        .child(move || match stage.get_clone() {
            Stage::Trouble(why) => trouble(app, why),
            _ => nothing(),
        })
        .child(h("p").class("live-word").flag("hidden", move || hint().is_empty()).text(hint))
        .child(div("held").attr("aria-hidden", "true").style("width", move || {
            let held = read.with(|read| read.as_ref().map_or(0.0, |read| read.held));
            let shown = if stage.with(|s| *s == Stage::Camera) { held } else { 0.0 };
            format!("{:.0}%", 100.0 * shown)
        }))
        .child(h("p").class("dropping").attr("aria-hidden", "true").child(t("look.let_go")))
}

fn sketch() -> El {
    let path = |class, d| svg("path").attr("class", class).attr("d", d);
    svg("svg")
        .class("sketch")
        .attr("viewBox", "0 0 320 240")
        .attr("aria-hidden", "true")
        .child(path("brackets", "M92 62V46h16M212 46h16v16M228 178v16h-16M108 194H92v-16"))
        .child(path(
            "face",
            "M160 66c30 0 46 22 46 54s-18 58-46 58-46-26-46-58 16-54 46-54ZM142 112v5M178 112v5\
             M135 141c6 10 15 13 25 9s18-1 25-12",
        ))
}

/// What is in the way, and what to do about it.
fn trouble(app: App, why: String) -> View {
    let key = match why.as_str() {
        "refused" | "none" | "busy" | "insecure" | "unreadable" | "no_face" | "reader" => why,
        _ => "broken".into(),
    };
    let again = matches!(key.as_str(), "refused" | "none" | "busy" | "broken");
    let retry: Option<View> =
        again.then(|| button("button", move |_| start(app)).child(t("look.again")).into());
    div("trouble")
        .attr("role", "alert")
        .attr("data-trouble", key.clone())
        .child(icon(match key.as_str() {
            "refused" | "insecure" => "#icon-lock",
            "no_face" => "#icon-face",
            "unreadable" => "#icon-photo",
            _ => "#icon-camera",
        }))
        .child(h("strong").child(t(&format!("trouble.{key}"))))
        .child(h("p").child(t(&format!("trouble.{key}.hint"))))
        .child(retry)
        .into()
}

/// A box on every face, where the picture is drawn.
fn boxes(app: App, faces: Faces) -> View {
    let eye = app.eye();
    let live = eye.stage.with_untracked(|stage| *stage == Stage::Camera);
    let (width, height) = (faces.width, faces.height);
    let chosen = eye.chosen.get_untracked();
    let many = faces.faces.len();
    let mut place = 0;
    let all = each(faces.faces, move |face| {
        let index = place;
        place += 1;
        let own = index == if live { 0 } else { chosen };
        let b = face.place;
        let x = if live { width - b.x - b.width } else { b.x };
        let share = |part: f32, whole: f32| format!("{:.2}%", 100.0 * part / whole);
        let (left, top) = (share(x, width), share(b.y, height));
        let (wide, high) = (share(b.width, width), share(b.height, height));
        let mood = face.mood;
        let label = match face.expression {
            Some(expression) if own => expression_name(expression),
            None if own => t("reading.cant_tell"),
            _ => t1("look.face_n", &(index + 1).to_string()),
        };
        button("face-box toned", move |_| {
            if !live {
                choose(app, index);
            }
        })
        .attr("aria-pressed", if own { "true" } else { "false" })
        .attr("aria-label", t2("look.face_says", &(index + 1).to_string(), &label))
        .toned(move || Some((mood.valence, mood.arousal)))
        .style("left", move || left.clone())
        .style("top", move || top.clone())
        .style("width", move || wide.clone())
        .style("height", move || high.clone())
        .child((many > 1 || own).then(|| View::from(h("span").class("label").child(label))))
    });
    // The picture keeps its shape within the stage; the boxes lie on the picture.
    div("boxes")
        .style("aspect-ratio", move || format!("{width} / {height}"))
        .style("--shape", move || format!("{}", width / height))
        .child(all)
        .into()
}

/// Advice comes from the reader in English; its sentences have a place in the messages.
fn advice_text(advice: &str) -> String {
    let known = [
        ("Too dark", "advice.dark"),
        ("Too bright", "advice.bright"),
        ("Hardly any contrast", "advice.contrast"),
        ("The face is small", "advice.small"),
        ("Blurred", "advice.blurred"),
        ("Turned away", "advice.turned"),
    ];
    let key = known.into_iter().find(|(begin, _)| advice.starts_with(begin));
    key.map_or_else(|| advice.to_owned(), |(_, key)| t(key))
}

/// What the face shows, with bars, and whether that is right.
pub fn reading_card(app: App) -> View {
    let read = app.eye().read;
    (move || match read.get_clone() {
        Some(read) => reading(app, read),
        None => nothing(),
    })
    .into()
}

fn reading(app: App, read: Read) -> View {
    let [first, second] = [read.ranked[0], read.ranked[1]];
    let (said, shape, more) = match read.expression {
        Some(expression) if read.corrected => {
            (expression_name(expression), place_of(expression), t("reading.as_you_say"))
        }
        Some(expression) if second.1 < 0.005 => {
            (expression_name(expression), place_of(expression), t("reading.clearly"))
        }
        Some(expression) => (
            expression_name(expression),
            place_of(expression),
            t2("reading.then", &expression_name(second.0), &percent(second.1)),
        ),
        None if !read.taken => (t("reading.not_yet"), read.mood.point(), t("look.hold_still")),
        None => (
            t("reading.cant_tell"),
            read.mood.point(),
            t2("reading.likeliest", &expression_name(first.0), &expression_name(second.0)),
        ),
    };
    let advice = each(read.advice.clone(), |advice| h("li").child(advice_text(&advice)));
    h("section")
        .class("card reading")
        .attr("aria-labelledby", "reading-title")
        .child(
            div("verdict")
                .child(
                    h("h2")
                        .attr("id", "reading-title")
                        .attr("tabindex", "-1")
                        .child(t("reading.title")),
                )
                .child(
                    h("p")
                        .class("said")
                        .attr("id", "said")
                        .child(mark(shape))
                        .child(h("span").child(said)),
                )
                .child(h("p").class("aside").child(more))
                .child(h("ul").class("advice").child(advice))
                .child(if read.taken { question(app, &read) } else { nothing() }),
        )
        .child(bars(&read))
        .into()
}

fn question(app: App, read: &Read) -> View {
    if read.corrected {
        return h("p").class("aside").attr("role", "status").child(t("reading.learned")).into();
    }
    let open = create_signal(false);
    let undecided = read.expression.is_none();
    let likeliest = [read.ranked[0].0, read.ranked[1].0];
    let rest: Vec<Expression> = read.ranked.iter().map(|(e, _)| *e).collect();
    let chip = move |expression: Expression| {
        button("chip", move |_| correct(app, expression))
            .child(mark(place_of(expression)))
            .child(expression_name(expression))
    };
    let ask = if undecided { t("reading.which") } else { t("reading.right") };
    div("question")
        .child(h("p").child(ask))
        .child(move || {
            let choices: View = match (undecided, open.get()) {
                (_, true) => each(rest.clone(), chip),
                (true, false) => vec![
                    each(likeliest, chip),
                    button("chip", move |_| open.set(true)).child(t("reading.another")).into(),
                ]
                .into(),
                (false, false) => vec![
                    button("chip", move |_| app.toast(t("reading.thanks"))).child(t("reading.yes")),
                    button("chip", move |_| open.set(true))
                        .attr("id", "not-right")
                        .child(t("reading.no")),
                ]
                .into_iter()
                .map(View::from)
                .collect::<Vec<_>>()
                .into(),
            };
            div("chips").child(choices)
        })
        .into()
}

fn bars(read: &Read) -> View {
    let rows = each(read.ranked.clone(), |(expression, p)| {
        let place = place_of(expression);
        h("li")
            .child(mark(place))
            .child(h("span").child(expression_name(expression)))
            .child(
                h("span")
                    .class("track toned")
                    .toned(move || Some((place.valence, place.arousal)))
                    .child(
                        h("span")
                            .class("fill")
                            .style("width", move || format!("{:.0}%", (p * 100.0).max(1.0))),
                    ),
            )
            .child(h("output").child(percent(p)))
    });
    h("ul")
        .class("bars")
        .attr("id", "bars")
        .attr("aria-label", t("reading.bars"))
        .child(rows)
        .into()
}

/// Listens to photos that are pasted anywhere.
pub fn listen_to_paste(app: App) {
    listen(&window(), "paste", move |event| {
        let data = js_sys::Reflect::get(&event, &"clipboardData".into()).ok();
        let files = data.and_then(|d| js_sys::Reflect::get(&d, &"files".into()).ok());
        let file = files.and_then(|f| js_sys::Reflect::get(&f, &0.into()).ok());
        let file = file.and_then(|f| f.dyn_into::<File>().ok());
        let listening = app.route.get_untracked() == crate::state::Route::Listen;
        if let (Some(file), true, true) = (file, listening, app.is_signed_in()) {
            show_photo(app, file);
        }
    });
}

/// Reads the camera for a few seconds while the music goes on; `None` where no face holds still.
pub async fn glance_again(app: App) -> Option<Felt> {
    let video = crate::dom::document().create_element("video").ok()?;
    let video: HtmlVideoElement = video.unchecked_into();
    video.set_muted(true);
    glue::camera(&video).await.ok()?;
    let mut steady = Steadied::new();
    let began = now_ms();
    let mut last = None;
    while now_ms() - began < 4_000.0 {
        if let Ok(Some(faces)) = glue::read_frame(&video).await {
            last =
                faces.faces.first().and_then(|face| steady.see(app, face, ToldBy::Camera)).or(last);
        }
        sleep(60).await;
    }
    glue::stop_camera(&video);
    let read: Read = last?;
    Some(Felt { mood: read.mood, told_by: ToldBy::Camera, expression: read.expression })
}
