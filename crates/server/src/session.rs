//! Who asks: accounts, sessions and invitations.

use std::sync::Arc;
use std::time::Instant;

use attune_app::{Account, AccountError, Newcomer, SESSION_MS, moment};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::header::{COOKIE, RETRY_AFTER, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::unreadable;
use crate::error::ApiError;
use crate::house::House;
use crate::settings::settings_of;

const SESSION: &str = "attune_session";

/// Whoever is signed in. Only behind [`require_session`].
pub(crate) struct Signed(pub(crate) Account);

/// That it is the library's owner.
pub(crate) struct Owner;

impl<S: Sync> FromRequestParts<S> for Signed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        parts.extensions.get::<Account>().cloned().map(Self).ok_or_else(not_signed_in)
    }
}

impl<S: Sync> FromRequestParts<S> for Owner {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Signed(account) = Signed::from_request_parts(parts, state).await?;
        if account.owner {
            return Ok(Self);
        }
        Err(ApiError::new(StatusCode::FORBIDDEN, "only the library's owner may do this")
            .hint("ask them"))
    }
}

fn not_signed_in() -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "you are not signed in").hint("sign in and try again")
}

/// Lets nobody through who is not signed in.
pub(crate) async fn require_session(
    State(house): State<Arc<House>>,
    mut request: Request,
    next: Next,
) -> Response {
    match signed_in(&house, request.headers()).await {
        Ok(Some(account)) => {
            request.extensions_mut().insert(account);
            next.run(request).await
        }
        Ok(None) => not_signed_in().into_response(),
        Err(error) => error.into_response(),
    }
}

async fn signed_in(house: &House, headers: &HeaderMap) -> Result<Option<Account>, ApiError> {
    match token(headers) {
        Some(token) => Ok(house.library.signed_in(token, moment().now_ms).await?),
        None => Ok(None),
    }
}

/// The session cookie's value.
fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).map(str::trim);
    pairs.find_map(|pair| pair.strip_prefix(SESSION)?.strip_prefix('='))
}

/// A cookie that scripts can't read and that other sites' forms don't send.
fn cookie(headers: &HeaderMap, token: &str, seconds: i64) -> HeaderValue {
    let over_tls = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
    let secure = if over_tls { "; Secure" } else { "" };
    let cookie =
        format!("{SESSION}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    // Hexadecimal and the words above are always a header's value.
    HeaderValue::try_from(cookie).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// `GET /api/session`
pub(crate) async fn session(
    State(house): State<Arc<House>>,
    headers: HeaderMap,
) -> Result<Json<Value>, ApiError> {
    let version = env!("CARGO_PKG_VERSION");
    if !house.library.is_owned().await? {
        let asks_code = house.setup_code.is_some();
        let said = json!({ "state": "first_run", "version": version, "setup_code": asks_code });
        return Ok(Json(said));
    }
    Ok(Json(match signed_in(&house, &headers).await? {
        Some(account) => said_of(&account),
        None => json!({ "state": "signed_out", "version": version }),
    }))
}

fn said_of(account: &Account) -> Value {
    json!({
        "state": "signed_in",
        "version": env!("CARGO_PKG_VERSION"),
        "name": account.name,
        "owner": account.owner,
        "settings": settings_of(account),
    })
}

/// Name and password.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    name: String,
    password: String,
    /// An invitation's code; for the first account the one that the server's terminal shows.
    #[serde(default)]
    code: String,
}

type Said<T> = Result<Json<T>, JsonRejection>;

/// Wrong setup codes are counted under this; no name has a control character.
const SETUP: &str = "\0setup";

/// `POST /api/owner`: the first account of all. Where strangers can reach the server, it takes the code
/// that the server's terminal shows: else whoever comes first would own the library.
pub(crate) async fn own(
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    body: Said<Credentials>,
) -> Result<Response, ApiError> {
    let Json(Credentials { name, password, code }) = body.map_err(unreadable)?;
    if let Some(wait) = house.attempts().wait(SETUP, Instant::now()) {
        return Ok(too_many("setup codes", wait.as_secs() + 1));
    }
    if house.setup_code.as_ref().is_some_and(|setup| !setup.is(&code)) {
        house.attempts().failed(SETUP, Instant::now());
        return Err(ApiError::new(StatusCode::FORBIDDEN, "this is not the setup code")
            .hint("it stands where attune serve was started, and is new with each start"));
    }
    let _turn = house.hashing.acquire().await;
    let id = house.library.own(&Newcomer { name, password }, moment().now_ms).await?;
    welcome(&house, id, &headers).await
}

/// `POST /api/join`: a member's account, by invitation.
pub(crate) async fn join(
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    body: Said<Credentials>,
) -> Result<Response, ApiError> {
    let Json(Credentials { name, password, code }) = body.map_err(unreadable)?;
    let _turn = house.hashing.acquire().await;
    let newcomer = Newcomer { name, password };
    let id = house.library.join(&code, &newcomer, moment().now_ms).await?;
    welcome(&house, id, &headers).await
}

/// `POST /api/sign-in`
pub(crate) async fn sign_in(
    State(house): State<Arc<House>>,
    headers: HeaderMap,
    body: Said<Credentials>,
) -> Result<Response, ApiError> {
    let Json(Credentials { name, password, .. }) = body.map_err(unreadable)?;
    let key = name.trim().to_lowercase();
    if let Some(wait) = house.attempts().wait(&key, Instant::now()) {
        return Ok(too_many("passwords", wait.as_secs() + 1));
    }
    let _turn = house.hashing.acquire().await;
    match house.library.verify(&name, &password).await {
        Ok(id) => {
            house.attempts().succeeded(&key);
            welcome(&house, id, &headers).await
        }
        Err(error) => {
            if matches!(error, AccountError::Wrong) {
                house.attempts().failed(&key, Instant::now());
            }
            Err(error.into())
        }
    }
}

fn too_many(what: &str, seconds: u64) -> Response {
    let refused = ApiError::new(StatusCode::TOO_MANY_REQUESTS, format!("too many wrong {what}"))
        .hint(format!("wait {seconds} s and try again"));
    let mut response = refused.into_response();
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// Signs the device in that asks.
async fn welcome(house: &House, id: i64, headers: &HeaderMap) -> Result<Response, ApiError> {
    let now_ms = moment().now_ms;
    let token = house.library.sign_in(id, &device(headers), now_ms).await?;
    let account = house.library.signed_in(&token, now_ms).await?.ok_or_else(not_signed_in)?;
    let mut response = Json(said_of(&account)).into_response();
    response.headers_mut().insert(SET_COOKIE, cookie(headers, &token, SESSION_MS / 1000));
    Ok(response)
}

/// Like "Firefox on Linux".
fn device(headers: &HeaderMap) -> String {
    let agent = headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or("");
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    // The order matters: browsers also name those that they are like.
    let browser = named(&[
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = named(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "macOS"),
        ("Windows", "Windows"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => "another program".to_owned(),
    }
}

/// `POST /api/sign-out`
pub(crate) async fn sign_out(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    house.library.store().end_session(account.id, account.session).await?;
    Ok(farewell(&headers))
}

/// `POST /api/sign-out-everywhere`
pub(crate) async fn sign_out_everywhere(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    house.library.store().end_sessions(account.id, None).await?;
    Ok(farewell(&headers))
}

fn farewell(headers: &HeaderMap) -> Response {
    let mut response = Json(json!({ "state": "signed_out" })).into_response();
    response.headers_mut().insert(SET_COOKIE, cookie(headers, "", 0));
    response
}

/// The body of `POST /api/password`.
#[derive(Deserialize)]
pub(crate) struct NewPassword {
    old: String,
    new: String,
}

/// `POST /api/password`
pub(crate) async fn password(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    body: Said<NewPassword>,
) -> Result<Json<Value>, ApiError> {
    let Json(NewPassword { old, new }) = body.map_err(unreadable)?;
    let _turn = house.hashing.acquire().await;
    house.library.change_password(&account, &old, &new).await?;
    Ok(Json(json!({ "changed": true })))
}

/// `GET /api/devices`
pub(crate) async fn devices(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
) -> Result<Json<Value>, ApiError> {
    let devices = house.library.devices(&account, moment().now_ms).await?;
    Ok(Json(json!({ "devices": devices })))
}

/// `DELETE /api/devices/{id}`
pub(crate) async fn forget_device(
    State(house): State<Arc<House>>,
    Signed(account): Signed,
    Path(id): Path<i64>,
) -> Result<Json<Value>, ApiError> {
    gone(house.library.store().end_session(account.id, id).await?)
}

/// `GET /api/members`: everyone with an account, and open invitations.
pub(crate) async fn members(
    State(house): State<Arc<House>>,
    _: Owner,
) -> Result<Json<Value>, ApiError> {
    let members = house.library.members().await?;
    let invitations = house.library.invitations(moment().now_ms).await?;
    Ok(Json(json!({ "members": members, "invitations": invitations })))
}

/// `DELETE /api/members/{id}`
pub(crate) async fn remove_member(
    State(house): State<Arc<House>>,
    _: Owner,
    Path(id): Path<i64>,
) -> Result<Json<Value>, ApiError> {
    gone(house.library.store().remove_member(id).await?)
}

/// `POST /api/invitations`
pub(crate) async fn invite(
    State(house): State<Arc<House>>,
    _: Owner,
) -> Result<Json<Value>, ApiError> {
    Ok(Json(json!({ "code": house.library.invite(moment().now_ms).await? })))
}

/// `DELETE /api/invitations/{id}`
pub(crate) async fn withdraw(
    State(house): State<Arc<House>>,
    _: Owner,
    Path(id): Path<i64>,
) -> Result<Json<Value>, ApiError> {
    gone(house.library.store().withdraw_invitation(id).await?)
}

/// What was to be deleted is gone; 404 where it was not there.
pub(crate) fn gone(deleted: bool) -> Result<Json<Value>, ApiError> {
    if deleted { Ok(Json(json!({ "deleted": true }))) } else { Err(ApiError::not_here()) }
}

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        let status = match error {
            AccountError::Wrong => StatusCode::FORBIDDEN,
            AccountError::Owned | AccountError::NameTaken(_) => StatusCode::CONFLICT,
            AccountError::BadName | AccountError::BadPassword | AccountError::NoInvitation => {
                StatusCode::BAD_REQUEST
            }
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(status, error.to_string()).hint(error.hint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_found_among_other_cookies() {
        for (cookies, expected) in [
            ("attune_session=abc", Some("abc")),
            ("a=b; attune_session=abc; c=d", Some("abc")),
            ("my_attune_session=abc", None),
            ("attune_sessions=abc", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_static(cookies));
            assert_eq!(token(&headers), expected, "{cookies}");
        }
    }

    #[test]
    fn devices_have_names_that_people_know() {
        for (agent, expected) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox on Linux",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15",
                "Safari on macOS",
            ),
            ("curl/8.5.0", "another program"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(USER_AGENT, HeaderValue::from_static(agent));
            assert_eq!(device(&headers), expected);
        }
    }
}
