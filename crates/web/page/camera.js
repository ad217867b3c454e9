// The camera: started by a click, stopped by another, never recorded.

/** Frames are read at this width; the height follows the camera's shape. */
const READ_WIDTH = 320;

/** A camera that cannot be used; `notice` names the reason in notices.js. */
export class CameraError extends Error {
  constructor(notice, cause) {
    super(notice, { cause });
    this.notice = notice;
  }
}

const REASONS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** Asks for the camera and shows it in `video`. */
export async function startCamera(video) {
  if (!window.isSecureContext || !navigator.mediaDevices) throw new CameraError("insecure");
  try {
    const size = { width: { ideal: 640 }, height: { ideal: 480 }, facingMode: "user" };
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: size, audio: false });
    await video.play();
  } catch (error) {
    stopCamera(video);
    throw new CameraError(REASONS[error.name] ?? "broken", error);
  }
}

/** Stops the camera; its light goes out. */
export function stopCamera(video) {
  video.srcObject?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
}

const canvas = document.createElement("canvas");

/** The present frame, small enough to be read several times a second. */
export function grabFrame(video, width = READ_WIDTH) {
  canvas.width = Math.min(width, video.videoWidth);
  canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
