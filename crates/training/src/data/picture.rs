//! From the bytes of an image file to a face crop.

use std::io::Cursor;

use attune_vision::{CROP_SIZE, FaceCrop, Frame};
use image::ImageReader;

/// Decodes an image file's bytes to a face crop; other sizes are resampled as one whole face.
pub(super) fn decode_crop(bytes: &[u8]) -> Result<FaceCrop, String> {
    let image = image::load_from_memory(bytes).map_err(|e| e.to_string())?.into_luma8();
    from_greys(image.width() as usize, image.height() as usize, image.into_raw())
}

/// Decodes an image file of 48 x 48 pixels; other sizes are refused by their header.
pub(super) fn decode_exact(bytes: &[u8]) -> Result<FaceCrop, String> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format();
    let size = reader.map_err(|e| e.to_string())?.into_dimensions().map_err(|e| e.to_string())?;
    if size != (CROP_SIZE as u32, CROP_SIZE as u32) {
        return Err(format!("{} x {} pixels, not 48 x 48", size.0, size.1));
    }
    decode_crop(bytes)
}

/// Grey values of any size as one whole face.
pub(super) fn from_greys(width: usize, height: usize, greys: Vec<u8>) -> Result<FaceCrop, String> {
    let frame = Frame::from_luma(width, height, greys).map_err(|e| e.to_string())?;
    let frame = frame.resized(CROP_SIZE, CROP_SIZE);
    FaceCrop::from_pixels(frame.pixels()).ok_or_else(|| "the picture is empty".to_owned())
}
