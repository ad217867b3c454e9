/// The largest side of a window in pixels; larger ones could overflow the sums of squares.
pub(super) const LARGEST_WINDOW: usize = 200;

/// A cascade that was checked: every index is in range, every feature inside the window, and
/// children come after their parents.
#[derive(Debug)]
pub(super) struct Cascade {
    /// Of the window.
    pub width: usize,
    pub height: usize,
    pub stages: Vec<Stage>,
    pub features: Features,
}

/// A window passes where the trees' sum reaches the threshold.
#[derive(Debug)]
pub(super) struct Stage {
    pub trees: Vec<Tree>,
    pub threshold: f32,
}

#[derive(Debug)]
pub(super) struct Tree {
    pub nodes: Vec<Node>,
    pub leaves: Vec<f32>,
}

#[derive(Debug)]
pub(super) struct Node {
    pub feature: usize,
    pub split: Split,
    /// Above 0 the index of a node, else that of a leaf with its sign turned.
    pub left: i32,
    pub right: i32,
}

/// What sends a window to the left.
#[derive(Debug)]
pub(super) enum Split {
    /// A feature's value below this.
    Below(f32),
    /// A pattern whose bit is set.
    Within([u32; 8]),
}

#[derive(Debug)]
pub(super) enum Features {
    Haar(Vec<Haar>),
    /// The upper left one of nine cells.
    Lbp(Vec<Cell>),
}

/// Weighted rectangles; tilted ones stand on a corner.
#[derive(Debug)]
pub(super) struct Haar {
    pub rects: Vec<(Cell, f32)>,
    pub tilted: bool,
}

/// A rectangle inside the window, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
}

impl Tree {
    /// The leaf that a window falls into.
    pub fn value(&self, goes_left: impl Fn(&Node) -> bool) -> f32 {
        let mut node = &self.nodes[0];
        loop {
            let next = if goes_left(node) { node.left } else { node.right };
            if next <= 0 {
                return self.leaves[next.unsigned_abs() as usize];
            }
            node = &self.nodes[next as usize];
        }
    }
}

impl Cascade {
    /// Whether a feature stands on a corner.
    pub fn is_tilted(&self) -> bool {
        matches!(&self.features, Features::Haar(all) if all.iter().any(|f| f.tilted))
    }
}
