//! Every track, searched as one types.

use sycamore::prelude::*;
use sycamore::web::View;

use super::{Filter, empty_but};
use crate::dom::{after, button, h};
use crate::messages::{t, t1};
use crate::player;
use crate::rows::{Loaded, rows};
use crate::state::{App, Route};

/// While somebody types, the last letters count.
const QUIET_MS: i32 = 60;

pub fn tracks(app: App, filter: Filter) -> View {
    let loaded = Loaded::new();
    let turn = create_signal(0_u32);
    create_effect(move || {
        let query = filter.query();
        let mine = turn.get_untracked() + 1;
        turn.set(mine);
        after(QUIET_MS, move || {
            if turn.is_alive() && turn.get_untracked() == mine {
                loaded.show(app, format!("/api/items?{query}&"));
            }
        });
    });
    // New items of a scan are to be seen without a reload.
    let items = create_selector(move || app.working.with(|working| working.items));
    create_effect(move || {
        items.track();
        loaded.refresh(app);
    });
    let count = move || match loaded.total.get() {
        Some(1) => t("library.count_one"),
        Some(total) => t1("library.count", &total.to_string()),
        None => String::new(),
    };
    let play = move |place| {
        let (items, at) = loaded.around(place);
        player::play(app, items, at);
    };
    vec![
        h("p").class("aside").attr("role", "status").attr("id", "found").text(count).into(),
        rows(app, loaded, t("library.tracks"), move || nothing_found(app, filter), play).into(),
    ]
    .into()
}

fn nothing_found(app: App, filter: Filter) -> View {
    let narrowed = filter.group.with_untracked(Option::is_some)
        || filter.playable.get_untracked()
        || !filter.search.with_untracked(String::is_empty);
    if narrowed {
        let everything = button("button", move |_| filter.leave()).child(t("library.nothing.do"));
        return empty_but(&t("library.nothing"), &t("library.nothing.why"), everything);
    }
    let settings = button("button", move |_| app.go(Route::Settings)).child(t("library.empty.do"));
    empty_but(&t("library.empty"), &t("library.empty.why"), settings)
}
