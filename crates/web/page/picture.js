// From a file to pixels, decoded by the browser, upright by its EXIF orientation.

/** Faces are sought in a picture whose longer side is at most this many pixels. */
const LONGEST = 1280;

/** Draws the file's picture into `canvas` and returns its pixels; rejects what is no picture. */
export async function drawFile(file, canvas) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
