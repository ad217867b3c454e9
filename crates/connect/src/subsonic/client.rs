use std::io::Read;
use std::sync::Arc;

use serde_json::Value;
use url::Url;

use super::credentials::Credentials;
use super::envelope::{ServerInfo, open};
use super::error::SubsonicError;
use super::transport::{Answer, Patience, Request, Transport};
use super::url::ServerUrl;
use super::walk::Songs;

/// What a list of 500 songs never reaches.
const LONGEST: u64 = 32 << 20;
/// Redirects that are followed, and to the same host alone.
const REDIRECTS: usize = 3;
/// The side of a cover in pixels.
const COVER_PX: &str = "512";

/// A server, and who asks it. Each call waits for the network: give it a thread that may wait.
#[derive(Clone)]
pub struct Subsonic {
    transport: Arc<dyn Transport>,
    address: ServerUrl,
    credentials: Credentials,
}

/// A recording or picture as it arrives.
pub struct Media {
    /// 200, 206 or 416.
    pub status: u16,
    /// `audio/...` or `video/...`, else `application/octet-stream`: never anything that a browser would run.
    pub media_type: String,
    /// Bytes of the body, where the server says so.
    pub length: Option<u64>,
    /// Which bytes of how many, as RFC 9110 writes it.
    pub range: Option<String>,
    /// Whether parts can be asked for.
    pub accepts_ranges: bool,
    /// The bytes.
    pub body: Box<dyn Read + Send>,
}

impl Subsonic {
    /// Asks nothing yet.
    #[must_use]
    pub fn new(
        transport: Arc<dyn Transport>,
        address: ServerUrl,
        credentials: Credentials,
    ) -> Self {
        Self { transport, address, credentials }
    }

    /// The server's name and port.
    #[must_use]
    pub fn host(&self) -> String {
        self.address.host()
    }

    /// Whether it is there and lets us in.
    ///
    /// # Errors
    /// As [`SubsonicError`] tells them.
    pub fn ping(&self) -> Result<ServerInfo, SubsonicError> {
        self.ask("ping", &[]).map(|(info, _)| info)
    }

    /// Everything there is to hear.
    #[must_use]
    pub fn songs(&self) -> Songs<'_> {
        Songs::of(self)
    }

    /// The recording as it is, without conversion; `range` is a `Range` header to pass on.
    ///
    /// # Errors
    /// As [`SubsonicError`] tells them.
    pub fn stream(&self, id: &str, range: Option<&str>) -> Result<Media, SubsonicError> {
        self.media("stream", &[("id", id), ("format", "raw")], range)
    }

    /// A picture, at most `most` bytes of it; `None` where there is none or it is longer.
    ///
    /// # Errors
    /// As [`SubsonicError`] tells them.
    pub fn cover(&self, id: &str, most: u64) -> Result<Option<Vec<u8>>, SubsonicError> {
        let media = match self.media("getCoverArt", &[("id", id), ("size", COVER_PX)], None) {
            Ok(media) => media,
            Err(SubsonicError::Gone { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        let broken = |_| SubsonicError::Broken { host: self.host() };
        media.body.take(most + 1).read_to_end(&mut bytes).map_err(broken)?;
        Ok((bytes.len() as u64 <= most).then_some(bytes))
    }

    pub(super) fn search(&self, count: usize, offset: &str) -> Result<Value, SubsonicError> {
        let count = count.to_string();
        let query = [
            ("query", ""),
            ("songCount", &count),
            ("songOffset", offset),
            ("artistCount", "0"),
            ("albumCount", "0"),
        ];
        self.ask("search3", &query).map(|(_, response)| response)
    }

    pub(super) fn albums(&self, count: usize, offset: &str) -> Result<Value, SubsonicError> {
        let count = count.to_string();
        let query = [("type", "alphabeticalByName"), ("size", &count), ("offset", offset)];
        self.ask("getAlbumList2", &query).map(|(_, response)| response)
    }

    pub(super) fn album(&self, id: &str) -> Result<Value, SubsonicError> {
        self.ask("getAlbum", &[("id", id)]).map(|(_, response)| response)
    }

    fn ask(
        &self,
        method: &str,
        query: &[(&str, &str)],
    ) -> Result<(ServerInfo, Value), SubsonicError> {
        let answer = self.get(method, query, None, Patience::Answer)?;
        open(&self.host(), answer.status, &self.whole(answer)?)
    }

    fn whole(&self, answer: Answer) -> Result<Vec<u8>, SubsonicError> {
        let mut body = Vec::new();
        let broken = |_| SubsonicError::Broken { host: self.host() };
        answer.body.take(LONGEST + 1).read_to_end(&mut body).map_err(broken)?;
        if body.len() as u64 > LONGEST {
            return Err(SubsonicError::TooLong { host: self.host() });
        }
        Ok(body)
    }

    /// Something that is no list. Failures come as JSON or XML all the same, most with status 200.
    fn media(
        &self,
        method: &str,
        query: &[(&str, &str)],
        range: Option<&str>,
    ) -> Result<Media, SubsonicError> {
        let answer = self.get(method, query, range, Patience::Stream)?;
        let media_type = answer.media_type.clone().unwrap_or_default().to_lowercase();
        let said = ["json", "xml", "html", "text/"].iter().any(|word| media_type.contains(word));
        match answer.status {
            200 | 206 if !said || media_type.starts_with("image/") => Ok(Media {
                status: answer.status,
                media_type: harmless(&media_type),
                length: answer.length,
                range: answer.range,
                accepts_ranges: answer.status == 206
                    || answer.accepts_ranges.as_deref() == Some("bytes"),
                body: answer.body,
            }),
            // Whatever it says to that, nothing of it was asked for.
            416 => Ok(Media {
                status: 416,
                media_type: harmless(""),
                length: Some(0),
                range: answer.range,
                accepts_ranges: true,
                body: Box::new(std::io::empty()),
            }),
            404 | 410 if !said => Err(SubsonicError::Gone { host: self.host() }),
            status => match open(&self.host(), status, &self.whole(answer)?) {
                Err(error) => Err(error),
                Ok(_) => Err(SubsonicError::Broken { host: self.host() }),
            },
        }
    }

    /// Follows a few redirects within the same host.
    fn get(
        &self,
        method: &str,
        query: &[(&str, &str)],
        range: Option<&str>,
        patience: Patience,
    ) -> Result<Answer, SubsonicError> {
        let mut url = self.signed(method, query);
        for _ in 0..=REDIRECTS {
            let request = Request { url: url.as_str(), range, patience };
            let answer = self.transport.get(&request);
            let answer = answer.map_err(|error| SubsonicError::of_transport(self.host(), error))?;
            let (301..=303 | 307 | 308, Some(location)) = (answer.status, &answer.location) else {
                return Ok(answer);
            };
            url = self.led(&url, location)?;
        }
        Err(SubsonicError::NotSubsonic { host: self.host() })
    }

    fn led(&self, from: &Url, location: &str) -> Result<Url, SubsonicError> {
        let broken = |_| SubsonicError::Broken { host: self.host() };
        let to = from.join(location).map_err(broken)?;
        if self.address.may_lead_to(&to) {
            return Ok(to);
        }
        let to = format!("{}://{}", to.scheme(), to.host_str().unwrap_or_default());
        Err(SubsonicError::Elsewhere { host: self.host(), to })
    }

    fn signed(&self, method: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.address.method(method);
        url.query_pairs_mut().extend_pairs(query).extend_pairs([
            ("v", "1.16.1"),
            ("c", "attune"),
            ("f", "json"),
        ]);
        self.credentials.sign(&mut url);
        url
    }
}

/// The type of sound or pictures; anything else is bytes.
fn harmless(media_type: &str) -> String {
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    let written = plain.bytes().all(|b| b.is_ascii_alphanumeric() || b"/.+-".contains(&b));
    let kind = ["audio/", "video/"].iter().any(|kind| plain.starts_with(kind));
    if written && (kind || plain == "application/ogg") {
        plain.to_owned()
    } else {
        "application/octet-stream".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use serde_json::json;

    use super::*;
    use crate::subsonic::transport::TransportError;

    type Answering = dyn Fn(&str, &dyn Fn(&str) -> String) -> Answer + Send + Sync;

    /// Answers by method and query; remembers what it was asked.
    struct Script {
        answering: Box<Answering>,
        asked: Mutex<Vec<String>>,
    }

    impl Transport for Script {
        fn get(&self, request: &Request<'_>) -> Result<Answer, TransportError> {
            let url = Url::parse(request.url).unwrap();
            let path = url.path().to_owned();
            self.asked.lock().unwrap().push(path.clone());
            let said = |key: &str| {
                let mut pairs = url.query_pairs();
                pairs.find(|(name, _)| name == key).map(|(_, v)| v.into_owned()).unwrap_or_default()
            };
            assert_eq!(("json", "attune"), (said("f").as_str(), said("c").as_str()));
            let method = path.rsplit('/').next().unwrap().trim_end_matches(".view").to_owned();
            Ok((self.answering)(&method, &said))
        }
    }

    fn answer(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Answer {
        let body = body.into();
        Answer {
            status,
            media_type: Some(media_type.to_owned()),
            length: Some(body.len() as u64),
            range: None,
            accepts_ranges: None,
            location: None,
            body: Box::new(std::io::Cursor::new(body)),
        }
    }

    fn ok(key: &str, value: &Value) -> Answer {
        let response =
            json!({"subsonic-response": {"status": "ok", "version": "1.16.1", key: value}});
        answer(200, "application/json", response.to_string())
    }

    fn failed(code: i64) -> Answer {
        let error = json!({"code": code, "message": "no"});
        let response =
            json!({"subsonic-response": {"status": "failed", "version": "1.16.1", "error": error}});
        answer(200, "application/json", response.to_string())
    }

    fn server(
        answering: impl Fn(&str, &dyn Fn(&str) -> String) -> Answer + Send + Sync + 'static,
    ) -> (Arc<Script>, Subsonic) {
        let script = Arc::new(Script { answering: Box::new(answering), asked: Mutex::default() });
        let address = ServerUrl::parse("http://nas/music").unwrap();
        let credentials = Credentials::of_password("maya", "hush", "salt");
        (Arc::clone(&script), Subsonic::new(script, address, credentials))
    }

    fn songs(from: usize, to: usize) -> Vec<Value> {
        (from..to).map(|n| json!({"id": n, "title": format!("song {n}")})).collect()
    }

    fn walked(server: &Subsonic) -> Result<usize, SubsonicError> {
        server.songs().try_fold(0, |count, page| Ok(count + page?.len()))
    }

    #[test]
    fn a_search_for_nothing_is_walked_in_pages() {
        let (script, server) = server(|method, said| {
            assert_eq!(
                (method, said("query").as_str(), said("u").as_str()),
                ("search3", "", "maya")
            );
            let from: usize = said("songOffset").parse().unwrap();
            ok("searchResult3", &json!({"song": songs(from, (from + 500).min(1_203))}))
        });
        assert_eq!(walked(&server).unwrap(), 1_203);
        let asked = script.asked.lock().unwrap();
        assert_eq!(asked.len(), 4, "{asked:?}");
        assert_eq!(asked[0], "/music/rest/search3.view");
    }

    #[test]
    fn a_server_without_such_a_search_is_walked_by_albums() {
        for empty in [true, false] {
            let (_, server) = server(move |method, said| match method {
                "search3" if empty => ok("searchResult3", &json!({})),
                "search3" => failed(10),
                // Whatever the offset is.
                "getAlbumList2" => {
                    ok("albumList2", &json!({"album": [{"id": "a"}, {"id": 2}, {"id": "gone"}]}))
                }
                "getAlbum" if said("id") == "gone" => failed(70),
                // One song alone, and not in a list.
                "getAlbum" if said("id") == "2" => {
                    ok("album", &json!({"song": {"id": 9, "title": "x"}}))
                }
                "getAlbum" => ok("album", &json!({"song": songs(0, 5)})),
                other => panic!("{other}"),
            });
            assert_eq!(walked(&server).unwrap(), 6);
        }
    }

    #[test]
    fn a_server_that_never_ends_is_left() {
        let (script, server) = server(|_, _| ok("searchResult3", &json!({"song": songs(0, 500)})));
        assert_eq!(walked(&server).unwrap(), 500);
        assert_eq!(script.asked.lock().unwrap().len(), 2);
    }

    #[test]
    fn a_wrong_password_and_an_error_in_the_middle_end_the_walk() {
        let (_, refusing) = server(|_, _| failed(40));
        assert!(matches!(walked(&refusing), Err(SubsonicError::WrongPassword { .. })));
        let (_, dying) = server(|_, said| match said("songOffset").as_str() {
            "0" => ok("searchResult3", &json!({"song": songs(0, 500)})),
            _ => answer(502, "text/html", "<html>"),
        });
        let pages: Vec<_> = dying.songs().collect();
        assert!(pages.len() == 2 && pages[0].is_ok() && pages[1].is_err());
    }

    #[test]
    fn an_answer_without_end_is_not_read_to_its_end() {
        let (_, server) = server(|_, _| Answer {
            body: Box::new(std::io::repeat(b' ')),
            ..answer(200, "application/json", "")
        });
        assert!(matches!(server.ping(), Err(SubsonicError::TooLong { .. })));
    }

    #[test]
    fn redirects_stay_in_the_house_and_end() {
        let to =
            |location: &str| Answer { location: Some(location.to_owned()), ..answer(302, "", "") };
        let away = to("http://169.254.169.254/latest?t=secret");
        let away = Mutex::new(Some(away));
        let (_, led) = server(move |_, _| away.lock().unwrap().take().unwrap());
        let told = led.ping().unwrap_err();
        assert!(
            matches!(&told, SubsonicError::Elsewhere { to, .. } if to == "http://169.254.169.254"),
            "{told}"
        );
        let (script, circling) = server(move |_, _| Answer {
            location: Some("/again?f=json&c=attune".to_owned()),
            ..answer(301, "", "")
        });
        assert!(circling.ping().is_err());
        assert_eq!(script.asked.lock().unwrap().len(), 4);
    }

    #[test]
    fn recordings_come_with_their_type_and_failures_as_what_they_are() {
        let (_, server) = server(|_, said| match said("id").as_str() {
            "ogg" => Answer {
                range: Some("bytes 0-3/9".to_owned()),
                ..answer(206, "audio/ogg; codecs=vorbis", "OggS")
            },
            "page" => answer(200, "text/html", "<script>"),
            "odd" => answer(200, "application/x-shockwave-flash", "FWS"),
            "gone" => failed(70),
            "lost" => answer(404, "", ""),
            _ => failed(0),
        });
        let media = server.stream("ogg", Some("bytes=0-3")).unwrap();
        assert_eq!(
            (media.status, media.media_type.as_str(), media.accepts_ranges),
            (206, "audio/ogg", true)
        );
        assert_eq!(server.stream("odd", None).unwrap().media_type, "application/octet-stream");
        let failure = |id: &str| server.stream(id, None).err().unwrap();
        assert!(matches!(failure("page"), SubsonicError::NotSubsonic { .. }));
        assert!(matches!(failure("gone"), SubsonicError::Gone { .. }));
        assert!(matches!(failure("lost"), SubsonicError::Gone { .. }));
        assert!(matches!(failure("x"), SubsonicError::Said { .. }));
        assert_eq!(server.cover("gone", 10).unwrap(), None);
        assert_eq!(server.cover("ogg", 3).unwrap(), None, "longer than was wanted");
    }
}
