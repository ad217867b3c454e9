//! Members and invitations; for the owner.

use serde::Deserialize;
use serde_json::{Value, json};
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen_futures::spawn_local;

use super::section;
use crate::api;
use crate::dom::{El, button, each, h, icon_button, nothing, window};
use crate::messages::{t, t1};
use crate::state::App;

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

pub fn people(app: App) -> El {
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
