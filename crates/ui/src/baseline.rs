//! The personal baseline: how one's face reads at rest and smiling, recorded in the browser. Numbers
//! alone are kept.

use attune_core::Probabilities;
use attune_vision::PersonalBias;
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlVideoElement;

use crate::dom::{button, by_id, div, h, nothing, now_ms, sleep};
use crate::glue;
use crate::messages::{t, t1};
use crate::state::App;

/// Each phase lasts so long, in milliseconds.
const PHASE_MS: f64 = 8_000.0;
/// Frames with a well-lit face that a phase needs.
const LEAST_FRAMES: usize = 10;

/// Records a baseline, or takes it back.
pub fn recorder(app: App) -> View {
    let phase = create_signal(None::<String>);
    let record = move |_| {
        if phase.with_untracked(Option::is_some) {
            return;
        }
        spawn_local(async move {
            let recorded = both(phase).await;
            if phase.is_alive() {
                phase.set(None);
            }
            match recorded {
                Ok(bias) => {
                    app.change(|settings| settings.baseline = Some(bias));
                    app.learn_bias();
                    app.toast(t("baseline.done"));
                }
                Err(why) => app.toast(why),
            }
        });
    };
    let there = move || app.session.with(|session| session.settings.baseline.is_some());
    let forget = move |_| {
        app.change(|settings| settings.baseline = None);
        app.learn_bias();
    };
    div("baseline")
        .child(
            h("p")
                .class("aside")
                .text(move || if there() { t("baseline.kept") } else { t("baseline.none") }),
        )
        .child(
            h("video")
                .class("mirror")
                .attr("id", "baseline-camera")
                .attr("playsinline", "")
                .attr("aria-label", t("look.your_camera"))
                .flag("hidden", move || phase.with(Option::is_none)),
        )
        .child(
            h("p")
                .class("phase")
                .attr("role", "status")
                .flag("hidden", move || phase.with(Option::is_none))
                .text(move || phase.get_clone().unwrap_or_default()),
        )
        .child(
            div("actions")
                .child(
                    button("button", record)
                        .attr("id", "record-baseline")
                        .flag("disabled", move || phase.with(Option::is_some))
                        .child(t("baseline.record")),
                )
                .child(move || {
                    if there() {
                        button("button", forget).child(t("baseline.forget")).into()
                    } else {
                        nothing()
                    }
                }),
        )
        .into()
}

async fn both(phase: Signal<Option<String>>) -> Result<Vec<f32>, String> {
    let video: HtmlVideoElement = by_id("baseline-camera").ok_or_else(|| t("trouble.broken"))?;
    video.set_muted(true);
    glue::camera(&video).await.map_err(|why| t(&format!("trouble.{why}")))?;
    let rest = gather(&video, phase, "baseline.rest").await;
    let smile = gather(&video, phase, "baseline.smile").await;
    glue::stop_camera(&video);
    if rest.len().min(smile.len()) < LEAST_FRAMES {
        return Err(t("baseline.too_little"));
    }
    let bias = PersonalBias::from_baseline(&rest, &smile);
    Ok(bias.iter().map(|(_, value)| value).collect())
}

async fn gather(
    video: &HtmlVideoElement,
    phase: Signal<Option<String>>,
    key: &str,
) -> Vec<Probabilities> {
    let began = now_ms();
    let mut read = Vec::new();
    while now_ms() - began < PHASE_MS && phase.is_alive() {
        let left = ((PHASE_MS - (now_ms() - began)) / 1000.0).ceil();
        phase.set(Some(t1(key, &left.to_string())));
        if let Ok(Some(faces)) = glue::read_frame(video).await {
            let good = faces.faces.into_iter().next().filter(|face| face.advice.is_empty());
            read.extend(good.and_then(|face| face.read()));
        }
        sleep(40).await;
    }
    read
}
