//! The diary: moods over time, for those who want it.

use attune_core::{Mood, Point};
use js_sys::Date;
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, Diary, Entry, Helped, Refusal};
use crate::dom::{El, Live, button, div, each, h, icon, icon_button, nothing, svg, window};
use crate::mark::mark;
use crate::messages::{t, t1, t2};
use crate::mood::{expression_name, in_words};
use crate::pages::library::{empty, empty_but, make_a_list};
use crate::plane::{across, axes, down, field, placed};
use crate::state::App;

const DAY_MS: f64 = 86_400_000.0;

pub fn page(app: App) -> View {
    let on = create_selector(move || app.session.with(|session| session.settings.diary));
    div("diary")
        .child(h("h1").child(t("nav.diary")))
        .child(move || if on.get() { kept(app) } else { consent(app) })
        .into()
}

/// What would be kept, before anything is.
fn consent(app: App) -> View {
    let point = |key: &str| h("li").child(t(key));
    h("section")
        .class("card consent")
        .attr("aria-labelledby", "consent-title")
        .child(h("h2").attr("id", "consent-title").child(t("diary.off.title")))
        .child(h("p").child(t("diary.off.why")))
        .child(
            h("ul")
                .class("plain ticks")
                .child(point("diary.off.kept"))
                .child(point("diary.off.not_kept"))
                .child(point("diary.off.stop")),
        )
        .child(
            button("button main", move |_| app.change(|settings| settings.diary = true))
                .attr("id", "diary-on")
                .child(t("diary.on")),
        )
        .into()
}

fn kept(app: App) -> View {
    let diary: Signal<Option<Result<Diary, String>>> = create_signal(None);
    load(app, diary);
    vec![
        actions(app, diary).into(),
        (move || match diary.get_clone() {
            None => h("p").class("aside").child(t("library.looking")).into(),
            Some(Err(why)) => empty(&t("list.refused"), &why),
            Some(Ok(found)) if found.entries.is_empty() => {
                empty_but(&t("diary.empty"), &t("diary.empty.why"), make_a_list(app))
            }
            Some(Ok(found)) => charts(app, diary, found),
        })
        .live(),
    ]
    .into()
}

type Loaded = Signal<Option<Result<Diary, String>>>;

fn load(app: App, diary: Loaded) {
    spawn_local(async move {
        let answer = api::get::<Diary>("/api/diary").await;
        if let Err(Refusal::SignedOut) = answer {
            app.refuse(&Refusal::SignedOut);
        }
        if diary.is_alive() {
            diary.set(Some(answer.map_err(|refusal| refusal.text())));
        }
    });
}

fn actions(app: App, diary: Loaded) -> El {
    let save = |format: &'static str| {
        h("a")
            .class("button")
            .attr("download", "")
            .attr("id", format!("diary-{format}"))
            .attr("href", format!("/api/diary/export/{format}"))
            .child(icon("#icon-export"))
            .child(format.to_uppercase())
    };
    div("actions diary-actions")
        .child(save("json"))
        .child(save("csv"))
        .child(
            button("button", move |_| {
                if sure("diary.delete_all.sure") {
                    remove(app, diary, "/api/diary".to_owned());
                }
            })
            .attr("id", "delete-all")
            .child(icon("#icon-delete"))
            .child(t("diary.delete_all")),
        )
        .child(
            button("button", move |_| {
                if sure("diary.stop.sure") {
                    app.change(|settings| settings.diary = false);
                }
            })
            .attr("id", "diary-off")
            .child(t("diary.stop")),
        )
}

fn sure(key: &str) -> bool {
    window().confirm_with_message(&t(key)).unwrap_or(false)
}

fn remove(app: App, diary: Loaded, address: String) {
    spawn_local(async move {
        match api::delete(&address).await {
            Ok(_) => load(app, diary),
            Err(refusal) => app.refuse(&refusal),
        }
    });
}

fn charts(app: App, diary: Loaded, found: Diary) -> View {
    let Diary { entries, helped, .. } = found;
    vec![
        div("diary-charts").child(timeline(&entries)).child(places(&entries)).into(),
        helped_card(&helped).into(),
        days(app, diary, entries),
    ]
    .into()
}

/// Valence and arousal over time: two lines that differ in stroke, not in colour alone.
fn timeline(entries: &[Entry]) -> El {
    let (first, last) = match (entries.first(), entries.last()) {
        (Some(first), Some(last)) => (first.at_ms, last.at_ms),
        _ => (0.0, 1.0),
    };
    let span = (last - first).max(1.0);
    let x = |at: f64| 24.0 + 552.0 * (at - first) / span;
    let y = |value: f32| 160.0 - 118.0 * f64::from(value);
    let line = |class, of: fn(&Entry) -> f32| {
        let place = |e: &Entry| format!("{:.1},{:.1}", x(e.at_ms), y(of(e)));
        let points: Vec<String> = entries.iter().map(place).collect();
        svg("polyline").attr("class", class).attr("points", points.join(" "))
    };
    let dots = each(entries, |entry| {
        let (valence, arousal) = (entry.valence, entry.arousal);
        svg("circle")
            .class("when toned")
            .attr("cx", format!("{:.1}", x(entry.at_ms)))
            .attr("cy", format!("{:.1}", y(entry.valence)))
            .attr("r", "5")
            .toned(move || Some((valence, arousal)))
    });
    let [begin, end] = match (day_of(first), day_of(last)) {
        // Within a day the time tells more.
        (one, other) if one == other => [format!("{one}, {}", time_of(first)), time_of(last)],
        (one, other) => [one, other],
    };
    let ends = |one: &str, other: &str| format!("{} · {}", t(one), t(other));
    let label = |x: &'static str, y: &'static str, anchor: &'static str, text: String| {
        svg("text").attr("x", x).attr("y", y).attr("text-anchor", anchor).child(text)
    };
    h("section")
        .class("card timeline")
        .attr("aria-labelledby", "timeline-title")
        .child(h("h2").attr("id", "timeline-title").child(t("diary.timeline")))
        .child(
            svg("svg")
                .attr("viewBox", "0 0 600 340")
                .attr("role", "img")
                .attr("aria-label", t1("diary.timeline.says", &entries.len().to_string()))
                .child(svg("path").attr("class", "cross").attr("d", "M24 160H576M24 30V290H576"))
                .child(line("valence", |e| e.valence))
                .child(line("arousal", |e| e.arousal))
                .child(dots)
                .child(label("24", "20", "start", ends("mood.pleasant", "mood.awake")))
                .child(label("24", "308", "start", ends("mood.unpleasant", "mood.calm")))
                .child(label("24", "332", "start", begin))
                .child(label("576", "332", "end", end)),
        )
        .child(
            h("p")
                .class("aside legend")
                .child(h("span").class("key valence"))
                .child(t("diary.valence"))
                .child(h("span").class("key arousal"))
                .child(t("diary.arousal")),
        )
}

/// Moods in the plane, and arrows from before a list to after it.
fn places(entries: &[Entry]) -> El {
    let at = |e: &Entry| Point { valence: e.valence, arousal: e.arousal };
    let pair = |after: &Entry| {
        let before = entries.iter().find(|e| Some(e.id) == after.after)?;
        let point = |p: Point| (across(p.valence) * 400.0, down(p.arousal) * 300.0);
        let ((x1, y1), (x2, y2)) = (point(at(before)), point(at(after)));
        let line = svg("line")
            .attr("x1", format!("{x1:.1}"))
            .attr("y1", format!("{y1:.1}"))
            .attr("x2", format!("{x2:.1}"))
            .attr("y2", format!("{y2:.1}"))
            .attr("marker-end", "url(#arrow)");
        Some(View::from(line))
    };
    let arrows: Vec<View> = entries.iter().filter_map(pair).collect();
    let dots = each(entries.iter().map(at), |point| {
        placed(div("item-point").attr("aria-hidden", "true"), move || Some(point))
            .child(mark(point))
    });
    h("section")
        .class("card")
        .attr("aria-labelledby", "places-title")
        .child(h("h2").attr("id", "places-title").child(t("diary.places")))
        .child(
            div("plane still")
                .child(field(|| None::<Mood>))
                .child(
                    svg("svg")
                        .class("way")
                        .attr("viewBox", "0 0 400 300")
                        .attr("preserveAspectRatio", "none")
                        .attr("aria-hidden", "true")
                        .child(arrows),
                )
                .child(dots)
                .child(axes()),
        )
        .child(h("p").class("aside").child(t("diary.places.how")))
}

fn helped_card(helped: &[Helped]) -> El {
    let line = |helped: &Helped| {
        let goal = t(&format!("goal.{}", helped.goal));
        let goal = if helped.goal.contains(',') { t("goal.point") } else { goal };
        let signed = |x: f32| format!("{x:+.2}");
        h("li")
            .child(h("strong").child(goal))
            .child(h("span").child(t2(
                "diary.helped.by",
                &signed(helped.valence),
                &signed(helped.arousal),
            )))
            .child(
                h("span").class("aside").child(t1("diary.helped.lists", &helped.lists.to_string())),
            )
    };
    let none = helped.is_empty();
    h("section")
        .class("card helped")
        .attr("aria-labelledby", "helped-title")
        .child(h("h2").attr("id", "helped-title").child(t("diary.helped")))
        .child(if none {
            h("p").class("aside").child(t("diary.helped.none")).into()
        } else {
            nothing()
        })
        .child(h("ul").class("plain").child(each(helped, line)))
        .child(h("p").class("aside").child(t("diary.helped.mind")))
}

/// The entries by day, the latest first.
fn days(app: App, diary: Loaded, entries: Vec<Entry>) -> View {
    let mut days: Vec<(f64, Vec<Entry>)> = Vec::new();
    for entry in entries.into_iter().rev() {
        let begin = midnight(entry.at_ms);
        match days.last_mut() {
            Some((day, of)) if *day == begin => of.push(entry),
            _ => days.push((begin, vec![entry])),
        }
    }
    each(days, move |(begin, entries)| {
        let name = day_of(begin);
        let asked = name.clone();
        h("section")
            .class("day")
            .child(div("day-head").child(h("h2").child(name.clone())).child(icon_button(
                "tool",
                "#icon-delete",
                t1("diary.delete_day", &name),
                move |_| {
                    let question = t1("diary.delete_day.sure", &asked);
                    if window().confirm_with_message(&question).unwrap_or(false) {
                        let to = begin + DAY_MS;
                        remove(app, diary, format!("/api/diary?from_ms={begin}&to_ms={to}"));
                    }
                },
            )))
            .child(
                h("ul")
                    .class("plain entries-of-day")
                    .child(each(entries, |entry| one(app, diary, entry))),
            )
    })
}

fn one(app: App, diary: Loaded, entry: Entry) -> El {
    let id = entry.id;
    let point = Point { valence: entry.valence, arousal: entry.arousal };
    let told = t(&format!("diary.told.{}", entry.told_by));
    let goal = entry.goal.map(|goal| {
        let key = if goal.contains(',') { "goal.point".to_owned() } else { format!("goal.{goal}") };
        t(&key)
    });
    let mut more = vec![told];
    more.extend(entry.expression.map(expression_name));
    more.extend(goal.map(|goal| t1("diary.wanted", &goal)));
    if entry.after.is_some() {
        more.push(t("diary.after"));
    }
    h("li")
        .class("diary-entry")
        .child(mark(point))
        .child(h("time").child(time_of(entry.at_ms)))
        .child(h("span").child(in_words(point)))
        .child(h("span").class("aside").child(more.join(" · ")))
        .child(icon_button("tool", "#icon-delete", t("diary.delete"), move |_| {
            remove(app, diary, format!("/api/diary/{id}"));
        }))
}

/// The beginning of the day, where the listener is.
fn midnight(at_ms: f64) -> f64 {
    let date = Date::new(&JsValue::from_f64(at_ms));
    date.set_hours(0);
    date.set_minutes(0);
    date.set_seconds(0);
    date.set_milliseconds(0);
    date.get_time()
}

fn day_of(at_ms: f64) -> String {
    let options = chosen([("weekday", "short"), ("day", "numeric"), ("month", "short")]);
    let date = Date::new(&JsValue::from_f64(at_ms));
    date.to_locale_date_string(&language(), &options).into()
}

/// Hours and minutes, as the interface's language has them.
fn time_of(at_ms: f64) -> String {
    let options = chosen([("hour", "numeric"), ("minute", "2-digit")]);
    let date = Date::new(&JsValue::from_f64(at_ms));
    date.to_locale_time_string_with_options(&language(), &options).into()
}

fn chosen<const N: usize>(options: [(&str, &str); N]) -> js_sys::Object {
    let object = js_sys::Object::new();
    for (name, value) in options {
        js_sys::Reflect::set(&object, &name.into(), &value.into()).ok();
    }
    object
}

fn language() -> String {
    let root = window().document().and_then(|d| d.document_element());
    root.and_then(|root| root.get_attribute("lang")).unwrap_or_else(|| "en".to_owned())
}
