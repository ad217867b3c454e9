// The face reader in the page: readings a second, and its numbers beside the native ones.

import { readFileSync, readdirSync } from "node:fs";
import { get } from "node:http";
import { basename, join } from "node:path";

import { Browser, round } from "./driver.mjs";

const TOLERANCE = 1e-3;
const [WIDTH, HEIGHT] = [320, 240];

/** Seconds of CPU that a process and all that it started have used. */
function cpuSeconds(root) {
  const stats = readdirSync("/proc").filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      const fields = readFileSync(`/proc/${name}/stat`, "utf8").split(") ")[1].split(" ");
      return [{ pid: Number(name), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }];
    } catch {
      return [];
    }
  });
  const family = new Set([root]);
  for (let grown = -1; grown !== family.size;) {
    grown = family.size;
    for (const { pid, parent } of stats) if (family.has(parent)) family.add(pid);
  }
  return stats.filter(({ pid }) => family.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0) / 100;
}

/** Runs in the page: keeps the frames and reads each once. */
async function prepare(frames, width, height) {
  const folder = document.querySelector("script[src]").src.replace("boot.js", "");
  const { beginReading, readFaces, glanceAtFaces, watchFaces } = await import(`${folder}reader.js`);
  const pixels = frames.map((text) => Uint8ClampedArray.from(atob(text), (c) => c.charCodeAt(0)));
  const picture = (i) => new ImageData(pixels[i % pixels.length].slice(), width, height);
  const watch = (i) => watchFaces(picture(i), performance.now() / 1000);
  window.bench = { watch, read: (i) => readFaces(picture(i)), glance: (i) => glanceAtFaces(picture(i)) };
  const begun = performance.now();
  await window.bench.read(0);
  const first_reading_ms = performance.now() - begun;
  const readings = [];
  for (let i = 0; i < pixels.length; i++) readings.push((await window.bench.read(i)).faces);
  await beginReading([]);
  return { first_reading_ms, readings };
}

/** Runs in the page: one reading after the other for ten seconds. */
async function readOn(look) {
  const [start, times] = [performance.now(), []];
  let faces = 0;
  while (performance.now() - start < 10000) {
    const answer = await window.bench[look](times.length);
    times.push(answer.duration_ms);
    faces += answer.faces.length;
  }
  const readings_per_s = (1000 * times.length) / (performance.now() - start);
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor(times.length * share)];
  return { readings: times.length, readings_per_s, faces_a_frame: faces / times.length,
    in_wasm_median_ms: at(0.5), in_wasm_p95_ms: at(0.95) };
}

/** The largest difference of any number; Infinity where words or shapes differ. */
function apart(a, b) {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b);
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return a === b ? 0 : Infinity;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return Infinity;
  return Math.max(0, ...keys.map((key) => apart(a[key], b[key])));
}

/** Bytes of an answer as a browser gets them. */
const weigh = (address) => new Promise((resolve, reject) => {
  get(address, { headers: { "accept-encoding": "gzip" } }, (answer) => {
    let bytes = 0;
    answer.on("data", (chunk) => (bytes += chunk.length)).on("end", () => resolve(bytes));
  }).on("error", reject);
});

/** What the vision module weighs. */
async function weight(address) {
  const page = await (await fetch(`${address}/`)).text();
  const folder = /\/assets\/[0-9a-f]+\//.exec(page)[0];
  const files = ["attune_web.wasm", "reader-worker.js", "vision.js"];
  const code = await Promise.all(files.map((name) => weigh(`${address}${folder}${name}`)));
  return { code: code.reduce((sum, size) => sum + size, 0), model: await weigh(`${address}/model.safetensors`) };
}

/** Reads the frames in `work` in the page at `address`, again and again. */
export async function readings(address, work, binary) {
  const names = readdirSync(join(work, "frames")).filter((name) => name.endsWith(".rgba")).sort();
  const frames = names.map((name) => readFileSync(join(work, "frames", name)).toString("base64"));
  const native = new Map(JSON.parse(readFileSync(join(work, "native.json"))).photos
    .map((photo) => [basename(photo.path).replace(".png", ".rgba"), photo.faces]));
  const browser = await Browser.start(binary);
  try {
    await browser.visit(`${address}/`);
    const { first_reading_ms, readings } = await browser.inPage(prepare, frames, WIDTH, HEIGHT);
    const looks = {};
    for (const look of ["watch", "glance", "read"]) {
      const before = cpuSeconds(browser.driver.pid);
      looks[look] = await browser.inPage(readOn, look);
      // On a machine that others use too: what a core of one's own would do.
      looks[look].readings_per_cpu_s = looks[look].readings / (cpuSeconds(browser.driver.pid) - before);
      for (const key in looks[look]) looks[look][key] = round(looks[look][key]);
    }
    const worst = Math.max(...readings.map((faces, i) => apart(native.get(names[i]), faces)));
    return {
      browser: browser.name, cores: 1, frame: { width: WIDTH, height: HEIGHT }, frames: frames.length,
      faces: readings.flat().length, first_reading_ms: round(first_reading_ms), looks,
      compressed_bytes: await weight(address),
      native_and_wasm: { largest_difference: worst, tolerance: TOLERANCE },
      faults: worst <= TOLERANCE ? [] : ["the page reads other numbers than the program"],
    };
  } finally {
    await browser.close();
  }
}
