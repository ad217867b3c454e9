//! The matrix as it comes; the kernels are those of the crate `gemm`, chosen for the processor it
//! runs on.

pub(super) struct Rows {
    values: Vec<f32>,
    depth: usize,
    columns: usize,
}

impl Rows {
    pub fn new(values: &[f32], depth: usize, columns: usize) -> Self {
        Self { values: values.to_vec(), depth, columns }
    }

    /// See [`Factor::add_product`](super::Factor::add_product), which has checked the sizes.
    pub fn add_product(
        &self,
        out: &mut [f32],
        out_step: usize,
        left: &[f32],
        left_step: usize,
        rows: usize,
    ) {
        let Self { values, depth, columns } = self;
        assert!(rows > 0 && (rows - 1) * out_step + columns <= out.len());
        assert!((rows - 1) * left_step + depth <= left.len() && depth * columns <= values.len());
        // SAFETY: the assertions above keep every row of the three matrices inside its slice, and
        // `out` is borrowed mutably, so nothing else looks at it.
        unsafe {
            gemm::gemm(
                rows,
                *columns,
                *depth,
                out.as_mut_ptr(),
                1,
                out_step as isize,
                true,
                left.as_ptr(),
                1,
                left_step as isize,
                values.as_ptr(),
                1,
                *columns as isize,
                1.0,
                1.0,
                false,
                false,
                false,
                gemm::Parallelism::None,
            );
        }
    }
}
