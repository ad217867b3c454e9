/// What one value holds for one face. In memory an image has its channels innermost
/// (`[height, width, channels]`), so that a convolution reads and writes runs of channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Image { channels: usize, height: usize, width: usize },
    Vector(usize),
}

impl Shape {
    /// Numbers in it.
    pub fn len(self) -> usize {
        match self {
            Self::Image { channels, height, width } => channels * height * width,
            Self::Vector(length) => length,
        }
    }
}
