// Loads the app, and gives it what only scripts can do well: the camera, pictures, the reader's worker.
// Pixels stay on this side; the app gets numbers.

import init, { start } from "./attune_ui.js";
import { grabFrame, startCamera, stopCamera } from "./camera.js";
import { drawFile } from "./picture.js";
import { beginReading, glanceAtFaces, readFaces, watchFaces } from "./reader.js";

/** An error whose `notice` names a message. */
const because = (notice, cause) => Object.assign(new Error(notice, { cause }), { notice });

/** Reads the camera's present frame; null where there is none yet. */
async function readFrame(video, read) {
  if (!video.videoWidth) return null;
  const frame = grabFrame(video);
  const { width, height } = frame;
  const { faces, advice } = await read(frame);
  return JSON.stringify({ width, height, faces, advice });
}

const media = navigator.mediaSession;

globalThis.attuneGlue = {
  mediaKeys(act) {
    const actions = ["play", "pause", "nexttrack", "previoustrack", "seekto", "seekbackward", "seekforward"];
    for (const action of actions)
      media?.setActionHandler(action, ({ seekTime, seekOffset }) => act(action, seekTime ?? seekOffset ?? 0));
  },
  mediaTell(title, artist, album, cover) {
    if (media) media.metadata = new MediaMetadata({ title, artist, album, artwork: [{ src: cover }] });
  },
  mediaState(playing) {
    if (media) media.playbackState = playing ? "playing" : "paused";
  },
  mediaPosition(position, duration) {
    media?.setPositionState?.({ duration, position: Math.min(position, duration) });
  },
  startCamera,
  stopCamera,
  beginReading: (bias) => beginReading(JSON.parse(bias)),
  watch: (video, atS) => readFrame(video, (frame) => watchFaces(frame, atS)),
  glance: (video) => readFrame(video, glanceAtFaces),
  async readPhoto(file, canvas) {
    const picture = await drawFile(file, canvas).catch((error) => { throw because("unreadable", error); });
    const { width, height } = picture;
    const { faces } = await readFaces(picture).catch((error) => { throw because("reader", error); });
    return JSON.stringify({ width, height, faces });
  },
};

await init({ module_or_path: new URL("attune_ui_bg.wasm", import.meta.url) });
start();
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {});
