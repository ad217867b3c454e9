use serde_json::Value;

use super::error::SubsonicError;
use super::lenient::{flag, number, text};

/// What a server says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerInfo {
    /// Its program, like `navidrome`, where it says so.
    pub program: Option<String>,
    /// The version of the interface, like `1.16.1`.
    pub version: Option<String>,
    /// Whether it speaks OpenSubsonic.
    pub open: bool,
}

impl ServerInfo {
    fn of(response: &Value) -> Self {
        Self {
            program: text(response, "type"),
            version: text(response, "version"),
            open: flag(response, "openSubsonic").unwrap_or(false),
        }
    }

    /// Before tokens.
    fn is_old(&self) -> bool {
        let version = self.version.as_deref().unwrap_or_default();
        let mut parts = version.split('.').map_while(|part| part.parse::<u32>().ok());
        let numbers = parts.next().zip(parts.next());
        numbers.is_some_and(|numbers| numbers < (1, 13))
    }
}

/// What is in an answer, or why there is nothing in it.
///
/// # Errors
/// Where it is none of a Subsonic server's, or says that something failed.
pub(super) fn open(
    host: &str,
    status: u16,
    body: &[u8],
) -> Result<(ServerInfo, Value), SubsonicError> {
    let host = || host.to_owned();
    let mut whole: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(_) => return Err(foreign(host(), status, body)),
    };
    let Some(response) = whole.get_mut("subsonic-response").map(Value::take) else {
        return Err(SubsonicError::NotSubsonic { host: host() });
    };
    let info = ServerInfo::of(&response);
    match text(&response, "status").as_deref() {
        Some("ok") => Ok((info, response)),
        Some("failed") => {
            let error = response.get("error").cloned().unwrap_or_default();
            #[expect(
                clippy::cast_possible_truncation,
                reason = "codes are small, and a float saturates"
            )]
            let code = number(&error, "code").unwrap_or(0.0) as i64;
            let message = text(&error, "message").unwrap_or_default();
            Err(SubsonicError::of_code(host(), code, &message, info.is_old()))
        }
        _ => Err(SubsonicError::Broken { host: host() }),
    }
}

/// What answers, where it is no JSON.
fn foreign(host: String, status: u16, body: &[u8]) -> SubsonicError {
    let start = String::from_utf8_lossy(body.get(..body.len().min(500)).unwrap_or_default());
    let start = start.trim_start_matches('\u{feff}').trim_start();
    if start.contains("<subsonic-response") {
        return SubsonicError::OldServer { host };
    }
    match (start.chars().next(), status) {
        (_, 500..) => {
            SubsonicError::Said { host, code: status.into(), message: "it failed".to_owned() }
        }
        (Some('{' | '['), 200) => SubsonicError::Broken { host },
        _ => SubsonicError::NotSubsonic { host },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(body: &str) -> Result<(ServerInfo, Value), SubsonicError> {
        open("nas", 200, body.as_bytes())
    }

    #[test]
    fn an_answer_is_opened() {
        let body = r#"{"subsonic-response":{"status":"ok","version":"1.16.1","type":"navidrome",
            "serverVersion":"0.52.5","openSubsonic":true,"ping":{}}}"#;
        let (info, _) = opened(body).unwrap();
        let program = Some("navidrome".to_owned());
        assert_eq!(info, ServerInfo { program, version: Some("1.16.1".to_owned()), open: true });
    }

    #[test]
    fn what_a_server_says_and_what_is_none_are_told_apart() {
        let host = || "nas".to_owned();
        let failed = |version: &str, error: &str| {
            format!(
                r#"{{"subsonic-response":{{"status":"failed","version":"{version}","error":{error}}}}}"#
            )
        };
        for (body, expected) in [
            (
                failed("1.16.1", r#"{"code":40,"message":"no"}"#),
                SubsonicError::WrongPassword { host: host() },
            ),
            (failed("1.16.1", r#"{"code":"40"}"#), SubsonicError::WrongPassword { host: host() }),
            (failed("1.16.1", r#"{"code":41}"#), SubsonicError::NoTokens { host: host() }),
            (failed("1.12.0", r#"{"code":10}"#), SubsonicError::NoTokens { host: host() }),
            (failed("1.8.0", r#"{"code":30}"#), SubsonicError::OldServer { host: host() }),
            (failed("1.16.1", r#"{"code":50}"#), SubsonicError::Forbidden { host: host() }),
            (failed("1.16.1", r#"{"code":70}"#), SubsonicError::Gone { host: host() }),
            (
                failed("1.16.1", r#"{"code":0,"message":"a\u001b[31mb"}"#),
                SubsonicError::Said { host: host(), code: 0, message: "a[31mb".to_owned() },
            ),
            (
                failed("1.16.1", "null"),
                SubsonicError::Said { host: host(), code: 0, message: String::new() },
            ),
            (
                r#"{"subsonic-response":{"status":7}}"#.to_owned(),
                SubsonicError::Broken { host: host() },
            ),
            (
                r#"{"subsonic-response":{"status":"ok""#.to_owned(),
                SubsonicError::Broken { host: host() },
            ),
            ("{}".to_owned(), SubsonicError::NotSubsonic { host: host() }),
            ("[1]".to_owned(), SubsonicError::NotSubsonic { host: host() }),
            (String::new(), SubsonicError::NotSubsonic { host: host() }),
            (
                "<!doctype html><title>Router</title>".to_owned(),
                SubsonicError::NotSubsonic { host: host() },
            ),
            (
                "<?xml version='1.0'?><subsonic-response status='failed'/>".to_owned(),
                SubsonicError::OldServer { host: host() },
            ),
        ] {
            assert_eq!(opened(&body).unwrap_err(), expected, "{body}");
        }
        let failing = open("nas", 502, b"<html>Bad Gateway").unwrap_err();
        assert!(matches!(failing, SubsonicError::Said { code: 502, .. }), "{failing:?}");
    }

    proptest::proptest! {
        #[test]
        fn no_answer_panics(body: Vec<u8>, status: u16) {
            let _ = open("nas", status, &body);
        }
    }
}
