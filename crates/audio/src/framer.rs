//! Overlapping frames of a stream.

/// Cuts a stream into frames of `size` samples, one each `step` samples.
pub(crate) struct Framer {
    waiting: Vec<f32>,
    size: usize,
    step: usize,
}

impl Framer {
    /// Both at least one sample.
    pub(crate) fn new(size: usize, step: usize) -> Self {
        Self { waiting: Vec::new(), size: size.max(1), step: step.max(1) }
    }

    /// Takes samples and hands every frame that is whole now to `sink`.
    pub(crate) fn push(&mut self, samples: &[f32], sink: &mut impl FnMut(&[f32])) {
        self.waiting.extend_from_slice(samples);
        let mut from = 0;
        while from + self.size <= self.waiting.len() {
            sink(&self.waiting[from..from + self.size]);
            from += self.step;
        }
        self.waiting.drain(..from.min(self.waiting.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_do_not_depend_on_how_the_samples_come() {
        let samples: Vec<f32> = (0..100u8).map(f32::from).collect();
        for part in [1, 3, 7, 100] {
            let mut firsts = Vec::new();
            let mut framer = Framer::new(10, 4);
            for chunk in samples.chunks(part) {
                framer.push(chunk, &mut |frame| {
                    assert_eq!((frame.len(), frame[9]), (10, frame[0] + 9.0));
                    firsts.push(frame[0]);
                });
            }
            let expected: Vec<f32> = (0..23u8).map(|i| f32::from(i) * 4.0).collect();
            assert_eq!(firsts, expected, "{part}");
        }
    }
}
