//! The matrix in panels of a few columns, read from end to end by a kernel that keeps its sums in
//! registers (Goto and van de Geijn 2008): what a browser's 128-bit vectors want.

use four::Four;

/// Rows of sums that a kernel keeps in registers: 4 rows of 2 vectors, a row of the panel and a
/// number of the left side fill 11 of 16.
const ROWS: usize = 4;

pub(super) struct Panels {
    /// `[columns / 8][depth][8]`.
    wide: Vec<[f32; 4]>,
    /// The columns that are left, in panels of 4 with zeros at the end, `[..][depth][4]`.
    narrow: Vec<[f32; 4]>,
    depth: usize,
    columns: usize,
}

/// Rows in memory, one every `step` numbers.
#[derive(Clone, Copy)]
struct Left<'a> {
    values: &'a [f32],
    step: usize,
}

/// Where a panel's sums go: rows in memory, and of each the first columns from `column` on.
struct Sums<'a> {
    values: &'a mut [f32],
    step: usize,
    column: usize,
    columns: usize,
}

impl Panels {
    pub fn new(values: &[f32], depth: usize, columns: usize) -> Self {
        let four = |k: usize, column: usize| {
            let at = |i| if column + i < columns { values[k * columns + column + i] } else { 0.0 };
            [0, 1, 2, 3].map(at)
        };
        let all_wide = columns / 8 * 8;
        let wide = (0..all_wide).step_by(8).flat_map(|column| {
            (0..depth).flat_map(move |k| [four(k, column), four(k, column + 4)])
        });
        let narrow = (all_wide..columns)
            .step_by(4)
            .flat_map(|column| (0..depth).map(move |k| four(k, column)));
        Self { wide: wide.collect(), narrow: narrow.collect(), depth, columns }
    }

    /// See [`Factor::add_product`](super::Factor::add_product).
    pub fn add_product(
        &self,
        out: &mut [f32],
        out_step: usize,
        left: &[f32],
        left_step: usize,
        rows: usize,
    ) {
        let left = Left { values: left, step: left_step };
        let mut sums = Sums { values: out, step: out_step, column: 0, columns: 8 };
        for panel in self.wide.chunks_exact((2 * self.depth).max(1)) {
            through::<2>(panel.as_chunks().0, left, rows, &mut sums);
            sums.column += 8;
        }
        for panel in self.narrow.chunks_exact(self.depth.max(1)) {
            sums.columns = (self.columns - sums.column).min(4);
            through::<1>(panel.as_chunks().0, left, rows, &mut sums);
            sums.column += 4;
        }
    }
}

/// All rows of the left side through one panel.
fn through<const V: usize>(
    panel: &[[[f32; 4]; V]],
    left: Left<'_>,
    rows: usize,
    sums: &mut Sums<'_>,
) {
    let blocks = rows / ROWS * ROWS;
    (0..blocks).step_by(ROWS).for_each(|row| block::<ROWS, V>(panel, left, row, sums));
    match rows - blocks {
        1 => block::<1, V>(panel, left, blocks, sums),
        2 => block::<2, V>(panel, left, blocks, sums),
        3 => block::<3, V>(panel, left, blocks, sums),
        _ => {}
    }
}

/// `R` rows from `row` on, side by side.
#[inline(always)]
fn block<const R: usize, const V: usize>(
    panel: &[[[f32; 4]; V]],
    left: Left<'_>,
    row: usize,
    out: &mut Sums<'_>,
) {
    let rows: [&[f32]; R] =
        std::array::from_fn(|r| &left.values[(row + r) * left.step..][..panel.len()]);
    let mut sums = [[Four::ZERO; V]; R];
    for (k, fours) in panel.iter().enumerate() {
        let fours = fours.map(|four| Four::load(&four));
        for (sums, row) in sums.iter_mut().zip(rows) {
            let number = Four::splat(row[k]);
            sums.iter_mut().zip(fours).for_each(|(sum, four)| *sum = sum.plus(number, four));
        }
    }
    for (r, sums) in sums.into_iter().enumerate() {
        let to = &mut out.values[(row + r) * out.step + out.column..][..out.columns];
        let numbers = sums.into_iter().flat_map(Four::numbers);
        to.iter_mut().zip(numbers).for_each(|(to, number)| *to += number);
    }
}

/// Four numbers in a register.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod four {
    use std::arch::wasm32::{f32x4, f32x4_add, f32x4_extract_lane, f32x4_mul, f32x4_splat, v128};

    #[derive(Clone, Copy)]
    pub struct Four(v128);

    impl Four {
        pub const ZERO: Self = Self(f32x4(0.0, 0.0, 0.0, 0.0));

        #[inline(always)]
        pub fn load([a, b, c, d]: &[f32; 4]) -> Self {
            Self(f32x4(*a, *b, *c, *d))
        }

        #[inline(always)]
        pub fn splat(number: f32) -> Self {
            Self(f32x4_splat(number))
        }

        /// This and the products of the other two.
        #[inline(always)]
        pub fn plus(self, a: Self, b: Self) -> Self {
            Self(f32x4_add(self.0, f32x4_mul(a.0, b.0)))
        }

        #[inline(always)]
        pub fn numbers(self) -> [f32; 4] {
            [
                f32x4_extract_lane::<0>(self.0),
                f32x4_extract_lane::<1>(self.0),
                f32x4_extract_lane::<2>(self.0),
                f32x4_extract_lane::<3>(self.0),
            ]
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod four {
    #[derive(Clone, Copy)]
    pub struct Four([f32; 4]);

    impl Four {
        pub const ZERO: Self = Self([0.0; 4]);

        pub fn load(numbers: &[f32; 4]) -> Self {
            Self(*numbers)
        }

        pub fn splat(number: f32) -> Self {
            Self([number; 4])
        }

        pub fn plus(self, a: Self, b: Self) -> Self {
            Self(std::array::from_fn(|i| self.0[i] + a.0[i] * b.0[i]))
        }

        pub fn numbers(self) -> [f32; 4] {
            self.0
        }
    }
}
