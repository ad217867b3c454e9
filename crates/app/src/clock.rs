use std::time::{SystemTime, UNIX_EPOCH};

use attune_recommend::Moment;
use chrono::{Local, Offset};

/// Now, with what local time is ahead of UTC. A clock before 1970 counts as 1970.
#[must_use]
pub fn moment() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let utc_offset_min = Local::now().offset().fix().local_minus_utc() / 60;
    let now_ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    Moment { now_ms, utc_offset_min, hour: None }
}
