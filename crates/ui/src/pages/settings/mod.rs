//! Settings: looks, tastes and playing here; privacy, music, connections, people, devices and the profile have a
//! file each.

mod connections;
mod devices;
mod music;
mod people;
mod privacy;
mod profile;

use sycamore::web::View;

use crate::api::Settings;
use crate::dom::{El, button, div, each, h};
use crate::fields::{artists, languages, names, radios, range, switch};
use crate::messages::{languages as interface_languages, t, t1};
use crate::state::App;

/// The most artists that lists keep to.
const ARTISTS: usize = 40;

pub fn page(app: App) -> View {
    let owner = app.session.with_untracked(|session| session.owner);
    let mut sections = vec![looks(app), tastes(app), playing(app), privacy::privacy(app)];
    sections.push(music::music(app, owner));
    if owner {
        sections.push(connections::connections(app));
        sections.push(people::people(app));
    }
    sections.push(devices::devices(app));
    sections.push(profile::profile(app));
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

fn settings(app: App) -> Settings {
    app.session.with(|session| session.settings.clone())
}

fn looks(app: App) -> El {
    let themes =
        Settings::THEMES.map(|theme| (theme.to_owned(), t(&format!("theme.{theme}")))).to_vec();
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
    section("tastes")
        .child(h("p").class("aside").child(t("settings.tastes.why")))
        .child(languages(
            move || settings(app).languages,
            move |chosen| app.change(|settings| settings.languages = chosen),
        ))
        .child(artists(
            "change",
            move || settings(app).artists.join(", "),
            move |written| {
                let artists = names(&written).into_iter().take(ARTISTS).collect();
                app.change(|settings| settings.artists = artists);
            },
        ))
}

fn playing(app: App) -> El {
    section("playing")
        .child(switch(
            "normalise",
            t("settings.normalise"),
            Some(t("settings.normalise.why")),
            move || settings(app).normalise,
            move |on| app.change(|settings| settings.normalise = on),
        ))
        .child(range(
            "crossfade",
            t("settings.crossfade"),
            [0, Settings::LONGEST_FADE_S.into(), 1],
            move || settings(app).crossfade_s.into(),
            |seconds| t1("settings.seconds", &seconds.to_string()),
            move |seconds| {
                app.change(|settings| settings.crossfade_s = seconds.try_into().unwrap_or(0));
            },
        ))
        .child(
            button("button", move |_| app.help.set(true))
                .attr("id", "show-keys")
                .child(t("settings.keys")),
        )
}
