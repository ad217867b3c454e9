//! Settings: profile, tastes, playing, privacy, music, people, devices, looks.

use serde::Deserialize;
use serde_json::{Value, json};
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen_futures::spawn_local;

use crate::api::{self, Language, Refusal, Settings};
use crate::dom::{El, Live, button, checked, div, each, h, icon_button, nothing, value, window};
use crate::messages::{languages as interface_languages, t, t1, t2};
use crate::pages::door::sign_out;
use crate::pages::listen::capital;
use crate::pages::welcome::{folder_card, progress, server_card};
use crate::state::App;

pub fn page(app: App) -> View {
    let owner = app.session.with_untracked(|session| session.owner);
    let mut sections = vec![looks(app), tastes(app), playing(app), privacy(app)];
    sections.push(music(app, owner));
    if owner {
        sections.push(people(app));
    }
    sections.push(devices(app));
    sections.push(profile(app));
    div("settings")
        .child(h("h1").child(t("nav.settings")))
        .child(div("sections").child(each(sections, |section| section)))
        .child(h("p").class("aside about").child(t1(
            "settings.version",
            &app.session.with_untracked(|session| session.version.clone()),
        )))
        .into()
}

fn section(key: &'static str) -> El {
    h("section")
        .class("card")
        .attr("aria-labelledby", format!("{key}-title"))
        .child(h("h2").attr("id", format!("{key}-title")).child(t(&format!("settings.{key}"))))
}

/// One of few.
fn radios(
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

fn settings(app: App) -> Settings {
    app.session.with(|session| session.settings.clone())
}

fn looks(app: App) -> El {
    let themes = ["system", "light", "dark"]
        .map(|theme| (theme.to_owned(), t(&format!("theme.{theme}"))))
        .to_vec();
    let own = (String::new(), t("settings.interface.own"));
    let languages = interface_languages().into_iter().map(|(code, name)| (code.to_owned(), name));
    let languages = std::iter::once(own).chain(languages).collect();
    section("looks")
        .child(radios(
            "theme",
            t("settings.theme"),
            themes,
            move || settings(app).theme,
            move |theme| app.change(|settings| settings.theme = theme),
        ))
        .child(radios(
            "interface",
            t("settings.interface"),
            languages,
            move || settings(app).interface,
            move |code| app.change(|settings| settings.interface = code),
        ))
}

fn tastes(app: App) -> El {
    let known: Signal<Vec<Language>> = create_signal(Vec::new());
    spawn_local(async move {
        let Ok(said) = api::get::<Value>("/api/languages").await else { return };
        if known.is_alive() {
            known.set(serde_json::from_value(said["languages"].clone()).unwrap_or_default());
        }
    });
    let chip = move |Language { language, .. }: Language| {
        let (wanted, word) = (language.clone(), language.clone());
        h("label")
            .class("chip")
            .child(
                h("input")
                    .attr("type", "checkbox")
                    .prop("checked", move || settings(app).languages.contains(&wanted))
                    .on("change", move |event| {
                        let on = checked(&event);
                        let word = word.clone();
                        app.change(move |settings| {
                            settings.languages.retain(|language| *language != word);
                            if on {
                                settings.languages.push(word);
                            }
                        });
                    }),
            )
            .child(h("span").child(capital(&language)))
    };
    let artists = app.session.with_untracked(|session| session.settings.artists.join(", "));
    section("tastes")
        .child(h("p").class("aside").child(t("settings.tastes.why")))
        .child(
            h("fieldset")
                .child(h("legend").child(t("want.languages")))
                .child(div("chips").child(move || each(known.get_clone(), chip))),
        )
        .child(
            h("label").class("field").child(h("span").child(t("want.artists"))).child(
                h("input")
                    .attr("type", "text")
                    .attr("maxlength", "400")
                    .attr("placeholder", t("want.artists.any"))
                    .attr("value", artists)
                    .on("change", move |event| {
                        let names = value(&event);
                        let names = names.split(',').map(str::trim).filter(|name| !name.is_empty());
                        let names: Vec<String> = names.map(str::to_owned).take(40).collect();
                        app.change(|settings| settings.artists = names);
                    }),
            ),
        )
}

fn switch(
    text: String,
    hint: String,
    id: &'static str,
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
        .child(h("span").child(text).child(h("small").child(hint)))
}

fn playing(app: App) -> El {
    section("playing")
        .child(switch(
            t("settings.normalise"),
            t("settings.normalise.why"),
            "normalise",
            move || settings(app).normalise,
            move |on| app.change(|settings| settings.normalise = on),
        ))
        .child(
            h("label")
                .class("field")
                .child(h("span").child(t("settings.crossfade")))
                .child(
                    h("output").text(move || {
                        t1("settings.seconds", &settings(app).crossfade_s.to_string())
                    }),
                )
                .child(
                    h("input")
                        .attr("type", "range")
                        .attr("id", "crossfade")
                        .attr("min", "0")
                        .attr("max", "12")
                        .attr("step", "1")
                        .prop("value", move || f64::from(settings(app).crossfade_s))
                        .on("change", move |event| {
                            let seconds = value(&event).parse().unwrap_or(0);
                            app.change(|settings| settings.crossfade_s = seconds);
                        }),
                ),
        )
        .child(
            button("button", move |_| app.help.set(true))
                .attr("id", "show-keys")
                .child(t("settings.keys")),
        )
}

fn privacy(app: App) -> El {
    let forget = move |_| {
        spawn_local(async move {
            match api::delete("/api/corrections").await {
                Ok(said) => {
                    app.adopt_bias(&said);
                    app.toast(t("settings.corrections.forgotten"));
                }
                Err(refusal) => app.refuse(&refusal),
            }
        });
    };
    section("privacy")
        .child(h("p").child(t("settings.privacy.why")))
        .child(switch(
            t("settings.diary"),
            t("settings.diary.why"),
            "diary-switch",
            move || settings(app).diary,
            move |on| {
                let sure =
                    on || window().confirm_with_message(&t("diary.stop.sure")).unwrap_or(false);
                if sure {
                    app.change(|settings| settings.diary = on);
                } else {
                    // Draws the switch as it was.
                    app.session.update(|_| {});
                }
            },
        ))
        .child(h("h3").child(t("settings.baseline")))
        .child(h("p").class("aside").text(move || {
            let count = app.corrections.get();
            if count == 0 {
                t("settings.baseline.none")
            } else {
                t1("settings.baseline.some", &count.to_string())
            }
        }))
        .child(crate::baseline::recorder(app))
        .child(
            button("button", forget)
                .flag("disabled", move || app.corrections.get() == 0)
                .child(t("settings.corrections.forget")),
        )
}

fn music(app: App, owner: bool) -> El {
    let adding = create_signal(false);
    let folders = move || app.working.get_clone().folders;
    let refused = move || {
        let scans = app.working.get_clone().work.scans;
        let files = scans.into_values().flat_map(|scan| scan.refused);
        files.collect::<Vec<_>>()
    };
    app.look_at_work();
    let add = move || {
        if !owner {
            return nothing();
        }
        vec![
            div("actions")
                .child(
                    button("button", move |_| adding.set(!adding.get_untracked()))
                        .state("aria-expanded", move || adding.get())
                        .child(t("settings.add_folder")),
                )
                .child(button("button", move |_| app.start_band()).child(t("settings.band")))
                .into(),
            (move || {
                if adding.get() { folder_card(app, move || adding.set(false)) } else { nothing() }
            })
            .live(),
            server_card(),
        ]
        .into()
    };
    section("music")
        .child(progress(app))
        .child(h("p").text(move || {
            let (items, playable) = app.working.with(|working| (working.items, working.playable));
            t2("settings.items", &items.to_string(), &playable.to_string())
        }))
        .child(h("ul").class("plain paths").child(move || {
            each(folders(), |folder| h("li").child(h("code").child(h("bdi").child(folder))))
        }))
        .child(move || {
            let files = refused();
            if files.is_empty() {
                return nothing();
            }
            let line = |(path, why): (String, String)| {
                h("li").child(h("bdi").child(path)).child(": ").child(why)
            };
            h("details")
                .child(h("summary").child(t1("settings.refused", &files.len().to_string())))
                .child(h("ul").class("plain").child(each(files, line)))
                .into()
        })
        .child(add())
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
struct People {
    members: Vec<Person>,
    invitations: Vec<Open>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Person {
    id: i64,
    name: String,
    owner: bool,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Open {
    id: i64,
}

fn people(app: App) -> El {
    let people: Signal<People> = create_signal(People::default());
    let link = create_signal(None::<String>);
    let load = move || {
        spawn_local(async move {
            match api::get::<People>("/api/members").await {
                Ok(found) if people.is_alive() => people.set(found),
                Ok(_) => {}
                Err(refusal) => app.refuse(&refusal),
            }
        });
    };
    load();
    let remove = move |address: String| {
        spawn_local(async move {
            match api::delete(&address).await {
                Ok(_) => load(),
                Err(refusal) => app.refuse(&refusal),
            }
        });
    };
    let invite = move |_| {
        spawn_local(async move {
            match api::post::<Value>("/api/invitations", &json!({})).await {
                Ok(said) if link.is_alive() => {
                    let origin = window().location().origin().unwrap_or_default();
                    let code = said["code"].as_str().unwrap_or_default();
                    link.set(Some(format!("{origin}/#/join/{code}")));
                    load();
                }
                Ok(_) => {}
                Err(refusal) => app.refuse(&refusal),
            }
        });
    };
    let member = move |person: Person| {
        let id = person.id;
        let name = person.name.clone();
        let tool = if person.owner {
            View::from(h("span").class("aside").child(t("settings.owner")))
        } else {
            let asked = name.clone();
            icon_button("tool", "#icon-delete", t1("settings.remove", &name), move |_| {
                let question = t1("settings.remove.sure", &asked);
                if window().confirm_with_message(&question).unwrap_or(false) {
                    remove(format!("/api/members/{id}"));
                }
            })
            .into()
        };
        h("li").child(h("bdi").child(name)).child(tool)
    };
    let open = move |invitation: Open| {
        let id = invitation.id;
        h("li").class("aside").child(t("settings.invitation")).child(icon_button(
            "tool",
            "#icon-delete",
            t("settings.withdraw"),
            move |_| remove(format!("/api/invitations/{id}")),
        ))
    };
    section("people")
        .child(h("ul").class("plain lines").attr("id", "members").child(move || {
            let People { members, invitations } = people.get_clone();
            View::from(vec![each(members, member), each(invitations, open)])
        }))
        .child(button("button", invite).attr("id", "invite").child(t("settings.invite")))
        .child(move || match link.get_clone() {
            Some(link) => h("label")
                .class("field")
                .child(h("span").child(t("settings.invite.link")))
                .child(
                    h("input")
                        .attr("type", "text")
                        .attr("id", "invitation")
                        .attr("readonly", "")
                        .attr("value", link),
                )
                .into(),
            None => nothing(),
        })
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Device {
    id: i64,
    device: String,
    seen_ms: f64,
    this: bool,
}

fn devices(app: App) -> El {
    let devices: Signal<Vec<Device>> = create_signal(Vec::new());
    let load = move || {
        spawn_local(async move {
            match api::get::<Value>("/api/devices").await {
                Ok(said) if devices.is_alive() => {
                    devices
                        .set(serde_json::from_value(said["devices"].clone()).unwrap_or_default());
                }
                Ok(_) => {}
                Err(refusal) => app.refuse(&refusal),
            }
        });
    };
    load();
    let line = move |device: Device| {
        let id = device.id;
        let seen = js_sys::Date::new(&device.seen_ms.into());
        let seen = String::from(seen.to_locale_string("default", &js_sys::Object::new()));
        let name = device.device.clone();
        let tool = if device.this {
            View::from(h("span").class("aside").child(t("settings.this_device")))
        } else {
            icon_button("tool", "#icon-delete", t1("settings.end_session", &name), move |_| {
                spawn_local(async move {
                    match api::delete(&format!("/api/devices/{id}")).await {
                        Ok(_) => load(),
                        Err(refusal) => app.refuse(&refusal),
                    }
                });
            })
            .into()
        };
        h("li")
            .child(h("span").child(device.device).child(h("small").class("aside").child(seen)))
            .child(tool)
    };
    section("devices")
        .child(h("ul").class("plain lines").child(move || each(devices.get_clone(), line)))
        .child(
            div("actions")
                .child(
                    button("button", move |_| sign_out(app, false))
                        .attr("id", "sign-out")
                        .child(t("settings.sign_out")),
                )
                .child(
                    button("button", move |_| sign_out(app, true))
                        .attr("id", "sign-out-everywhere")
                        .child(t("settings.sign_out_everywhere")),
                ),
        )
}

fn profile(app: App) -> El {
    let old = create_signal(String::new());
    let new = create_signal(String::new());
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        let body = json!({ "old": old.get_clone_untracked(), "new": new.get_clone_untracked() });
        spawn_local(async move {
            match api::post::<Value>("/api/password", &body).await {
                Ok(_) => {
                    app.toast(t("settings.password.changed"));
                    if old.is_alive() {
                        old.set(String::new());
                        new.set(String::new());
                    }
                }
                Err(refusal @ Refusal::SignedOut) => app.refuse(&refusal),
                Err(refusal) => app.toast(refusal.text()),
            }
        });
    };
    let field = |text: String, word: &'static str, at: Signal<String>| {
        h("label").class("field").child(h("span").child(text)).child(
            h("input")
                .attr("type", "password")
                .attr("autocomplete", word)
                .attr("required", "")
                .attr("maxlength", "256")
                .prop("value", move || at.get_clone())
                .on("input", move |event| at.set(value(&event))),
        )
    };
    let name = app.session.with_untracked(|session| session.name.clone());
    section("profile").child(h("p").child(t1("settings.signed_in_as", &name))).child(
        h("form")
            .class("form")
            .on("submit", submit)
            .child(
                h("input")
                    .attr("type", "text")
                    .attr("autocomplete", "username")
                    .attr("value", name)
                    .attr("hidden", "")
                    .attr("aria-hidden", "true"),
            )
            .child(field(t("settings.password.old"), "current-password", old))
            .child(field(t("settings.password.new"), "new-password", new))
            .child(
                h("button")
                    .class("button")
                    .attr("type", "submit")
                    .child(t("settings.password.change")),
            ),
    )
}
