//! As much as the regressor needs: symmetric positive definite systems.

/// A square matrix, row after row.
#[derive(Clone, Debug)]
pub(crate) struct Square {
    size: usize,
    values: Vec<f64>,
}

impl Square {
    pub(crate) fn from_fn(size: usize, f: impl Fn(usize, usize) -> f64) -> Self {
        let values = (0..size * size).map(|at| f(at / size, at % size)).collect();
        Self { size, values }
    }

    pub(crate) fn at(&self, row: usize, column: usize) -> f64 {
        self.values[row * self.size + column]
    }

    fn row(&self, row: usize) -> &[f64] {
        &self.values[row * self.size..(row + 1) * self.size]
    }

    /// The lower triangle whose square it is (Cholesky); `None` where it is not positive definite.
    pub(crate) fn cholesky(mut self) -> Option<Cholesky> {
        for i in 0..self.size {
            for j in 0..=i {
                let sum = self.at(i, j) - dot(&self.row(i)[..j], &self.row(j)[..j]);
                let value = if i == j {
                    (sum > 0.0 && sum.is_finite()).then(|| sum.sqrt())?
                } else {
                    sum / self.at(j, j)
                };
                self.values[i * self.size + j] = value;
            }
        }
        Some(Cholesky(self))
    }
}

/// A factor, with nonsense above its diagonal.
pub(crate) struct Cholesky(Square);

impl Cholesky {
    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let lower = &self.0;
        let mut x = right.to_vec();
        for i in 0..lower.size {
            x[i] = (x[i] - dot(&lower.row(i)[..i], &x[..i])) / lower.at(i, i);
        }
        for i in (0..lower.size).rev() {
            x[i] /= lower.at(i, i);
            let known = x[i];
            for (x, l) in x[..i].iter_mut().zip(lower.row(i)) {
                *x -= l * known;
            }
        }
        x
    }

    /// The inverse of what was factored.
    pub(crate) fn inverse(&self) -> Square {
        let size = self.0.size;
        let mut values = Vec::with_capacity(size * size);
        for i in 0..size {
            let mut unit = vec![0.0; size];
            unit[i] = 1.0;
            values.extend(self.solve(&unit));
        }
        Square { size, values }
    }
}

/// In four lanes, so that the additions need not wait for one another.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (a4, a_rest) = a.as_chunks::<4>();
    let (b4, b_rest) = b[..a.len()].as_chunks::<4>();
    for (a, b) in a4.iter().zip(b4) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    lanes.iter().sum::<f64>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        let matrix =
            Square::from_fn(7, |i, j| 1.0 / (1.0 + i.abs_diff(j) as f64) + f64::from(i == j));
        let known: Vec<f64> = (0..7).map(|i| f64::from(i) - 3.0).collect();
        let right: Vec<f64> = (0..7).map(|i| dot(matrix.row(i), &known)).collect();
        let factor = matrix.cholesky().unwrap();
        for (found, known) in factor.solve(&right).iter().zip(&known) {
            assert!((found - known).abs() < 1e-12);
        }
        assert!(Square::from_fn(2, |_, _| 1.0).cholesky().is_none(), "singular");
        assert!(Square::from_fn(2, |_, _| f64::NAN).cholesky().is_none());
    }
}
