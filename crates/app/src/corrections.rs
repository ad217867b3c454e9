use attune_core::{EventKind, Expression, FaceReading, LabelSet, Probabilities};
use attune_store::NewEvent;
use attune_vision::Correction;
use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::library::Library;

/// As many of the latest corrections count.
const LATEST: u32 = 1_000;

/// What a correction remembers: numbers, never the picture.
#[derive(Debug, Serialize, Deserialize)]
struct Payload {
    label_set: LabelSet,
    /// In the set's output order.
    read: Vec<f32>,
    expression: Expression,
}

impl Library {
    /// Remembers on this device which expression it was that a face showed.
    pub async fn correct(
        &self,
        listener: &str,
        reading: &FaceReading,
        expression: Expression,
        at_ms: i64,
    ) -> Result<(), AppError> {
        let read = &reading.probabilities;
        let (label_set, values) = (read.label_set(), read.values().to_vec());
        let payload = serde_json::json!(Payload { label_set, read: values, expression });
        let (listener, kind) = (listener.to_owned(), EventKind::Corrected);
        let event = NewEvent { listener, at_ms, item: None, kind, payload };
        self.store.append_event(&event).await?;
        Ok(())
    }

    /// A listener's corrections, oldest first.
    pub async fn corrections(&self, listener: &str) -> Result<Vec<Correction>, AppError> {
        let kind = EventKind::Corrected;
        let corrected = self.store.latest_events_of_kind(listener, kind, LATEST).await?;
        let read = |payload: serde_json::Value| -> Option<Correction> {
            let Payload { label_set, read, expression } = serde_json::from_value(payload).ok()?;
            Some(Correction { read: Probabilities::new(label_set, read).ok()?, expression })
        };
        Ok(corrected.into_iter().filter_map(|e| read(e.event.payload)).collect())
    }

    /// Forgets a listener's corrections; answers how many there were.
    pub async fn forget_corrections(&self, listener: &str) -> Result<u64, AppError> {
        Ok(self.store.forget_events(listener, EventKind::Corrected).await?)
    }
}
