//! Learning from what a listener does with a list.
//!
//! Every ranked item carries [`Features`]: the unweighted parts of its score and where it stands from
//! the aim. A [`Learner`] holds, for one listener, a linear model of reward over them: Bayesian
//! regression whose prior is the [`Population`]'s model. A [`draw`](Learner::draw) from its posterior
//! (Thompson sampling, Agrawal and Goyal 2013) goes into
//! [`Request::learned`](crate::Request::learned), where it moves the best items' scores by at most
//! [`BOUND`] up or down, by what it expects of each beyond the others. It never brings in an item
//! that the filters keep out, and with no feedback and no draw nothing changes.
//!
//! `attune bench recommend --trials` prints simulated listeners' regret with and without learning
//! ([`trials::learning`](crate::trials::learning)), `--situnes DIR` how ratings are predicted before and
//! after it.

mod features;
mod learner;

pub use features::{Features, Outcome};
pub use learner::{BOUND, Learned, Learner, Population};
