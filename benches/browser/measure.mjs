// Drives headless Chromium (WebDriver, W3C) through the page's own reader; see `run`.

import { spawn } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { get } from "node:http";
import { basename, join } from "node:path";

const [address, work, binary] = process.argv.slice(2);
const TOLERANCE = 1e-3;
const [WIDTH, HEIGHT] = [320, 240];

const names = readdirSync(join(work, "frames")).filter((name) => name.endsWith(".rgba")).sort();
const frames = names.map((name) => readFileSync(join(work, "frames", name)).toString("base64"));
const native = new Map(JSON.parse(readFileSync(join(work, "native.json"))).photos
  .map((photo) => [basename(photo.path).replace(".png", ".rgba"), photo.faces]));

/** Bytes of an answer as a browser gets them. */
const weigh = (path) => new Promise((resolve, reject) => {
  get(address + path, { headers: { "accept-encoding": "gzip" } }, (answer) => {
    let bytes = 0;
    answer.on("data", (chunk) => (bytes += chunk.length)).on("end", () => resolve(bytes));
  }).on("error", reject);
});

// What Chromium starts runs where this process runs: on one core.
const driver = spawn("chromedriver", ["--port=0"], { stdio: ["ignore", "pipe", "ignore"] });
const port = await new Promise((resolve, reject) => {
  let told = "";
  driver.stdout.on("data", (chunk) => {
    const found = /successfully on port (\d+)\./.exec((told += chunk));
    if (found) resolve(found[1]);
  });
  driver.on("error", reject).on("exit", () => reject(new Error(`chromedriver ended: ${told}`)));
});

async function call(path, body, method = "POST") {
  const options = { method, body: method === "POST" ? JSON.stringify(body) : undefined };
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, options);
  const { value } = await answer.json();
  if (!answer.ok) throw new Error(`${path}: ${value?.message}`);
  return value;
}

const args = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
  "--disable-background-networking", "--disable-component-update"];
const { sessionId, capabilities } = await call("/session", {
  capabilities: { alwaysMatch: { "goog:chromeOptions": { binary, args } } },
});
const session = `/session/${sessionId}`;

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
  const { readFaces, glanceAtFaces } = await import(`${folder}reader.js`);
  const pixels = frames.map((text) => Uint8ClampedArray.from(atob(text), (c) => c.charCodeAt(0)));
  const picture = (i) => new ImageData(pixels[i % pixels.length].slice(), width, height);
  window.bench = { read: (i) => readFaces(picture(i)), glance: (i) => glanceAtFaces(picture(i)) };
  const begun = performance.now();
  await window.bench.read(0);
  const first_reading_ms = performance.now() - begun;
  const readings = [];
  for (let i = 0; i < pixels.length; i++) readings.push((await window.bench.read(i)).faces);
  for (let i = 0; i < pixels.length; i++) await window.bench.glance(i);
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

/** Calls a function in the page and waits for what it promises. */
async function inPage(work, ...args) {
  const script = `const done = arguments[arguments.length - 1];
    (${work})(...Array.from(arguments).slice(0, -1)).then((value) => done({ value }), (e) => done({ error: String(e) }));`;
  const { value, error } = await call(`${session}/execute/async`, { script, args });
  if (error) throw new Error(error);
  return value;
}

/** The largest difference of any number; Infinity where words or shapes differ. */
function apart(a, b) {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b);
  if (a === null || b === null || typeof a !== "object" || typeof b !== "object") return a === b ? 0 : Infinity;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return Infinity;
  return Math.max(0, ...keys.map((key) => apart(a[key], b[key])));
}

try {
  await call(`${session}/timeouts`, { script: 300000 });
  await call(`${session}/url`, { url: `${address}/` });
  const { first_reading_ms, readings } = await inPage(prepare, frames, WIDTH, HEIGHT);
  const looks = {};
  for (const look of ["glance", "read"]) {
    const before = cpuSeconds(driver.pid);
    looks[look] = await inPage(readOn, look);
    // On a machine that others use too: what a core of one's own would do.
    looks[look].readings_per_cpu_s = looks[look].readings / (cpuSeconds(driver.pid) - before);
  }
  const differences = readings.map((faces, i) => apart(native.get(names[i]), faces));
  const worst = Math.max(...differences);
  const page = await (await fetch(`${address}/`)).text();
  const folder = /\/assets\/[0-9a-f]+\//.exec(page)[0];
  const scripts = await (await fetch(`${address}${folder}boot.js`)).text();
  const files = new Set(["boot.js", "attune_ui_bg.wasm", "attune_web.wasm", "reader-worker.js"]);
  for (const text of [page, scripts]) {
    for (const [, name] of text.matchAll(/["/]\.?\/?([\w-]+\.(?:js|css|svg))"/g)) files.add(name);
  }
  const sizes = await Promise.all([...files].map((name) => weigh(folder + name)));
  const model = await weigh("/model.safetensors");
  const code = sizes.reduce((sum, size) => sum + size, await weigh("/"));
  const wasm = await weigh(`${folder}attune_web.wasm`);
  const round = (value) => Math.round(value * 100) / 100;
  for (const look of Object.values(looks)) for (const key in look) look[key] = round(look[key]);
  console.log(JSON.stringify({
    browser: `${capabilities.browserName} ${capabilities.browserVersion}`, cores: 1,
    frame: { width: WIDTH, height: HEIGHT }, frames: frames.length,
    faces: readings.flat().length, first_reading_ms: round(first_reading_ms), looks,
    compressed_bytes: { page_and_code: code, of_it_wasm: wasm, model, together: code + model },
    native_and_wasm: { largest_difference: worst, tolerance: TOLERANCE },
  }, null, 2));
  if (!(worst <= TOLERANCE)) process.exitCode = 1;
} finally {
  await call(session, null, "DELETE").catch(() => {});
  driver.kill();
}
