//! A network that looks at single windows.

use super::pyramid::{Columns, Pyramid, Window};
use super::spec::{AXES, STEPS, StageSpec};
use super::{Candidate, thin_out};
use crate::model::{Memory, ModelError, Network, NodeProblem, Weights};
use crate::{Frame, standardise};

/// Windows that run through the network together.
const BATCH: usize = 16;

/// A network with what it answers.
pub(super) struct Stage {
    network: Network,
    spec: StageSpec,
}

/// The memory of a stage, kept from frame to frame.
#[derive(Clone, Default)]
pub(super) struct StageMemory {
    network: Memory,
    pixels: Vec<u8>,
    columns: Columns,
}

impl Stage {
    pub fn new(weights: &Weights<'_>, spec: StageSpec) -> Result<Self, ModelError> {
        let network = Network::new(weights, &spec.nodes, spec.input_size, &spec.outputs)?;
        let lengths: Vec<_> = spec.outputs.iter().map(|value| network.value_len(*value)).collect();
        let mut expected = vec![Some(2)];
        expected.extend([Some(STEPS); AXES.len()]);
        if lengths != expected {
            let (node, problem) = (spec.nodes.len(), NodeProblem::Shapes);
            return Err(ModelError::Node { node, problem });
        }
        Ok(Self { network, spec })
    }

    /// Multiplications with an addition for one window.
    pub fn multiply_adds(&self) -> u64 {
        self.network.multiply_adds
    }

    /// Keeps those that are faces, moved to where the network sees them.
    pub fn look(
        &self,
        frame: &Frame,
        pyramid: &Pyramid,
        memory: &mut StageMemory,
        candidates: &mut Vec<Candidate>,
    ) {
        for batch in candidates.chunks_mut(BATCH) {
            self.look_at(frame, pyramid, memory, batch);
        }
        candidates.retain(|c| c.surplus >= self.spec.least);
        thin_out(candidates, self.spec.most_shared, self.spec.most);
    }

    fn look_at(
        &self,
        frame: &Frame,
        pyramid: &Pyramid,
        memory: &mut StageMemory,
        batch: &mut [Candidate],
    ) {
        let size = self.spec.input_size;
        memory.pixels.resize(size * size, 0);
        let input = self.network.input(&mut memory.network, batch.len());
        for (candidate, input) in batch.iter().zip(input.chunks_exact_mut(size * size)) {
            let columns = &mut memory.columns;
            pyramid.cut(frame, candidate.window, size, columns, &mut memory.pixels);
            input.iter_mut().zip(&memory.pixels).for_each(|(x, grey)| *x = f32::from(*grey));
            standardise(input);
        }
        self.network.run(&mut memory.network, batch.len());
        let faces = batch.len();
        let answer = |i: usize| self.network.output(&memory.network, self.spec.outputs[i], faces);
        for (i, candidate) in batch.iter_mut().enumerate() {
            let offset =
                |axis: usize| AXES[axis].expectation(&answer(axis + 1)[i * STEPS..][..STEPS]);
            candidate.surplus = answer(0)[2 * i + 1] - answer(0)[2 * i];
            candidate.window = moved(candidate.window, [offset(0), offset(1), offset(2)]);
            candidate.roll_degrees = offset(3);
        }
    }
}

/// A window by `[x, y]` of its sides further, and larger by a natural logarithm.
fn moved(window: Window, [right, down, larger]: [f32; 3]) -> Window {
    let Window { x, y, side } = window;
    let new = side * larger.exp();
    let shift = (side - new) * 0.5;
    Window { x: x + right * side + shift, y: y + down * side + shift, side: new }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_moves_about_its_centre() {
        let window = Window { x: 10.0, y: 20.0, side: 40.0 };
        assert_eq!(moved(window, [0.0; 3]), window);
        let large = moved(window, [0.25, -0.5, 2f32.ln()]);
        let centre = [large.x + large.side / 2.0, large.y + large.side / 2.0];
        assert!((large.side - 80.0).abs() < 1e-4);
        assert!((centre[0] - 40.0).abs() < 1e-4 && (centre[1] - 20.0).abs() < 1e-4, "{large:?}");
    }
}
