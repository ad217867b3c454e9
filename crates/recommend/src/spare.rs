use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, PoisonError};

/// Rows kept for the next request; more are let go.
const KEPT: usize = 8;

/// Memory for a number an item, kept from request to request: asking the system for it anew takes
/// longer than scoring.
#[derive(Debug, Default)]
pub(crate) struct Spare(Mutex<Vec<Vec<f32>>>);

impl Clone for Spare {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Spare {
    /// `len` zeros.
    pub fn zeros(&self, len: usize) -> Row<'_> {
        let mut numbers = self.rows().pop().unwrap_or_default();
        numbers.clear();
        numbers.resize(len, 0.0);
        Row { numbers, home: Some(self) }
    }

    /// What a request that died left behind are numbers like any other.
    fn rows(&self) -> std::sync::MutexGuard<'_, Vec<Vec<f32>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A number an item, or none at all where nothing is known.
#[derive(Default)]
pub(crate) struct Row<'a> {
    numbers: Vec<f32>,
    home: Option<&'a Spare>,
}

impl Deref for Row<'_> {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.numbers
    }
}

impl DerefMut for Row<'_> {
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.numbers
    }
}

impl Drop for Row<'_> {
    fn drop(&mut self) {
        let Some(home) = self.home else { return };
        let mut rows = home.rows();
        if rows.len() < KEPT {
            rows.push(std::mem::take(&mut self.numbers));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_back_is_zeros_again() {
        let spare = Spare::default();
        let mut row = spare.zeros(5);
        row[3] = 7.0;
        let other = spare.zeros(2);
        drop((row, other));
        assert_eq!(&spare.zeros(6)[..], [0.0; 6]);
        assert_eq!(spare.rows().len(), 2);
        drop((0..20).map(|_| spare.zeros(1)).collect::<Vec<_>>());
        assert_eq!(spare.rows().len(), KEPT);
        assert!(Row::default().is_empty());
    }
}
