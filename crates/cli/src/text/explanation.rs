//! What in a face speaks for an expression.

use crate::commands::explain::Explanation;
use crate::text::words::{FAINT, STRONG, count, percent};

/// The class, where its heat lies and where the pictures are.
pub fn explanation(explanation: &Explanation) -> String {
    let Explanation { class, probability, layer, peak, thirds, overlay, feature_maps, .. } =
        explanation;
    let [channels, height, width] = layer.shape;
    let mut text = format!(
        "{STRONG}{class}{STRONG:#}, {} {FAINT}by {channels} channels of {width} x {height} cells \
         (layer {}){FAINT:#}\n",
        percent(*probability),
        layer.number
    );
    if let Some([x, y]) = peak {
        let [upper, middle, lower] = thirds.map(percent);
        text += &format!(
            "what speaks for it: {upper} in the upper third of the face, {middle} in the middle, \
             {lower} in the lower; most at {x:.0},{y:.0}\n"
        );
    }
    text += &format!("overlay: {}\n", overlay.display());
    if let Some(folder) = feature_maps.first().and_then(|path| path.parent()) {
        let sheets = count(feature_maps.len(), "contact sheet");
        text += &format!("feature maps: {sheets} in {}\n", folder.display());
    }
    text
}
