use super::activation::simd;
use crate::network::plan::ValueShape;

/// The windows of a convolution or pooling over square images with channels innermost.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Windows {
    pub input: ValueShape,
    pub output: ValueShape,
    pub size: usize,
    pub stride: usize,
    pub padding: usize,
}

/// A line of a window: where it stands in the row of the spread-out window, and in the input;
/// `None` where it lies in the padding.
struct Line {
    row: std::ops::Range<usize>,
    source: Option<usize>,
}

impl Windows {
    /// Numbers in a window.
    pub fn depth(&self) -> usize {
        self.size * self.size * self.input.channels
    }

    /// Whether a window is a pixel.
    pub fn is_pointwise(&self) -> bool {
        (self.size, self.stride, self.padding) == (1, 1, 0)
    }

    /// The pixel of the input under place `k` of the window of output `at`, along one axis.
    pub fn source(&self, at: usize, k: usize) -> Option<usize> {
        (at * self.stride + k).checked_sub(self.padding).filter(|i| *i < self.input.side)
    }

    /// Image, row and column of an output pixel.
    pub fn position(&self, pixel: usize) -> [usize; 3] {
        let side = self.output.side;
        [pixel / (side * side), pixel / side % side, pixel % side]
    }

    /// Writes the windows of the output pixels from `first` on, a row each.
    pub fn spread(&self, input: &[f32], first: usize, rows: &mut [f32]) {
        simd(|| {
            for (i, row) in rows.chunks_exact_mut(self.depth()).enumerate() {
                self.each_line(first + i, |line| match line.source {
                    Some(from) => copy(&mut row[line.row.clone()], &input[from..]),
                    None => row[line.row].fill(0.0),
                });
            }
        });
    }

    /// Adds rows of windows back to where they came from.
    pub fn gather(&self, rows: &[f32], first: usize, to: &mut [f32]) {
        simd(|| {
            for (i, row) in rows.chunks_exact(self.depth()).enumerate() {
                self.each_line(first + i, |line| {
                    if let Some(into) = line.source {
                        add(&mut to[into..], &row[line.row]);
                    }
                });
            }
        });
    }

    #[inline(always)]
    fn each_line(&self, pixel: usize, mut each: impl FnMut(Line)) {
        let [image, y, x] = self.position(pixel);
        let (side, channels) = (self.input.side, self.input.channels);
        let base = image * side * side;
        let start = x * self.stride;
        let inside = start >= self.padding && start + self.size <= side + self.padding;
        for k in 0..self.size {
            let line = k * self.size * channels;
            let Some(row) = self.source(y, k) else {
                each(Line { row: line..line + self.size * channels, source: None });
                continue;
            };
            let at = |column: usize| (base + row * side + column) * channels;
            if inside {
                let source = Some(at(start - self.padding));
                each(Line { row: line..line + self.size * channels, source });
                continue;
            }
            for j in 0..self.size {
                let cell = line + j * channels;
                each(Line { row: cell..cell + channels, source: self.source(x, j).map(at) });
            }
        }
    }
}

/// Short copies, without the call that `copy_from_slice` is.
#[inline(always)]
fn copy(to: &mut [f32], from: &[f32]) {
    let from = &from[..to.len()];
    let (mut wide, mut source) = (to.chunks_exact_mut(16), from.chunks_exact(16));
    for (a, b) in wide.by_ref().zip(source.by_ref()) {
        a.copy_from_slice(b);
    }
    for (a, b) in wide.into_remainder().iter_mut().zip(source.remainder()) {
        *a = *b;
    }
}

#[inline(always)]
fn add(to: &mut [f32], from: &[f32]) {
    let to = &mut to[..from.len()];
    for (a, b) in to.iter_mut().zip(from) {
        *a += b;
    }
}
