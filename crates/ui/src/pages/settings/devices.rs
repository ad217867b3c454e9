//! Devices that are signed in.

use serde::Deserialize;
use serde_json::Value;
use sycamore::prelude::*;
use sycamore::web::View;
use wasm_bindgen_futures::spawn_local;

use super::section;
use crate::api;
use crate::dom::{El, button, div, each, h, icon_button};
use crate::messages::{t, t1};
use crate::pages::door::sign_out;
use crate::state::App;

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Device {
    id: i64,
    device: String,
    seen_ms: f64,
    this: bool,
}

pub fn devices(app: App) -> El {
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
