// The page's side of the face reader: one worker, answers by number.

let worker = null;
let next = 0;
const waiting = new Map();

/**
 * Reads the faces of a picture.
 * @param {ImageData} picture is handed over and empty afterwards
 * @returns {Promise<{faces: object[], duration_ms: number}>}
 */
export const readFaces = (picture) => send("read", picture);

/** Reads the large faces of one of many frames, much sooner. */
export const glanceAtFaces = (picture) => send("glance", picture);

/**
 * Begins anew with a person: forgets whom it followed.
 * @param {number[]} bias what their corrections and baseline add to each logit; empty for none
 */
export const beginReading = (bias) => post({ look: "begin", bias }, []);

/** Takes the camera's frame of a time in seconds; the faces are calm readings of people it follows. */
export const watchFaces = (picture, atS) => send("watch", picture, { atS });

function send(look, picture, more) {
  const { width, height } = picture;
  const pixels = picture.data.buffer;
  return post({ look, pixels, width, height, ...more }, [pixels]);
}

function post(message, handedOver) {
  worker ??= start();
  return new Promise((resolve, reject) => {
    waiting.set(++next, { resolve, reject });
    worker.postMessage({ id: next, ...message }, handedOver);
  });
}

function start() {
  const started = new Worker(new URL("reader-worker.js", import.meta.url), { type: "module" });
  started.onmessage = ({ data }) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error) asked?.reject(new Error(data.error));
    else asked?.resolve(data);
    if (data.error) giveUp(started);
  };
  started.onerror = () => giveUp(started);
  return started;
}

/** Stops a worker that failed, for its memory is not to be trusted; the next picture starts another. */
function giveUp(failed) {
  failed.terminate();
  if (worker === failed) worker = null;
  for (const { reject } of waiting.values()) reject(new Error("the face reader stopped"));
  waiting.clear();
}
