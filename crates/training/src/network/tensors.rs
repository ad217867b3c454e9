use super::plan::{Plan, Role, TensorSpec};

/// The numbers of every tensor of a plan, in the plan's order.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensors(pub Vec<Vec<f32>>);

impl Tensors {
    /// Fresh numbers: normal weights by each tensor's deviation, batch norm as the identity.
    #[must_use]
    pub fn init(plan: &Plan, seed: u64) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        Self(plan.tensors.iter().map(|spec| init_one(spec, &mut rng)).collect())
    }

    /// Zeros of the plan's shapes.
    #[must_use]
    pub fn zeros(plan: &Plan) -> Self {
        Self(plan.tensors.iter().map(|spec| vec![0.0; spec.len()]).collect())
    }
}

fn init_one(spec: &TensorSpec, rng: &mut fastrand::Rng) -> Vec<f32> {
    match spec.role {
        Role::Weight => (0..spec.len()).map(|_| normal(rng) * spec.init_deviation).collect(),
        Role::Gamma | Role::Variance => vec![1.0; spec.len()],
        Role::Bias | Role::Beta | Role::Mean => vec![0.0; spec.len()],
    }
}

/// A standard normal number (Box and Muller 1958).
fn normal(rng: &mut fastrand::Rng) -> f32 {
    let u = 1.0 - rng.f64();
    let v = rng.f64();
    ((-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()) as f32
}
