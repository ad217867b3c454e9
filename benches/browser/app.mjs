// The app around the reader: what a page costs, when there is something to see, and searching as one types.

import { Browser, round, summary } from "./driver.mjs";

/** Fresh profiles that open the page. */
const VISITS = 9;
/** What is typed, letter by letter. */
const WORDS = ["quiet river", "artist 41", "album 7 3", "hindi", "title 99999", "zzzz"];
const LIMITS = { app_bytes: 1_000_000, useful_paint_ms: 1000, search_ms: 100 };

/** Notes when the form of the door is there: the first thing one can use. */
const NOTED = `new MutationObserver((_, watching) => {
  if (!document.querySelector("#enter")) return;
  watching.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => (window.useful = performance.now())));
}).observe(document, { childList: true, subtree: true });`;

/** Runs in the page: bytes over the network, and when what was to be seen. */
async function opened() {
  while (!window.useful) await new Promise((resolve) => setTimeout(resolve, 20));
  await navigator.serviceWorker?.ready;
  const entries = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const own = entries.filter((entry) => entry.startTime < window.useful);
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const bytes = (files) => files.reduce((sum, entry) => sum + entry.encodedBodySize, 0);
  return {
    first_paint_ms: paint?.startTime ?? 0, useful_paint_ms: window.useful, requests: own.length,
    bytes: bytes(own), wasm: bytes(own.filter((e) => e.name.endsWith(".wasm"))),
    styles: bytes(own.filter((e) => e.name.endsWith(".css"))),
    vision: own.filter((e) => /attune_web|model\.safetensors/.test(e.name)).length,
  };
}

/** Opens the page in one empty profile after the other. */
async function visits(address, binary) {
  const seen = [];
  let name;
  for (let i = 0; i < VISITS; i++) {
    const browser = await Browser.start(binary);
    try {
      name = browser.name;
      await browser.beforeEachPage(NOTED);
      await browser.visit(`${address}/`);
      seen.push(await browser.inPage(opened));
    } finally {
      await browser.close();
    }
  }
  const { bytes, wasm, styles, requests, vision } = seen[0];
  return {
    browser: name, visits: VISITS, requests, compressed_bytes: { all: bytes, wasm, styles, of_vision: vision },
    first_paint: summary(seen.map((s) => s.first_paint_ms)), useful_paint: summary(seen.map((s) => s.useful_paint_ms)),
  };
}

/** Every beginning of every word, as typing asks for them. */
const typed = WORDS.flatMap((word) => [...word].map((_, i) => word.slice(0, i + 1)));

/** The server's answers alone, over one connection. */
async function answers(address, cookie) {
  const ask = async (path) => {
    const begun = performance.now();
    const answer = await fetch(`${address}${path}`, { headers: { cookie } });
    const body = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${body}`);
    return { ms: performance.now() - begun, body };
  };
  const first = await ask("/api/items?limit=100");
  const search = (word) => `search=${encodeURIComponent(word)}`;
  const times = async (path) => {
    const all = [];
    for (let i = 0; i < 3; i++) for (const word of typed) all.push((await ask(path(word))).ms);
    return summary(all);
  };
  return {
    tracks: JSON.parse(first.body).total, first_ms: round(first.ms),
    search: await times((word) => `/api/items?${search(word)}&limit=100`),
    search_by_valence: await times((word) => `/api/items?${search(word)}&sort=valence&limit=100`),
    artists: await times((word) => `/api/groups/artists?${search(word)}&limit=200`),
    map: await times((word) => `/api/map?left=-1&right=1&bottom=-1&top=1&${search(word)}`),
  };
}

/** Runs in the page: types, and waits for the rows that follow from each letter. */
async function typeOn(words) {
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const frame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  location.hash = "/library";
  while (!document.querySelector(".rows .row .title")) await pause(20);
  const field = document.querySelector("#search");
  const times = [];
  let longest = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((e) => (longest = Math.max(longest, e.duration))))
    .observe({ entryTypes: ["longtask"] });
  for (const word of words) {
    let asked = performance.getEntriesByType("resource").length;
    const drawn = new Promise((resolve) => {
      const watching = new MutationObserver(() => {
        if (performance.getEntriesByType("resource").length === asked) return;
        watching.disconnect();
        resolve();
      });
      watching.observe(document.querySelector("#panel"), { childList: true, subtree: true, characterData: true });
    });
    const begun = performance.now();
    field.value = word;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await Promise.race([drawn, pause(3000)]);
    await frame();
    times.push(performance.now() - begun);
    performance.clearResourceTimings();
    await pause(60);
  }
  const rows = document.querySelectorAll(".rows .row").length;
  return { times, longest, rows };
}

async function typing(address, binary, cookie) {
  const browser = await Browser.start(binary);
  try {
    await browser.visit(`${address}/`);
    const [name, value] = cookie.split("=");
    await browser.command("cookie", { cookie: { name, value, path: "/" } });
    await browser.visit(`${address}/`);
    const { times, longest, rows } = await browser.inPage(typeOn, typed.slice(0, 30));
    return { letter_to_rows: summary(times), of_it_waiting_for_the_next_letter_ms: 60,
      longest_task_ms: round(longest), rows_drawn_at_most: rows };
  } finally {
    await browser.close();
  }
}

/** Measures the app at `address`, in which nobody has an account yet. */
export async function app(address, binary) {
  const page = await visits(address, binary);
  const owner = await fetch(`${address}/api/owner`, {
    method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "Bench", password: "correct horse battery" }),
  });
  const cookie = owner.headers.get("set-cookie").split(";")[0];
  await fetch(`${address}/api/settings`, {
    method: "POST", headers: { "content-type": "application/json", cookie },
    body: JSON.stringify({ welcomed: true }),
  });
  const server = await answers(address, cookie);
  const search = await typing(address, binary, cookie);
  const faults = [
    page.compressed_bytes.all >= LIMITS.app_bytes && "the app is larger than 1 MB compressed",
    page.compressed_bytes.of_vision > 0 && "the vision module is loaded before anybody asked for it",
    page.useful_paint.median_ms >= LIMITS.useful_paint_ms && "the first useful paint takes a second or more",
    server.search.p95_ms >= LIMITS.search_ms && "a search takes the server 100 ms or more",
  ].filter(Boolean);
  return { page, server, search, limits: LIMITS, faults };
}
