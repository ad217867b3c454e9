//! Where the music comes from.

use sycamore::prelude::*;

use super::section;
use crate::dom::{El, Live, button, div, each, h, nothing};
use crate::messages::{t, t1, t2};
use crate::pages::welcome::{folder_card, progress};
use crate::state::App;

pub fn music(app: App, owner: bool) -> El {
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
