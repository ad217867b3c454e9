use attune_vision::Frame;
use attune_vision::detect::trees::GRID;

/// What the trees see of a window: a grid of grey values.
#[derive(Clone)]
pub struct Patch(pub Box<[u8; GRID * GRID]>);

impl Patch {
    /// The window of `side` pixels at (x, y), seen as the detector sees it.
    #[must_use]
    pub fn cut(frame: &Frame, [x, y]: [usize; 2], side: usize) -> Self {
        let mut patch = Self(Box::new([0; GRID * GRID]));
        for (i, value) in patch.0.iter_mut().enumerate() {
            let (row, column) = (y + i / GRID * side / GRID, x + i % GRID * side / GRID);
            *value = frame.pixels()[row * frame.width() + column];
        }
        patch
    }

    /// Whether the first point is brighter than the second.
    #[inline(always)]
    #[must_use]
    pub fn brighter(&self, [a, b]: [u16; 2]) -> bool {
        self.0[usize::from(a)] > self.0[usize::from(b)]
    }
}
