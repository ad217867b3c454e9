//! Times as people read them.

/// Minutes and seconds.
pub fn clock(seconds: f64) -> String {
    if !seconds.is_finite() || seconds < 0.0 {
        return "–:––".into();
    }
    let whole = seconds.round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, minutes, seconds) => format!("{minutes}:{seconds:02}"),
        (hours, minutes, seconds) => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_on_every_player() {
        for (seconds, expected) in [
            (0.0, "0:00"),
            (59.6, "1:00"),
            (605.0, "10:05"),
            (3_661.0, "1:01:01"),
            (f64::NAN, "–:––"),
        ] {
            assert_eq!(clock(seconds), expected);
        }
    }
}
