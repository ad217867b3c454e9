//! Looking through the library.

use std::sync::Arc;

use attune_app::{GroupBy, Look, Sort, Window};
use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::error::ApiError;
use crate::house::House;
use crate::item::ItemJson;
use crate::session::Signed;
use crate::wish::kind;

/// The most items of a page.
const LONGEST: usize = 200;
/// The most dots of the map.
const DOTS: usize = 1_500;
/// The most characters of a search that count.
const SEARCH: usize = 100;

/// What is looked for; see [`Look`].
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    search: String,
    artist: Option<String>,
    album: Option<String>,
    language: Option<String>,
    kind: Option<String>,
    #[serde(default)]
    playable: bool,
    #[serde(default)]
    sort: String,
    #[serde(default)]
    offset: usize,
    limit: Option<usize>,
}

impl Asked {
    fn look(&self) -> Result<Look, ApiError> {
        let sort = match self.sort.as_str() {
            "" | "title" => Sort::Title,
            "artist" => Sort::Artist,
            "newest" => Sort::Newest,
            "valence" => Sort::Valence,
            "arousal" => Sort::Arousal,
            other => {
                return Err(ApiError::bad_request(format!("'{other}' is not an order"))
                    .hint("known are title, artist, newest, valence, arousal"));
            }
        };
        Ok(Look {
            search: self.search.chars().take(SEARCH).collect(),
            artist: self.artist.clone(),
            album: self.album.clone(),
            language: self.language.clone(),
            kind: self.kind.as_deref().map_or(Ok(None), kind)?,
            playable: self.playable,
            sort,
        })
    }

    fn limit(&self) -> usize {
        self.limit.unwrap_or(100).min(LONGEST)
    }
}

/// `GET /api/items?search&artist&album&language&kind&playable&sort&offset&limit`
pub(crate) async fn items(
    State(house): State<Arc<House>>,
    _: Signed,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, ApiError> {
    let (catalogue, shelf) = house.shelf().await?;
    let (total, page) = shelf.page(&catalogue.items, &asked.look()?, asked.offset, asked.limit());
    let items: Vec<_> = page.into_iter().map(ItemJson::from).collect();
    Ok(Json(json!({ "total": total, "offset": asked.offset, "items": items })))
}

/// `GET /api/groups/{artists|albums|languages}` with the same filters
pub(crate) async fn groups(
    State(house): State<Arc<House>>,
    _: Signed,
    Path(by): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, ApiError> {
    let by = match by.as_str() {
        "artists" => GroupBy::Artist,
        "albums" => GroupBy::Album,
        "languages" => GroupBy::Language,
        _ => return Err(ApiError::not_here().hint("there are artists, albums and languages")),
    };
    let (catalogue, shelf) = house.shelf().await?;
    let groups = shelf.groups(&catalogue.items, &asked.look()?, by);
    let total = groups.len();
    let page: Vec<_> = groups.into_iter().skip(asked.offset).take(asked.limit()).collect();
    Ok(Json(json!({ "total": total, "offset": asked.offset, "groups": page })))
}

/// A window of the plane.
#[derive(Deserialize)]
pub(crate) struct Frame {
    left: f32,
    right: f32,
    bottom: f32,
    top: f32,
}

/// `GET /api/map?left&right&bottom&top` with the same filters: dots are number, valence, arousal
/// and whether the item plays here.
pub(crate) async fn map(
    State(house): State<Arc<House>>,
    _: Signed,
    Query(frame): Query<Frame>,
    Query(asked): Query<Asked>,
) -> Result<Json<Value>, ApiError> {
    let (catalogue, shelf) = house.shelf().await?;
    let window = Window { valence: (frame.left, frame.right), arousal: (frame.bottom, frame.top) };
    let (total, dots) = shelf.dots(&catalogue.items, &asked.look()?, window, DOTS);
    Ok(Json(json!({ "total": total, "dots": dots })))
}

/// The body of `POST /api/items`.
#[derive(Deserialize)]
pub(crate) struct Numbers {
    ids: Vec<i64>,
}

/// `POST /api/items` with `{"ids":[1,2]}`: those of them that are in the library, in this order.
pub(crate) async fn items_by_number(
    State(house): State<Arc<House>>,
    _: Signed,
    Json(Numbers { ids }): Json<Numbers>,
) -> Result<Json<Value>, ApiError> {
    let catalogue = house.library.catalogue().await?;
    let found = ids.iter().filter_map(|id| catalogue.item(attune_core::ItemId(*id)));
    let items: Vec<_> = found.map(ItemJson::from).collect();
    Ok(Json(json!({ "items": items })))
}
