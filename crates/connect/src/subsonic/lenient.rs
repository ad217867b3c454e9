//! Reading JSON as servers send it: a number may be text and text a number, and a list of one may be the one.

use serde_json::Value;

/// The longest text that is taken; what is longer is cut.
const LONGEST: usize = 500;

/// A text without control characters and blank ends; `None` for nothing.
pub(super) fn text(of: &Value, key: &str) -> Option<String> {
    of.get(key).and_then(as_text)
}

/// A text or a number as text.
pub(super) fn as_text(value: &Value) -> Option<String> {
    let raw = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let kept: String = raw.chars().filter(|c| !c.is_control()).take(LONGEST).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// What names a thing to the server: every character counts, and so it is taken whole or not at all.
pub(super) fn id(of: &Value, key: &str) -> Option<String> {
    let raw = match of.get(key)? {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!raw.is_empty() && raw.len() <= LONGEST && !raw.contains(char::is_control)).then_some(raw)
}

/// A finite number.
pub(super) fn number(of: &Value, key: &str) -> Option<f64> {
    let number = match of.get(key)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// A yes or no.
pub(super) fn flag(of: &Value, key: &str) -> Option<bool> {
    match of.get(key)? {
        Value::Bool(flag) => Some(*flag),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A list; one thing alone is a list of one, and nothing an empty one.
pub(super) fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    match of.get(key) {
        Some(Value::Array(list)) => list,
        Some(one @ Value::Object(_)) => std::slice::from_ref(one),
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_way_of_saying_it_is_read() {
        let of = json!({
            "text": " a\u{7}b ", "digits": 17, "number": "12.5", "odd": {"a": 1}, "yes": "true", "list": [1, 2],
            "one": {"id": 1}, "null": null, "empty": "",
        });
        assert_eq!(text(&of, "text").as_deref(), Some("ab"));
        assert_eq!(
            (text(&of, "digits").as_deref(), id(&of, "digits").as_deref()),
            (Some("17"), Some("17"))
        );
        assert_eq!((number(&of, "number"), number(&of, "digits")), (Some(12.5), Some(17.0)));
        assert_eq!(
            (text(&of, "odd"), number(&of, "text"), flag(&of, "yes")),
            (None, None, Some(true))
        );
        assert_eq!((list(&of, "list").len(), list(&of, "one").len()), (2, 1));
        assert_eq!(
            (list(&of, "null").len(), list(&of, "gone").len(), text(&of, "empty")),
            (0, 0, None)
        );
        assert_eq!(id(&of, "text"), None, "an id is never changed");
        assert_eq!(id(&json!({"id": " spaced "}), "id").as_deref(), Some(" spaced "));
    }
}
