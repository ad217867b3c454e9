//! A cascade of trees that compare pixels (Markuš et al. 2013), run over a pyramid of the frame.

use safetensors::{Dtype, SafeTensors};

use super::{Detection, Detector};
use crate::Frame;
use attune_core::FaceBox;

/// A window is seen through a grid of this many points a side.
pub const GRID: usize = 64;

/// Depth of the trees: as many comparisons a tree.
pub const DEPTH: usize = 6;
const NODES: usize = (1 << DEPTH) - 1;
const LEAVES: usize = 1 << DEPTH;

/// One tree: in each node, is the first point brighter than the second?
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Two positions in the grid, `row * GRID + column`, of every node; children of node `i` are
    /// `2 i + 1` (no) and `2 i + 2` (yes).
    pub tests: [[u16; 2]; NODES],
    /// What is added to the window's sum.
    pub leaves: [f32; LEAVES],
    /// A window whose sum is below this is no face.
    pub least: f32,
}

impl Tree {
    /// The leaf that a window ends in; `brighter` answers a node's question.
    #[inline(always)]
    pub fn leaf(&self, brighter: impl Fn([u16; 2]) -> bool) -> usize {
        let mut node = 0;
        for _ in 0..DEPTH {
            node = 2 * node + 1 + usize::from(brighter(self.tests[node]));
        }
        node - NODES
    }
}

/// All trees in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PixelTrees(pub Vec<Tree>);

/// A file that holds no trees.
#[derive(Debug, thiserror::Error)]
pub enum TreesError {
    /// Not a safetensors file.
    #[error("the detector's file cannot be read: {0}")]
    Container(#[from] safetensors::SafeTensorError),
    /// A tensor of another type or shape, or with positions beyond the grid.
    #[error("the detector's tensor {0} is not as it should be")]
    Tensor(&'static str),
}

impl PixelTrees {
    /// Reads `tests` (U16, `[trees, 63, 2]`), `leaves` (F32, `[trees, 64]`) and `least` (F32,
    /// `[trees]`).
    pub fn from_safetensors(bytes: &[u8]) -> Result<Self, TreesError> {
        let file = SafeTensors::deserialize(bytes)?;
        let least = floats(&file, "least", &[])?;
        let leaves = floats(&file, "leaves", &[LEAVES])?;
        let tests = numbers(&file, "tests", Dtype::U16, &[NODES, 2])?;
        let pairs: Vec<[u16; 2]> = (tests.as_chunks::<4>().0.iter())
            .map(|b| [u16::from_le_bytes([b[0], b[1]]), u16::from_le_bytes([b[2], b[3]])])
            .collect();
        if pairs.iter().flatten().any(|p| usize::from(*p) >= GRID * GRID) {
            return Err(TreesError::Tensor("tests"));
        }
        let (pairs, leaves) = (pairs.as_chunks::<NODES>().0, leaves.as_chunks::<LEAVES>().0);
        if pairs.len() != least.len() || leaves.len() != least.len() {
            return Err(TreesError::Tensor("least"));
        }
        let tree = |i: usize| Tree { tests: pairs[i], leaves: leaves[i], least: least[i] };
        Ok(Self((0..least.len()).map(tree).collect()))
    }

    /// The sum of a window's leaves, or `None` as soon as it is no face.
    #[inline]
    pub fn sum(&self, brighter: impl Fn([u16; 2]) -> bool) -> Option<f32> {
        let mut sum = 0.0;
        for tree in &self.0 {
            sum += tree.leaves[tree.leaf(&brighter)];
            if sum < tree.least {
                return None;
            }
        }
        Some(sum)
    }
}

fn numbers<'a>(
    file: &SafeTensors<'a>,
    name: &'static str,
    dtype: Dtype,
    inner: &[usize],
) -> Result<&'a [u8], TreesError> {
    let view = file.tensor(name)?;
    let fits = view.dtype() == dtype && view.shape().get(1..) == Some(inner);
    if fits { Ok(view.data()) } else { Err(TreesError::Tensor(name)) }
}

fn floats(
    file: &SafeTensors<'_>,
    name: &'static str,
    inner: &[usize],
) -> Result<Vec<f32>, TreesError> {
    let bytes = numbers(file, name, Dtype::F32, inner)?;
    let values: Vec<f32> = bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    if values.iter().all(|v| v.is_finite()) { Ok(values) } else { Err(TreesError::Tensor(name)) }
}

/// How a frame is searched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Search {
    /// Side of the smallest window in pixels.
    pub least_side: f32,
    /// How much larger each window is than the one before.
    pub growth: f32,
    /// Pixels between windows, in sides.
    pub step: f32,
    /// Frames of more pixels are scaled down first.
    pub most_pixels: usize,
    /// The sum over a group of windows under which it is no face.
    pub least_score: f32,
}

impl Default for Search {
    fn default() -> Self {
        Self { least_side: 32.0, growth: 1.15, step: 0.09, most_pixels: 640 * 480, least_score: 0.0 }
    }
}

/// Windows are looked at where their side is below this; larger ones on a frame half the size.
const LARGEST_SIDE: f32 = 72.0;

/// A square window of a picture, in its pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Side.
    pub side: f32,
    /// Sum of its leaves.
    pub sum: f32,
}

/// Finds faces by trees of pixel comparisons.
#[derive(Clone, Debug)]
pub struct TreeDetector {
    trees: PixelTrees,
    search: Search,
}

impl TreeDetector {
    /// A detector that searches as told.
    #[must_use]
    pub fn new(trees: PixelTrees, search: Search) -> Self {
        Self { trees, search }
    }

    /// Every window that passes all trees, in pixels of the frame.
    #[must_use]
    pub fn windows(&self, frame: &Frame) -> Vec<Window> {
        let mut found = Vec::new();
        let pixels = (frame.width() * frame.height()) as f32;
        let mut shrunk = (pixels / self.search.most_pixels as f32).sqrt().max(1.0);
        let mut level = at_scale(frame, shrunk);
        let mut side = self.search.least_side;
        while side <= level.width().min(level.height()) as f32 {
            self.scan(&level, side as usize, shrunk, &mut found);
            side *= self.search.growth;
            if side >= LARGEST_SIDE {
                side /= 2.0;
                shrunk *= 2.0;
                level = level.resized(level.width() / 2, level.height() / 2);
            }
        }
        found
    }

    /// All windows of one side at one level of the pyramid.
    fn scan(&self, level: &Frame, side: usize, shrunk: f32, found: &mut Vec<Window>) {
        let (width, height) = (level.width(), level.height());
        let step = ((side as f32 * self.search.step) as usize).max(1);
        let at = |i: usize| (i / GRID * side / GRID) * width + i % GRID * side / GRID;
        let offsets: Vec<u32> = (0..GRID * GRID).map(|i| at(i) as u32).collect();
        for y in (0..=height - side).step_by(step) {
            for x in (0..=width - side).step_by(step) {
                let window = &level.pixels()[y * width + x..];
                let pixel = |point: u16| window[offsets[usize::from(point)] as usize];
                if let Some(sum) = self.trees.sum(|[a, b]| pixel(a) > pixel(b)) {
                    let [x, y, side] = [x, y, side].map(|v| v as f32 * shrunk);
                    found.push(Window { x, y, side, sum });
                }
            }
        }
    }
}

fn at_scale(frame: &Frame, shrunk: f32) -> Frame {
    if shrunk <= 1.0 {
        return frame.clone();
    }
    let [width, height] = [frame.width(), frame.height()].map(|s| (s as f32 / shrunk) as usize);
    frame.resized(width, height)
}

/// Windows that share this much of both are one face.
const SAME: f32 = 0.35;

/// Groups windows around the surest ones; a group's box is their mean, its score their sum.
#[must_use]
pub fn group(mut windows: Vec<Window>) -> Vec<Detection> {
    windows.sort_by(|a, b| b.sum.total_cmp(&a.sum));
    let mut groups: Vec<(FaceBox, Vec<Window>)> = Vec::new();
    for window in windows {
        let face = face(&window);
        match groups.iter_mut().find(|(first, _)| first.iou(&face) > SAME) {
            Some((_, members)) => members.push(window),
            None => groups.push((face, vec![window])),
        }
    }
    groups.iter().map(|(_, members)| mean(members)).collect()
}

fn face(window: &Window) -> FaceBox {
    FaceBox { x: window.x, y: window.y, width: window.side, height: window.side }
}

fn mean(members: &[Window]) -> Detection {
    let total: f32 = members.iter().map(|w| w.sum).sum();
    let weighted = |part: fn(&Window) -> f32| {
        members.iter().map(|w| part(w) * w.sum).sum::<f32>() / total.max(f32::MIN_POSITIVE)
    };
    let window = Window {
        x: weighted(|w| w.x),
        y: weighted(|w| w.y),
        side: weighted(|w| w.side),
        sum: total,
    };
    Detection { face: face(&window), score: total }
}

impl Detector for TreeDetector {
    fn detect(&mut self, frame: &Frame) -> Vec<Detection> {
        let mut found = group(self.windows(frame));
        found.retain(|d| d.score >= self.search.least_score);
        super::without_duplicates(found, 0.5)
    }
}
