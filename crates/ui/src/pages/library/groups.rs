//! Albums, artists and languages.

use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen_futures::spawn_local;

use super::{Filter, Tab, empty};
use crate::api::{self, Group, Groups};
use crate::dom::{button, div, each, h};
use crate::fields::capital;
use crate::mark::mark;
use crate::messages::{t, t1};
use crate::state::App;

/// Groups that are asked for.
const GROUPS: usize = 200;

pub fn groups(
    app: App,
    filter: Filter,
    tab: Signal<Tab>,
    path: &'static str,
    by: &'static str,
) -> View {
    let found: Signal<Option<Result<Groups, String>>> = create_signal(None);
    let turn = create_signal(0_u32);
    create_effect(move || {
        let query = filter.query();
        let mine = turn.get_untracked() + 1;
        turn.set(mine);
        spawn_local(async move {
            let address = format!("/api/groups/{path}?{query}&limit={GROUPS}");
            let answer = api::get::<Groups>(&address).await;
            if !found.is_alive() || turn.get_untracked() != mine {
                return;
            }
            if let Err(api::Refusal::SignedOut) = answer {
                app.refuse(&api::Refusal::SignedOut);
            }
            found.set(Some(answer.map_err(|refusal| refusal.text())));
        });
    });
    let card = move |group: Group| {
        let name = group.name.clone();
        let shown = if by == "language" { capital(&group.name) } else { group.name.clone() };
        button("group", move |_| {
            filter.group.set(Some((by, name.clone())));
            tab.set(Tab::Tracks);
        })
        .child(
            h("img")
                .class("cover")
                .attr("src", format!("/api/items/{}/cover", group.item))
                .attr("alt", "")
                .attr("loading", "lazy")
                .attr("width", "240")
                .attr("height", "240"),
        )
        .child(h("strong").child(h("bdi").child(shown)))
        .child(h("span").class("by").child(h("bdi").child(group.artist.unwrap_or_default())))
        .child(
            h("span")
                .class("by")
                .child(group.mood.map(|mood| View::from(mark(mood))))
                .child(t1("library.items", &group.items.to_string())),
        )
    };
    (move || match found.get_clone() {
        None => h("p").class("aside").child(t("library.looking")).into(),
        Some(Err(why)) => empty(&t("list.refused"), &why),
        Some(Ok(found)) if found.groups.is_empty() => {
            empty(&t("library.nothing"), &t("library.no_groups"))
        }
        Some(Ok(found)) => div("groups").child(each(found.groups, card)).into(),
    })
    .into()
}
