//! Fields that several pages have: switches, one of few, languages, names of artists, ranges.

use serde_json::Value;
use sycamore::prelude::*;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, Language};
use crate::dom::{El, checked, div, each, h, value};
use crate::messages::t;

/// A switch, with a line below that says what follows from it, or none.
pub fn switch(
    id: &'static str,
    text: String,
    hint: Option<String>,
    at: impl Fn() -> bool + 'static,
    set: impl Fn(bool) + 'static,
) -> El {
    h("label")
        .class("switch")
        .child(
            h("input")
                .attr("type", "checkbox")
                .attr("role", "switch")
                .attr("id", id)
                .prop("checked", at)
                .on("change", move |event| set(checked(&event))),
        )
        .child(h("span").child(text).child(hint.map(|hint| View::from(h("small").child(hint)))))
}

/// One of few, by words that the server knows and what they are called.
pub fn radios(
    name: &'static str,
    legend: String,
    choices: Vec<(String, String)>,
    at: impl Fn() -> String + Copy + 'static,
    set: impl Fn(String) + Copy + 'static,
) -> El {
    h("fieldset").child(h("legend").child(legend)).child(div("chips").child(each(
        choices,
        move |(word, text)| {
            let (wanted, chosen) = (word.clone(), word.clone());
            h("label")
                .class("chip")
                .child(
                    h("input")
                        .attr("type", "radio")
                        .attr("name", name)
                        .attr("value", word)
                        .prop("checked", move || at() == wanted)
                        .on("change", move |_| set(chosen.clone())),
                )
                .child(h("span").child(text))
        },
    )))
}

/// The library's languages, the most frequent first; `at` says which are chosen.
pub fn languages(
    at: impl Fn() -> Vec<String> + Copy + 'static,
    set: impl Fn(Vec<String>) + Copy + 'static,
) -> El {
    let known: Signal<Vec<Language>> = create_signal(Vec::new());
    spawn_local(async move {
        let Ok(said) = api::get::<Value>("/api/languages").await else { return };
        if known.is_alive() {
            known.set(serde_json::from_value(said["languages"].clone()).unwrap_or_default());
        }
    });
    let chip = move |Language { language, items }: Language| {
        let (word, wanted) = (language.clone(), language.clone());
        h("label")
            .class("chip")
            .child(
                h("input")
                    .attr("type", "checkbox")
                    .attr("value", language.clone())
                    .prop("checked", move || at().contains(&wanted))
                    .on("change", move |event| {
                        let mut chosen = at();
                        chosen.retain(|language| *language != word);
                        if checked(&event) {
                            chosen.push(word.clone());
                        }
                        set(chosen);
                    }),
            )
            .child(h("span").child(capital(&language)).child(h("small").child(items.to_string())))
    };
    h("fieldset")
        .class("languages")
        .child(h("legend").child(t("want.languages")))
        .child(div("chips").child(move || each(known.get_clone(), chip)))
}

/// Names of artists with commas between; `on` is the event that hands them over.
pub fn artists(
    on: &'static str,
    at: impl Fn() -> String + 'static,
    set: impl Fn(String) + 'static,
) -> El {
    h("label").class("field artists").child(h("span").child(t("want.artists"))).child(
        h("input")
            .attr("type", "text")
            .attr("id", "artists")
            .attr("maxlength", "400")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .attr("placeholder", t("want.artists.any"))
            .prop("value", at)
            .on(on, move |event| set(value(&event))),
    )
}

/// The names in what somebody wrote.
pub fn names(written: &str) -> Vec<String> {
    let names = written.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// A number of a stretch; `says` puts it into words.
pub fn range(
    id: &'static str,
    text: String,
    [least, most, step]: [u32; 3],
    at: impl Fn() -> u32 + Copy + 'static,
    says: impl Fn(u32) -> String + 'static,
    set: impl Fn(u32) + 'static,
) -> El {
    h("label")
        .class("field")
        .child(h("span").child(text))
        .child(h("output").text(move || says(at())))
        .child(
            h("input")
                .attr("type", "range")
                .attr("id", id)
                .attr("min", least.to_string())
                .attr("max", most.to_string())
                .attr("step", step.to_string())
                .prop("value", move || f64::from(at()))
                .style("--done", move || {
                    let share = f64::from(at().saturating_sub(least)) / f64::from(most - least);
                    format!("{:.0}%", 100.0 * share)
                })
                .on("input", move |event| {
                    if let Ok(number) = value(&event).parse() {
                        set(number);
                    }
                }),
        )
}

/// With a capital.
pub fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}
