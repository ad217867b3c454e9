//! Matrix products on `gemm`.

/// A matrix in a slice: element (i, j) stands at `i * steps[0] + j * steps[1]`.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    pub numbers: &'a [f32],
    pub steps: [usize; 2],
}

impl<'a> View<'a> {
    /// Rows of `columns` numbers.
    pub fn rows(numbers: &'a [f32], columns: usize) -> Self {
        Self { numbers, steps: [columns, 1] }
    }

    /// The same numbers with rows and columns exchanged.
    pub fn turned(self) -> Self {
        Self { steps: [self.steps[1], self.steps[0]], ..self }
    }

    fn holds(&self, rows: usize, columns: usize) -> bool {
        (rows - 1) * self.steps[0] + (columns - 1) * self.steps[1] < self.numbers.len()
    }
}

/// `out = left * right`, or `out += left * right`; `out` has rows of `columns` numbers.
pub(super) fn product(
    out: &mut [f32],
    add: bool,
    left: View<'_>,
    right: View<'_>,
    [rows, depth, columns]: [usize; 3],
) {
    if rows == 0 || columns == 0 || depth == 0 {
        return;
    }
    assert!(rows * columns <= out.len() && left.holds(rows, depth) && right.holds(depth, columns));
    // SAFETY: the assertion keeps every element of the three matrices inside its slice, and
    // `out` is borrowed mutably, so nothing else looks at it.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            depth,
            out.as_mut_ptr(),
            1,
            columns as isize,
            add,
            left.numbers.as_ptr(),
            left.steps[1] as isize,
            left.steps[0] as isize,
            right.numbers.as_ptr(),
            right.steps[1] as isize,
            right.steps[0] as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// A dense layer without its bias: `weights` is `[in, out]`.
pub(super) fn forward(input: &[f32], weights: &[f32], outputs: usize, out: &mut [f32]) {
    let inputs = weights.len() / outputs;
    let sizes = [out.len() / outputs, inputs, outputs];
    product(out, false, View::rows(input, inputs), View::rows(weights, outputs), sizes);
}

/// Gradients of a dense layer's weights (set) and input (added to).
pub(super) fn backward(
    [input, from]: [&[f32]; 2],
    weights: &[f32],
    outputs: usize,
    found: &mut [f32],
    to: &mut [f32],
) {
    let (inputs, images) = (weights.len() / outputs, from.len() / outputs);
    let (input, from) = (View::rows(input, inputs), View::rows(from, outputs));
    product(found, false, input.turned(), from, [inputs, images, outputs]);
    product(to, true, from, View::rows(weights, outputs).turned(), [images, outputs, inputs]);
}
