//! Networks in words.

use crate::commands::networks::Network;

/// One network a line.
pub fn networks(list: &[Network]) -> String {
    let mut text = format!("{:<17}{:>12}{:>15}\n", "", "parameters", "multiply-adds");
    for network in list {
        text += &format!(
            "{:<17}{:>10.2} M{:>13.1} M   {}\n",
            network.name,
            network.parameters as f64 / 1e6,
            network.multiply_adds as f64 / 1e6,
            network.about
        );
    }
    text
}
