//! Products of matrices, which convolutions and dense layers come down to.

#[cfg(any(test, target_arch = "wasm32"))]
mod panels;
#[cfg(not(target_arch = "wasm32"))]
mod rows;

#[cfg(target_arch = "wasm32")]
use panels::Panels as Layout;
#[cfg(not(target_arch = "wasm32"))]
use rows::Rows as Layout;

/// A matrix `[depth, columns]` to multiply by, laid out once for the machine's kernel.
pub(crate) struct Factor {
    layout: Layout,
    depth: usize,
    columns: usize,
}

impl Factor {
    /// From its rows, one after the other.
    pub fn new(values: &[f32], depth: usize, columns: usize) -> Self {
        assert_eq!(values.len(), depth * columns, "rows of {columns}");
        Self { layout: Layout::new(values, depth, columns), depth, columns }
    }

    /// Adds `rows` rows of `left` times this matrix to as many rows of `out`.
    ///
    /// A row of `left` begins every `left_step` numbers, which may be before the last one ends: windows
    /// along a line. One of `out` begins every `out_step`; its first `columns` are added to.
    pub fn add_product(
        &self,
        out: &mut [f32],
        out_step: usize,
        left: &[f32],
        left_step: usize,
        rows: usize,
    ) {
        if rows == 0 || self.columns == 0 || self.depth == 0 {
            return;
        }
        assert!(self.columns <= out_step && (rows - 1) * out_step + self.columns <= out.len());
        assert!((rows - 1) * left_step + self.depth <= left.len());
        self.layout.add_product(out, out_step, left, left_step, rows);
    }

    /// The same for rows that follow one another on both sides.
    pub fn add_all(&self, out: &mut [f32], left: &[f32], rows: usize) {
        self.add_product(out, self.columns, left, self.depth, rows);
    }
}

/// `[rows, columns]` as `[columns, rows]`.
pub(crate) fn turned(matrix: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut turned = Vec::with_capacity(matrix.len());
    for column in 0..columns {
        turned.extend((0..rows).map(|row| matrix[row * columns + column]));
    }
    turned
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::panels::Panels;
    use super::*;

    fn numbers(n: usize, seed: u32) -> Vec<f32> {
        let mut state = seed;
        let next = |_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 24) as f32 - 0.5
        };
        (0..n).map(next).collect()
    }

    proptest! {
        #[test]
        fn both_layouts_add_what_three_loops_add(
            rows in 1usize..11, depth in 1usize..40, columns in 1usize..27,
            spare in 0usize..3, left_step in 1usize..45, seed in 0u32..1000,
        ) {
            let values = numbers(depth * columns, seed);
            let left = numbers((rows - 1) * left_step + depth, seed + 1);
            let out_step = columns + spare;
            let start = numbers((rows - 1) * out_step + columns, seed + 2);
            let mut expected = start.clone();
            for (row, out) in expected.chunks_mut(out_step).enumerate() {
                for (column, sum) in out.iter_mut().take(columns).enumerate() {
                    let term = |k: usize| left[row * left_step + k] * values[k * columns + column];
                    *sum += (0..depth).map(term).sum::<f32>();
                }
            }
            let (mut by_factor, mut by_panels) = (start.clone(), start);
            Factor::new(&values, depth, columns)
                .add_product(&mut by_factor, out_step, &left, left_step, rows);
            Panels::new(&values, depth, columns)
                .add_product(&mut by_panels, out_step, &left, left_step, rows);
            for (found, expected) in by_factor.iter().chain(&by_panels).zip(expected.iter().cycle()) {
                prop_assert!((found - expected).abs() < 1e-4, "{found} {expected}");
            }
        }
    }
}
