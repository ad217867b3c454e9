/// `out += left * right`, all with rows contiguous.
///
/// `left` is `[rows, depth]`, `right` is `[depth, columns]`; `out` has a row every `out_step`
/// numbers, of which the first `columns` are added to.
pub(super) fn add_product(
    out: &mut [f32],
    out_step: usize,
    left: &[f32],
    right: &[f32],
    sizes: [usize; 3],
) {
    let depth = sizes[1];
    product(out, out_step, left, depth, right, sizes);
}

/// The same where a row of `left` begins every `left_step` numbers, which may be before the last
/// one ends: windows along a line. Rows of `out` are contiguous.
pub(crate) fn add_product_of_windows(
    out: &mut [f32],
    left: &[f32],
    left_step: usize,
    right: &[f32],
    sizes: [usize; 3],
) {
    let columns = sizes[2];
    product(out, columns, left, left_step, right, sizes);
}

fn product(
    out: &mut [f32],
    out_step: usize,
    left: &[f32],
    left_step: usize,
    right: &[f32],
    [rows, depth, columns]: [usize; 3],
) {
    if rows == 0 || columns == 0 {
        return;
    }
    assert!(columns <= out_step && (rows - 1) * out_step + columns <= out.len());
    assert!((rows - 1) * left_step + depth <= left.len() && depth * columns <= right.len());
    // SAFETY: the assertions above keep every row of the three matrices inside its slice, and
    // `out` is borrowed mutably, so nothing else looks at it.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            depth,
            out.as_mut_ptr(),
            1,
            out_step as isize,
            true,
            left.as_ptr(),
            1,
            left_step as isize,
            right.as_ptr(),
            1,
            columns as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
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
