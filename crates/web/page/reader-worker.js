// Reads faces away from the page's own thread. Pixels arrive from the page and go nowhere else.

import { open } from "./vision.js";

const reader = start();
reader.catch(() => {});

async function start() {
  const [code, model] = await Promise.all([
    get(new URL("attune_web.wasm", import.meta.url)),
    get(new URL("/model.safetensors", import.meta.url)),
  ]);
  const [module, bytes] = await Promise.all([WebAssembly.compileStreaming(code), model.arrayBuffer()]);
  return open(module, new Uint8Array(bytes));
}

async function get(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`the face reader could not be loaded (${response.status})`);
  return response;
}

self.onmessage = async ({ data: { id, look, pixels, width, height, atS, bias } }) => {
  try {
    const vision = await reader;
    const started = performance.now();
    const seen = look === "begin" ? vision.begin(bias) : vision[look](new Uint8Array(pixels), width, height, atS);
    // Readings of one picture are its faces alone; a watch also says what would help.
    const answer = Array.isArray(seen) ? { faces: seen } : seen;
    self.postMessage({ ...answer, id, duration_ms: performance.now() - started });
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
};
