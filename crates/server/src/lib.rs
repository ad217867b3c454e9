//! Attune over HTTP: the embedded page and the interface it uses.
//!
//! Pictures never arrive here. The page reads faces in the browser and sends a mood; every body
//! is limited to 4096 bytes, so that it could not send a picture either.
//!
//! | request | answer |
//! |---|---|
//! | `GET /` | the page |
//! | `GET /assets/{version}/{name}` | its files, kept by browsers for as long as the version stands |
//! | `GET /model.safetensors` | the weights that the page reads faces with |
//! | `POST /api/recommend` | a list, as below |
//! | `POST /api/events` | what the listener did: `{"kind":"skipped","item":12,"position_ms":9000}`; kinds are played, finished, skipped, liked, disliked, banned, and not_how_i_feel without an item |
//! | `GET /api/languages` | `{"languages":[{"language":"hindi","items":120}]}`, the most frequent first |
//! | `GET /api/health` | `{"status":"ok","version":"0.1.0"}` |
//!
//! # Music servers, for the owner
//!
//! | request | answer |
//! |---|---|
//! | `GET /api/connections` | `{"connections":[{"id":1,"kind":"subsonic","address":"https://music.example.org","user":"maya","added_ms":0,"synced_ms":null,"error":null,"tracks":0,"missing":0,"waiting":0}]}`, as `attune library connections --format json` prints it; `waiting` counts tracks that are still to be listened to |
//! | `POST /api/connections` | takes `{"address":"...","user":"...","password":"..."}` or `{"address":"...","api_key":"..."}`, asks that server, and answers `{"connection":{...},"program":"navidrome","version":"1.16.1"}` |
//! | `POST /api/connections/{id}/sync` | has it listed again soon |
//! | `DELETE /api/connections/{id}` | ends it |
//! | `GET /api/work` | among the rest `"syncs_wanted":0` and `"work":{"servers":{"1":{"running":true,"listing":false,"done":8,"of":40,"seconds_left":60.0,"error":null,"ended":0}}}` |
//! | `GET /api/items/{id}/media` | a file or, of a server's item, what that server has, in the range asked for; 410 where it is gone, 502 and 504 where the server fails |
//!
//! # `POST /api/recommend`
//!
//! ```json
//! {"mood": {"valence": 0.6, "arousal": -0.2, "uncertainty": 0.1},
//!  "goal": "lift", "languages": ["hindi"], "artists": [], "kind": "all", "limit": 20, "seed": 7}
//! ```
//!
//! | key | says | without it |
//! |---|---|---|
//! | `mood` | valence and arousal from -1 to 1, uncertainty from 0 to 2 (0 if it is left out) | `expression` is needed |
//! | `expression` | a word instead of the mood: `happy`, `sad`, ... | `mood` is needed |
//! | `goal` | `match`, `lift`, `calm`, `energise`, `focus` or a point such as `"0.6,-0.2"` | `match` |
//! | `languages`, `artists` | any of these; none is all | all |
//! | `kind` | `music`, `video` or `all` | `all` |
//! | `limit` | 1 to 200 items | 20 |
//! | `seed` | another seed, another list | 0 |
//!
//! Unknown keys are ignored. The answer is a [`Recommendation`](attune_app::Recommendation), the
//! same JSON that `attune recommend --format json` prints.
//!
//! # Refusals
//!
//! Every refusal is `{"error": "one sentence", "hint": "what to do" | null}`: 400 for what cannot
//! be understood, 403 for a page of another origin, 404, 405, 413 for too long a body, 415 for a
//! body that is not JSON, 421 for a foreign `Host` while the server listens on loopback alone
//! (DNS rebinding), 500 where the library fails.

mod api;
mod assets;
mod attempts;
mod connections;
mod corrections;
mod cover;
mod diary;
mod error;
mod folders;
mod guard;
mod house;
mod item;
mod look;
mod media;
mod model;
mod playlists;
mod remote;
mod router;
mod server;
mod session;
mod settings;
mod wish;
mod work;

pub use assets::page_file;
pub use model::ModelFile;
pub use server::{ListenConfig, Places, ServeError, Served, Server, serve};
pub use work::Work;
