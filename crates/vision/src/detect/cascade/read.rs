//! From XML to a checked cascade, in the format of `opencv_traincascade` and the older one of
//! `opencv_haartraining`.

use roxmltree::{Document, Node as Xml};

use super::error::CascadeError;
use super::model::{Cascade, Cell, Features, Haar, LARGEST_WINDOW, Node, Split, Stage, Tree};

type Read<T> = Result<T, CascadeError>;

/// OpenCV lowers the stages' thresholds by this to make up for rounding.
const EPSILON: f32 = 1e-5;
/// Numbers of an LBP node: two children, a feature and eight words of bits.
const LBP_NODE: usize = 11;
/// Numbers of a Haar node: two children, a feature and a threshold.
const HAAR_NODE: usize = 4;

pub(super) fn cascade(text: &str) -> Read<Cascade> {
    let document = Document::parse(text).map_err(|e| CascadeError::NotXml(e.to_string()))?;
    let root = elements(document.root_element()).next().ok_or(CascadeError::NotACascade)?;
    let stages = child(root, "stages").map_err(|_| CascadeError::NotACascade)?;
    let cascade = if child(root, "featureType").is_ok() {
        trained(root, stages)?
    } else {
        haartrained(root, stages)?
    };
    check(cascade)
}

/// The format of `opencv_traincascade`.
fn trained(root: Xml, stages: Xml) -> Read<Cascade> {
    let (width, height) = (size(root, "width")?, size(root, "height")?);
    let kind = child(root, "featureType")?.text().unwrap_or_default().trim();
    let listed = elements(child(root, "features")?);
    let (features, node_length) = match kind {
        "HAAR" => (Features::Haar(listed.map(haar).collect::<Read<_>>()?), HAAR_NODE),
        "LBP" => (Features::Lbp(listed.map(lbp).collect::<Read<_>>()?), LBP_NODE),
        other => return Err(CascadeError::Features(other.to_owned())),
    };
    let stages = elements(stages).map(|stage| trained_stage(stage, node_length));
    Ok(Cascade { width, height, stages: stages.collect::<Read<_>>()?, features })
}

fn trained_stage(stage: Xml, node_length: usize) -> Read<Stage> {
    let trees = elements(child(stage, "weakClassifiers")?).map(|t| trained_tree(t, node_length));
    let threshold = number(stage, "stageThreshold")?;
    Ok(Stage { trees: trees.collect::<Read<_>>()?, threshold: threshold - EPSILON })
}

fn trained_tree(tree: Xml, node_length: usize) -> Read<Tree> {
    let nodes = numbers(child(tree, "internalNodes")?, "nodes")?;
    if nodes.is_empty() || nodes.len() % node_length != 0 {
        return Err(CascadeError::Wrong("nodes"));
    }
    let nodes = nodes.chunks_exact(node_length).map(trained_node).collect::<Read<_>>()?;
    let leaves = numbers(child(tree, "leafValues")?, "leaves")?;
    Ok(Tree { nodes, leaves: leaves.into_iter().map(|v| v as f32).collect() })
}

fn trained_node(numbers: &[f64]) -> Read<Node> {
    let whole = |x: f64| integer(x).ok_or(CascadeError::Wrong("nodes"));
    let split = if let [threshold] = numbers[3..] {
        Split::Below(threshold as f32)
    } else {
        let mut bits = [0; 8];
        for (word, x) in bits.iter_mut().zip(&numbers[3..]) {
            *word = whole(*x)? as u32;
        }
        Split::Within(bits)
    };
    let feature = usize::try_from(whole(numbers[2])?).map_err(|_| CascadeError::Wrong("nodes"))?;
    Ok(Node { feature, split, left: child_index(numbers[0])?, right: child_index(numbers[1])? })
}

fn child_index(x: f64) -> Read<i32> {
    let index = integer(x).and_then(|index| i32::try_from(index).ok());
    index.ok_or(CascadeError::Wrong("nodes"))
}

/// The format of `opencv_haartraining`: a feature a node, and numbers in elements of their own.
fn haartrained(root: Xml, stages: Xml) -> Read<Cascade> {
    let size = numbers(child(root, "size")?, "window")?;
    let [width, height] = size[..] else { return Err(CascadeError::Wrong("window")) };
    let whole = |x: f64| integer(x).and_then(|x| usize::try_from(x).ok());
    let (width, height) = whole(width).zip(whole(height)).ok_or(CascadeError::Wrong("window"))?;
    let mut features = Vec::new();
    let stages = elements(stages).map(|stage| {
        let trees = elements(child(stage, "trees")?);
        let trees = trees.map(|tree| haartrained_tree(tree, &mut features)).collect::<Read<_>>()?;
        Ok(Stage { trees, threshold: number(stage, "stage_threshold")? - EPSILON })
    });
    let stages = stages.collect::<Read<_>>()?;
    Ok(Cascade { width, height, stages, features: Features::Haar(features) })
}

fn haartrained_tree(tree: Xml, features: &mut Vec<Haar>) -> Read<Tree> {
    let mut leaves = Vec::new();
    let mut nodes = Vec::new();
    for node in elements(tree) {
        let split = Split::Below(number(node, "threshold")?);
        features.push(haar(child(node, "feature")?)?);
        let left = haartrained_child(node, ["left_node", "left_val"], &mut leaves)?;
        let right = haartrained_child(node, ["right_node", "right_val"], &mut leaves)?;
        nodes.push(Node { feature: features.len() - 1, split, left, right });
    }
    Ok(Tree { nodes, leaves })
}

/// A node's index, or the value of a new leaf.
fn haartrained_child(
    node: Xml,
    [inner, leaf]: [&'static str; 2],
    leaves: &mut Vec<f32>,
) -> Read<i32> {
    if child(node, inner).is_ok() {
        let index = child_index(f64::from(number(node, inner)?))?;
        return if index > 0 { Ok(index) } else { Err(CascadeError::Wrong("nodes")) };
    }
    leaves.push(number(node, leaf)?);
    i32::try_from(leaves.len() - 1).map(|n| -n).map_err(|_| CascadeError::Wrong("leaves"))
}

fn haar(feature: Xml) -> Read<Haar> {
    let rects = elements(child(feature, "rects")?).map(|rect| {
        let values = numbers(rect, "features")?;
        let (place, weight) = values.split_at_checked(4).ok_or(CascadeError::Wrong("features"))?;
        let [weight] = weight[..] else { return Err(CascadeError::Wrong("features")) };
        Ok((cell(place)?, weight as f32))
    });
    let tilted = child(feature, "tilted").is_ok() && number(feature, "tilted")? != 0.0;
    Ok(Haar { rects: rects.collect::<Read<_>>()?, tilted })
}

fn lbp(feature: Xml) -> Read<Cell> {
    cell(&numbers(child(feature, "rect")?, "features")?)
}

fn cell(values: &[f64]) -> Read<Cell> {
    let whole = |x: &f64| integer(*x).and_then(|x| usize::try_from(x).ok());
    let values: Option<Vec<usize>> = values.iter().map(whole).collect();
    let Some([x, y, width, height]) = values.as_deref() else {
        return Err(CascadeError::Wrong("features"));
    };
    Ok(Cell { x: *x, y: *y, width: *width, height: *height })
}

/// Refuses what could not be run safely.
fn check(cascade: Cascade) -> Read<Cascade> {
    let sides = 3..=LARGEST_WINDOW;
    if !sides.contains(&cascade.width) || !sides.contains(&cascade.height) {
        return Err(CascadeError::Wrong("window"));
    }
    if cascade.stages.is_empty() || cascade.stages.iter().any(|s| s.trees.is_empty()) {
        return Err(CascadeError::Missing("stages"));
    }
    let (w, h) = (cascade.width, cascade.height);
    let (inside, features) = match &cascade.features {
        Features::Haar(all) => (all.iter().all(|f| haar_fits(f, w, h)), all.len()),
        Features::Lbp(all) => {
            let fits = |c: &Cell| c.x + 3 * c.width <= w && c.y + 3 * c.height <= h;
            (all.iter().all(|c| is_small(c, w, h) && fits(c)), all.len())
        }
    };
    if !inside {
        return Err(CascadeError::Wrong("features"));
    }
    let trees = || cascade.stages.iter().flat_map(|stage| &stage.trees);
    if !trees().all(|tree| is_sound(tree, features)) {
        return Err(CascadeError::Wrong("nodes"));
    }
    Ok(cascade)
}

/// Whether sums of its sides cannot overflow, and it has an area.
fn is_small(cell: &Cell, w: usize, h: usize) -> bool {
    cell.x <= w && cell.y <= h && (1..=w).contains(&cell.width) && (1..=h).contains(&cell.height)
}

fn haar_fits(feature: &Haar, w: usize, h: usize) -> bool {
    let upright = |c: &Cell| c.x + c.width <= w && c.y + c.height <= h;
    let tilted = |c: &Cell| c.x >= c.height && c.x + c.width <= w && c.y + c.width + c.height <= h;
    let fits = |c: &Cell| is_small(c, w, h) && if feature.tilted { tilted(c) } else { upright(c) };
    !feature.rects.is_empty() && feature.rects.iter().all(|(cell, _)| fits(cell))
}

fn is_sound(tree: &Tree, features: usize) -> bool {
    let sound = |(i, node): (usize, &Node)| {
        let leads_on = |next: i32| {
            let index = next.unsigned_abs() as usize;
            if next > 0 { index > i && index < tree.nodes.len() } else { index < tree.leaves.len() }
        };
        node.feature < features && leads_on(node.left) && leads_on(node.right)
    };
    !tree.nodes.is_empty() && tree.nodes.iter().enumerate().all(sound)
}

fn elements<'a, 'input>(node: Xml<'a, 'input>) -> impl Iterator<Item = Xml<'a, 'input>> {
    node.children().filter(Xml::is_element)
}

fn child<'a, 'input>(node: Xml<'a, 'input>, name: &'static str) -> Read<Xml<'a, 'input>> {
    let found = elements(node).find(|child| child.tag_name().name() == name);
    found.ok_or(CascadeError::Missing(name))
}

fn numbers(node: Xml, what: &'static str) -> Read<Vec<f64>> {
    let words = node.text().unwrap_or_default().split_whitespace();
    let values = words.map(|word| word.parse::<f64>().ok().filter(|x| x.is_finite()));
    values.collect::<Option<_>>().ok_or(CascadeError::Wrong(what))
}

fn number(node: Xml, name: &'static str) -> Read<f32> {
    match numbers(child(node, name)?, name)?[..] {
        [x] => Ok(x as f32),
        _ => Err(CascadeError::Wrong(name)),
    }
}

fn size(node: Xml, name: &'static str) -> Read<usize> {
    let whole = integer(f64::from(number(node, name)?)).and_then(|x| usize::try_from(x).ok());
    whole.ok_or(CascadeError::Wrong(name))
}

fn integer(x: f64) -> Option<i64> {
    (x.fract() == 0.0 && x.abs() < 1e12).then_some(x as i64)
}
