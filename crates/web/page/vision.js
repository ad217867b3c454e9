// The raw interface of attune_web.wasm: pixels in, readings out. It runs in a worker and in Node.

/** The module could not take or read what it was given. */
export class VisionError extends Error {}

/**
 * Loads the model and returns a reader.
 * @param {WebAssembly.Module} module attune_web.wasm, compiled
 * @param {Uint8Array} model the bytes of a model file
 * @returns `read` and the quicker `glance`, which take RGBA pixels, width and height and return
 *   the faces, the largest first; `watch`, which takes a frame's time in seconds too and returns calm
 *   readings of the people it follows; `begin`, which takes what a person's corrections and baseline
 *   add to each logit (none: an empty array) and forgets whom it followed; for those who measure `stages`, which takes the same and returns a
 *   function that runs the stage of that number once
 */
export async function open(module, model) {
  const { exports } = await WebAssembly.instantiate(module, {});
  const call = (name, bytes, ...rest) => {
    const pointer = copyIn(exports, bytes);
    try {
      return takeAnswer(exports, exports[name](pointer, bytes.length, ...rest));
    } finally {
      exports.attune_free(pointer, bytes.length);
    }
  };
  call("attune_load", model);
  return {
    begin: (bias) => void call("attune_begin", new TextEncoder().encode(JSON.stringify(bias))),
    watch: (pixels, width, height, atS) => call("attune_watch", pixels, width, height, atS),
    read: (pixels, width, height) => call("attune_read", pixels, width, height).faces,
    glance: (pixels, width, height) => call("attune_glance", pixels, width, height).faces,
    stages: (pixels, width, height) => {
      call("attune_stages", pixels, width, height);
      return exports.attune_run_stage;
    },
  };
}

function copyIn({ attune_alloc, memory }, bytes) {
  const pointer = attune_alloc(bytes.length);
  if (pointer === 0) throw new VisionError("there is not enough memory for this picture");
  new Uint8Array(memory.buffer, pointer, bytes.length).set(bytes);
  return pointer;
}

/** An answer is one 64-bit number: its address below, its length in bytes above. */
function takeAnswer({ attune_free, memory }, packed) {
  const bits = BigInt.asUintN(64, packed);
  const [pointer, length] = [Number(bits & 0xffffffffn), Number(bits >> 32n)];
  const text = new TextDecoder().decode(new Uint8Array(memory.buffer, pointer, length));
  attune_free(pointer, length);
  const answer = JSON.parse(text);
  if (answer.error) throw new VisionError(answer.error);
  return answer;
}
