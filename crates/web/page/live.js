// The camera at work: readings over the live picture until one is taken.

import { grabFrame, startCamera, stopCamera } from "./camera.js";
import { NOTICES, notify } from "./notices.js";
import { glanceAtFaces } from "./reader.js";
import { showReading } from "./reading.js";
import { setStage, showBoxes } from "./stage.js";

const byId = (id) => document.getElementById(id);
const video = byId("video");
const canvas = byId("picture");

/** Wires the camera's buttons; `onTake(picture)` gets the frame that a person takes. */
export function listenToCamera({ onTake }) {
  const stop = () => {
    if (!video.srcObject) return;
    stopCamera(video);
    setStage("idle");
    showButtons(false);
  };
  byId("use-camera").addEventListener("click", start);
  byId("stop-camera").addEventListener("click", () => {
    stop();
    showReading(null);
  });
  byId("take").addEventListener("click", () => {
    const picture = grabFrame(video, video.videoWidth);
    stop();
    canvas.width = picture.width;
    canvas.height = picture.height;
    canvas.getContext("2d", { willReadFrequently: true }).putImageData(picture, 0, 0);
    onTake(picture);
  });
  return { stop };
}

async function start() {
  notify(byId("notice"), null);
  try {
    await startCamera(video);
    showReading(null);
    setStage("camera");
    showButtons(true);
    await readWhileOn();
  } catch (error) {
    stopCamera(video);
    setStage("idle");
    showButtons(false);
    notify(byId("notice"), NOTICES[error.notice] ?? [NOTICES.noReader[0], error.message]);
  }
}

function showButtons(on) {
  byId("use-camera").hidden = on;
  byId("take").hidden = !on;
  byId("stop-camera").hidden = !on;
  byId("choose").hidden = byId("drop-hint").hidden = on;
  if (on) byId("take").focus();
}

/** One frame after the other, none while the page is hidden. */
async function readWhileOn() {
  while (video.srcObject) {
    await nextFrame();
    if (!video.srcObject || video.videoWidth === 0) continue;
    const frame = grabFrame(video);
    const { width, height } = frame;
    const { faces } = await glanceAtFaces(frame);
    if (!video.srcObject) return;
    showBoxes(faces, { width, height, chosen: 0, mirrored: true, onPick: () => {} });
    showReading(faces[0] ?? null);
    byId("live-word").textContent = faces.length ? "" : "No face yet: come closer, with light from the front";
  }
}

const nextFrame = () => new Promise((resolve) => requestAnimationFrame(resolve));
