use super::Draws;

/// A multilayer perceptron with one hidden layer of rectified units and a softmax, trained by Adam
/// (Kingma and Ba 2015) on cross-entropy; without hidden units it is softmax regression.
#[derive(Clone, Debug, PartialEq)]
pub struct Perceptron {
    means: Vec<f32>,
    scales: Vec<f32>,
    layers: Vec<Layer>,
}

/// How a [`Perceptron`] is trained.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PerceptronConfig {
    /// Hidden units; 0 for none.
    pub hidden: usize,
    /// Passes over the rows.
    pub epochs: usize,
    /// Rows a step.
    pub batch: usize,
    /// Adam's step size, falling to 0 by a cosine.
    pub rate: f32,
    /// Taken off each weight a step, as a share of it times the rate (Loshchilov and Hutter 2019).
    pub decay: f32,
    /// Decides the first weights and the order of rows.
    pub seed: u32,
}

#[derive(Clone, Debug, PartialEq)]
struct Layer {
    inputs: usize,
    /// Outputs x inputs, then a bias an output.
    weights: Vec<f32>,
    first: Vec<f32>,
    second: Vec<f32>,
}

impl Layer {
    fn new(inputs: usize, outputs: usize, draws: &mut Draws) -> Self {
        let scale = (6.0 / inputs.max(1) as f32).sqrt();
        let mut weights: Vec<f32> = (0..outputs * inputs).map(|_| scale * draws.spread()).collect();
        weights.resize(outputs * (inputs + 1), 0.0);
        let zeros = vec![0.0; weights.len()];
        Self { inputs, first: zeros.clone(), second: zeros, weights }
    }

    fn outputs(&self) -> usize {
        self.weights.len() / (self.inputs + 1)
    }

    fn forward(&self, x: &[f32]) -> Vec<f32> {
        let (weights, biases) = self.weights.split_at(self.outputs() * self.inputs);
        let rows = weights.chunks_exact(self.inputs.max(1)).zip(biases);
        rows.map(|(row, b)| b + row.iter().zip(x).map(|(w, x)| w * x).sum::<f32>()).collect()
    }

    /// Adds to `gradient` and answers the gradient of the inputs.
    fn backward(&self, x: &[f32], out: &[f32], gradient: &mut [f32]) -> Vec<f32> {
        let biases = self.outputs() * self.inputs;
        let mut back = vec![0.0; self.inputs];
        for (o, d) in out.iter().enumerate() {
            let row = o * self.inputs..(o + 1) * self.inputs;
            gradient[row.clone()].iter_mut().zip(x).for_each(|(g, x)| *g += d * x);
            gradient[biases + o] += d;
            back.iter_mut().zip(&self.weights[row]).for_each(|(b, w)| *b += d * w);
        }
        back
    }

    fn step(&mut self, gradient: &[f32], rate: f32, decay: f32, t: i32) {
        const B1: f32 = 0.9;
        const B2: f32 = 0.999;
        let (c1, c2) = (1.0 - B1.powi(t), 1.0 - B2.powi(t));
        for (i, g) in gradient.iter().enumerate() {
            self.first[i] = B1 * self.first[i] + (1.0 - B1) * g;
            self.second[i] = B2 * self.second[i] + (1.0 - B2) * g * g;
            let change = self.first[i] / c1 / ((self.second[i] / c2).sqrt() + 1e-8);
            self.weights[i] -= rate * (change + decay * self.weights[i]);
        }
    }
}

impl Perceptron {
    /// Trains on rows and their classes, numbers below `classes`. What is not finite counts as the
    /// column's mean.
    #[must_use]
    pub fn fit(rows: &[&[f32]], labels: &[u32], classes: usize, config: &PerceptronConfig) -> Self {
        let (means, scales) = moments(rows);
        let mut draws = Draws::new(config.seed);
        let mut sizes = vec![means.len()];
        sizes.extend((config.hidden > 0).then_some(config.hidden));
        sizes.push(classes);
        let layers = sizes.windows(2).map(|w| Layer::new(w[0], w[1], &mut draws)).collect();
        let mut net = Self { means, scales, layers };
        let rows: Vec<Vec<f32>> = rows.iter().map(|row| net.standard(row)).collect();
        let mut order: Vec<usize> = (0..rows.len()).collect();
        let batch = config.batch.max(1);
        let steps = config.epochs * rows.len().div_ceil(batch);
        let mut t = 0;
        for _ in 0..config.epochs {
            draws.shuffle(&mut order);
            for part in order.chunks(batch) {
                let done = t as f32 / steps.max(1) as f32;
                let rate = 0.5 * config.rate * (1.0 + (std::f32::consts::PI * done).cos());
                t += 1;
                net.step(&rows, labels, part, rate, config.decay, t);
            }
        }
        net
    }

    fn step(
        &mut self,
        rows: &[Vec<f32>],
        labels: &[u32],
        part: &[usize],
        rate: f32,
        decay: f32,
        t: i32,
    ) {
        let mut gradients: Vec<Vec<f32>> =
            self.layers.iter().map(|layer| vec![0.0; layer.weights.len()]).collect();
        for i in part {
            let held = self.activations(&rows[*i]);
            let mut d = attune_core::softmax(&held[held.len() - 1], 1.0);
            if let Some(right) = d.get_mut(labels[*i] as usize) {
                *right -= 1.0;
            }
            d.iter_mut().for_each(|x| *x /= part.len() as f32);
            for (l, layer) in self.layers.iter().enumerate().rev() {
                let mut back = layer.backward(&held[l], &d, &mut gradients[l]);
                back.iter_mut().zip(&held[l]).for_each(|(b, x)| {
                    if *x <= 0.0 {
                        *b = 0.0;
                    }
                });
                d = back;
            }
        }
        for (layer, gradient) in self.layers.iter_mut().zip(&gradients) {
            layer.step(gradient, rate, decay, t);
        }
    }

    /// The input of each layer, rectified but for the first, and last the logits.
    fn activations(&self, row: &[f32]) -> Vec<Vec<f32>> {
        let mut held = vec![row.to_vec()];
        for (l, layer) in self.layers.iter().enumerate() {
            let mut out = layer.forward(&held[l]);
            if l + 1 < self.layers.len() {
                out.iter_mut().for_each(|x| *x = x.max(0.0));
            }
            held.push(out);
        }
        held
    }

    fn standard(&self, row: &[f32]) -> Vec<f32> {
        let moments = self.means.iter().zip(&self.scales);
        let z = |(x, (mean, scale)): (&f32, (&f32, &f32))| {
            if x.is_finite() { (x - mean) * scale } else { 0.0 }
        };
        row.iter().zip(moments).map(z).collect()
    }

    /// The probability of each class.
    #[must_use]
    pub fn probabilities(&self, row: &[f32]) -> Vec<f32> {
        let logits = self.activations(&self.standard(row)).pop().unwrap_or_default();
        attune_core::softmax(&logits, 1.0)
    }
}

fn moments(rows: &[&[f32]]) -> (Vec<f32>, Vec<f32>) {
    let d = rows.first().map_or(0, |row| row.len());
    let column = |j: usize| rows.iter().map(move |row| f64::from(row[j])).filter(|x| x.is_finite());
    let n = |j: usize| column(j).count().max(1) as f64;
    let means: Vec<f64> = (0..d).map(|j| column(j).sum::<f64>() / n(j)).collect();
    let scale = |j: usize| {
        let variance = column(j).map(|x| (x - means[j]).powi(2)).sum::<f64>() / n(j);
        if variance > 1e-12 { 1.0 / variance.sqrt() } else { 0.0 }
    };
    let scales = (0..d).map(|j| scale(j) as f32).collect();
    (means.iter().map(|m| *m as f32).collect(), scales)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: PerceptronConfig =
        PerceptronConfig { hidden: 16, epochs: 200, batch: 16, rate: 0.01, decay: 1e-4, seed: 1 };

    #[test]
    fn it_learns_what_no_line_divides() {
        let mut draws = Draws::new(5);
        let rows: Vec<Vec<f32>> =
            (0..200).map(|_| vec![draws.spread(), 100.0 * draws.spread(), f32::NAN]).collect();
        let labels: Vec<u32> = rows.iter().map(|r| u32::from(r[0] * r[1] > 0.0)).collect();
        let slices: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
        let right = |config: &PerceptronConfig| {
            let net = Perceptron::fit(&slices, &labels, 2, config);
            let hit = |(row, label): (&Vec<f32>, &u32)| {
                let p = net.probabilities(row);
                assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-4);
                usize::from((p[1] > 0.5) == (*label == 1))
            };
            rows.iter().zip(&labels).map(hit).sum::<usize>()
        };
        assert!(right(&CONFIG) > 185, "{}", right(&CONFIG));
        assert!(right(&PerceptronConfig { hidden: 0, ..CONFIG }) < 140);
        let once = Perceptron::fit(&slices, &labels, 2, &PerceptronConfig { epochs: 2, ..CONFIG });
        let again = Perceptron::fit(&slices, &labels, 2, &PerceptronConfig { epochs: 2, ..CONFIG });
        assert_eq!(once, again);
    }
}
