use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StoreError;

/// The inverse of [`to_json`].
pub(crate) fn from_json<T: DeserializeOwned>(json: &str) -> Result<T, StoreError> {
    serde_json::from_str(json).map_err(|e| StoreError::inconsistent(format!("stored JSON: {e}")))
}

/// A value as it stands in a column.
pub(crate) fn to_json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::inconsistent(format!("JSON: {e}")))
}
