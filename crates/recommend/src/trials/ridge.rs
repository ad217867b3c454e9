use faer::linalg::solvers::Solve;
use faer::{Col, Mat, Side};

/// Linear regression with a penalty, over columns brought to mean 0 and deviation 1.
#[derive(Clone, Debug)]
pub(super) struct Ridge {
    means: Vec<f64>,
    scales: Vec<f64>,
    weights: Vec<f64>,
    middle: f64,
}

impl Ridge {
    /// Fits to rows and their targets; what is not finite counts as the column's mean. A constant
    /// column weighs nothing.
    pub fn fit(rows: &[Vec<f64>], targets: &[f64], penalty: f64) -> Self {
        let (n, d) = (rows.len().max(1) as f64, rows.first().map_or(0, Vec::len));
        let column = |j: usize| rows.iter().map(move |row| row[j]).filter(|x| x.is_finite());
        let mean = |j: usize| column(j).sum::<f64>() / column(j).count().max(1) as f64;
        let means: Vec<f64> = (0..d).map(mean).collect();
        let variance = |j: usize| {
            column(j).map(|x| (x - means[j]).powi(2)).sum::<f64>() / column(j).count().max(1) as f64
        };
        let scale = |j: usize| if variance(j) > 1e-12 { 1.0 / variance(j).sqrt() } else { 0.0 };
        let scales: Vec<f64> = (0..d).map(scale).collect();
        let middle = targets.iter().sum::<f64>() / n;
        let mut fitted = Self { means, scales, weights: vec![0.0; d], middle };
        let z: Vec<Vec<f64>> = rows.iter().map(|row| fitted.standard(row)).collect();
        let gram = Mat::from_fn(d, d, |i, j| {
            let sum: f64 = z.iter().map(|row| row[i] * row[j]).sum();
            sum + if i == j { penalty } else { 0.0 }
        });
        let right = Col::from_fn(d, |i| {
            z.iter().zip(targets).map(|(row, y)| row[i] * (y - middle)).sum::<f64>()
        });
        if let Ok(factor) = gram.llt(Side::Lower) {
            let solution = factor.solve(&right);
            fitted.weights = (0..d).map(|i| solution[i]).collect();
        }
        fitted
    }

    fn standard(&self, row: &[f64]) -> Vec<f64> {
        let moments = self.means.iter().zip(&self.scales);
        let z = |(x, (mean, scale)): (&f64, (&f64, &f64))| {
            if x.is_finite() { (x - mean) * scale } else { 0.0 }
        };
        row.iter().zip(moments).map(z).collect()
    }

    pub fn predict(&self, row: &[f64]) -> f64 {
        let z = self.standard(row);
        self.middle + z.iter().zip(&self.weights).map(|(x, w)| x * w).sum::<f64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_found_again_and_odd_columns_do_no_harm() {
        let row = |i: usize| vec![i as f64, 3.0, if i.is_multiple_of(7) { f64::NAN } else { 1.0 }];
        let rows: Vec<Vec<f64>> = (0..50).map(row).collect();
        let targets: Vec<f64> = (0..50).map(|i| 2.0 * f64::from(i) - 5.0).collect();
        let line = Ridge::fit(&rows, &targets, 1e-9);
        assert!((line.predict(&[60.0, f64::NAN, 1.0]) - 115.0).abs() < 1e-6);
        assert_eq!(Ridge::fit(&[], &[], 1.0).predict(&[]), 0.0);
    }
}
